"""What the values about prisoners are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.prisoners.envelope import Blocked, Doubt, Missing
from tracker.prisoners.models import DetailKind, NameKind, NeedKind, SupportState
from tracker.prisoners.rules import Conditions, PlacementKind, Sex, Whereabouts
from tracker.web.words import register

WHEREABOUTS_WORDS = {
    Whereabouts.IN_CUSTODY: _l("in custody"),
    Whereabouts.SERVING: _l("serving a sentence"),
    Whereabouts.HOUSE_ARREST: _l("under house arrest"),
    Whereabouts.RESTRICTED: _l("at home under restrictions"),
    Whereabouts.IN_HOSPITAL: _l("in hospital"),
    Whereabouts.AT_LIBERTY: _l("at liberty"),
    Whereabouts.WANTED: _l("wanted"),
    Whereabouts.DETAINED_ABROAD: _l("detained abroad"),
    Whereabouts.ABROAD: _l("abroad"),
    Whereabouts.NOT_TOLD: _l("not told"),
}

PLACEMENT_WORDS = {
    PlacementKind.SIZO: _l("remand prison (SIZO)"),
    PlacementKind.COLONY: _l("colony"),
    PlacementKind.PRISON: _l("prison"),
    PlacementKind.EDUCATIONAL_COLONY: _l("educational colony"),
    PlacementKind.PSYCHIATRIC_HOSPITAL: _l("psychiatric hospital"),
    PlacementKind.HOSPITAL: _l("hospital"),
    PlacementKind.COLONY_SETTLEMENT: _l("colony settlement"),
    PlacementKind.LOCKED_CELL: _l("locked cell for months (PKT, EPKT)"),
    PlacementKind.PUNISHMENT_CELL: _l("punishment cell (SHIZO, kartser)"),
    PlacementKind.POLICE_STATION: _l("police station"),
    PlacementKind.HOUSE_ARREST: _l("house arrest"),
    PlacementKind.NIGHT_CURFEW: _l("at home at night"),
    PlacementKind.ILLEGAL_PRISON: _l("illegal prison"),
    PlacementKind.FOREIGN_DETENTION: _l("detention abroad"),
    PlacementKind.ABROAD: _l("abroad"),
    PlacementKind.AT_LIBERTY: _l("at liberty"),
    PlacementKind.TRANSFER: _l("on transfer"),
    PlacementKind.UNKNOWN: _l("not known where"),
}

CONDITIONS_WORDS = {
    Conditions.ORDINARY: _l("ordinary conditions"),
    Conditions.EASED: _l("eased conditions"),
    Conditions.STRICT: _l("strict conditions"),
}

SEX_WORDS = {Sex.WOMAN: _l("woman"), Sex.MAN: _l("man")}

SUPPORT_WORDS = {
    SupportState.UNDECIDED: _l("not decided"),
    SupportState.GIVEN: _l("supported"),
    SupportState.GIVEN_WITH_CAVEAT: _l("supported, with a caveat"),
    SupportState.WITHHELD: _l("not supported"),
}

NAME_WORDS = {
    NameKind.SHOWN: _l("as shown"),
    NameKind.SPELLING: _l("another spelling"),
    NameKind.FULL: _l("full name"),
    NameKind.GIVEN: _l("given name"),
    NameKind.FAMILIAR: _l("familiar name"),
    NameKind.FAMILY: _l("family name"),
    NameKind.LOCAL: _l("in the local script"),
}

DETAIL_WORDS = {
    DetailKind.INTEREST: _l("Interests"),
    DetailKind.WORK: _l("Work and study"),
    DetailKind.CITIZENSHIP: _l("Citizenship"),
}

NEED_WORDS = {
    NeedKind.LETTER: _l("letters"),
    NeedKind.POSTCARD: _l("postcards"),
    NeedKind.PARCEL: _l("parcels"),
    NeedKind.MONEY_FOR_LAWYERS: _l("money for lawyers"),
    NeedKind.MONEY_FOR_FAMILY: _l("money for the family"),
    NeedKind.APPEAL: _l("appeals"),
    NeedKind.PETITION: _l("a petition"),
    NeedKind.EVENT: _l("an event"),
    NeedKind.PUBLICITY: _l("publicity"),
    NeedKind.TRANSLATION: _l("translation"),
    NeedKind.MEDICINE: _l("medicine"),
    NeedKind.OTHER: _l("something else"),
}

MISSING_WORDS = {
    Missing.FACILITY: _l("No facility is known, so there is no address."),
    Missing.LOCAL_NAME: _l("The full name in the local script is missing."),
    Missing.LOCAL_ADDRESS: _l("The address in the local script is missing."),
    Missing.LATIN_ADDRESS: _l("The address in Latin letters is missing."),
    Missing.BIRTH_YEAR: _l("The year of birth, which should stand beside the name, is missing."),
    Missing.NUMBER: _l("The prisoner’s number, which must stand on the envelope here, is missing."),
}

BLOCKED_WORDS = {
    Blocked.MAIL_FORBIDDEN: _l("A court has forbidden mail. Do not write now."),
    Blocked.ON_TRANSFER: _l(
        "On transfer, and nobody knows where yet. Please do not send paper letters or parcels now. You get word when "
        "there is an address."
    ),
    Blocked.AT_LIBERTY: _l("At liberty: there is no prison to write to."),
    Blocked.AT_HOME: _l("At home under a measure: mail to a home is not sent through us."),
    Blocked.IN_HIDING: _l("Wanted or abroad: no address is kept, and none should be."),
}

DOUBT_WORDS = {
    Doubt.PUNISHMENT_CELL: _l(
        "In a punishment cell: write as usual, expect slower replies, do not send parcels until it is over."
    ),
    Doubt.CELL_IN_REMAND: _l(
        "In the punishment cell of a remand prison letters may be forbidden; nobody has verified that. Ask the lawyer."
    ),
    Doubt.LOCKED_CELL: _l("In a locked cell: write as usual, expect slower replies; hardly any parcel is allowed."),
    Doubt.PLACE_IMPLIED: _l("The place is only implied by a source. Make sure before you post."),
    Doubt.RELATIVES_ONLY: _l("Letters are taken here from relatives only. Ask your coordinator before you write."),
    Doubt.LISTED_ONLY: _l(
        "Letters are taken here only from those whom the prisoner has named in a statement. Ask your coordinator "
        "whether you are one of them."
    ),
    Doubt.SENDER_NEEDED: _l("A full sender must stand on the envelope here: ask your coordinator which one."),
}

for _words in (
    WHEREABOUTS_WORDS,
    PLACEMENT_WORDS,
    CONDITIONS_WORDS,
    SEX_WORDS,
    SUPPORT_WORDS,
    NAME_WORDS,
    DETAIL_WORDS,
    NEED_WORDS,
    MISSING_WORDS,
    BLOCKED_WORDS,
    DOUBT_WORDS,
):
    register(_words)
