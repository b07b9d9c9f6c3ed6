"""What kinds of facilities, and what is known of them, are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.facilities.rules import FacilityKind, VerifiedFrom, WhoMayWrite
from tracker.prisoners.rules import Regime
from tracker.web.words import register

KIND_WORDS = {
    FacilityKind.SIZO: _l("remand prison (SIZO)"),
    FacilityKind.COLONY: _l("colony"),
    FacilityKind.PRISON: _l("prison"),
    FacilityKind.COLONY_SETTLEMENT: _l("colony settlement"),
    FacilityKind.EDUCATIONAL_COLONY: _l("educational colony"),
    FacilityKind.PSYCHIATRIC_HOSPITAL: _l("psychiatric hospital"),
    FacilityKind.HOSPITAL: _l("hospital"),
    FacilityKind.POLICE_STATION: _l("police station"),
    FacilityKind.ILLEGAL_PRISON: _l("illegal prison"),
    FacilityKind.FOREIGN_DETENTION: _l("detention abroad"),
    FacilityKind.COURT: _l("court"),
    FacilityKind.OTHER: _l("another place"),
}

WHO_WORDS = {
    WhoMayWrite.ANYONE: _l("anyone"),
    WhoMayWrite.RELATIVES: _l("relatives only"),
    WhoMayWrite.LISTED: _l("only whom the prisoner has named"),
}

VERIFIED_WORDS = {
    VerifiedFrom.PHONE: _l("a phone call"),
    VerifiedFrom.REPLY: _l("a reply"),
    VerifiedFrom.SITE: _l("the site of the place"),
    VerifiedFrom.VISIT: _l("a visit"),
    VerifiedFrom.OTHER: _l("something else"),
}

REGIME_WORDS = {
    Regime.GENERAL: _l("general regime"),
    Regime.STRICT: _l("strict regime"),
    Regime.SPECIAL: _l("special regime"),
}

for _table in (KIND_WORDS, WHO_WORDS, VERIFIED_WORDS, REGIME_WORDS):
    register(_table)
