"""What holds of prisoners and their places, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

from tracker.partial_date import PartialDate


class Whereabouts(StrEnum):
    """How a person stands now, as far as is told."""

    IN_CUSTODY = "in_custody"
    SERVING = "serving"
    HOUSE_ARREST = "house_arrest"
    RESTRICTED = "restricted"
    """At home under a ban on certain actions, a curfew or the like."""
    IN_HOSPITAL = "in_hospital"
    AT_LIBERTY = "at_liberty"
    WANTED = "wanted"
    DETAINED_ABROAD = "detained_abroad"
    ABROAD = "abroad"
    NOT_TOLD = "not_told"


class PlacementKind(StrEnum):
    """In what sort of place or under what measure somebody is."""

    SIZO = "sizo"
    COLONY = "colony"
    PRISON = "prison"
    EDUCATIONAL_COLONY = "educational_colony"
    PSYCHIATRIC_HOSPITAL = "psychiatric_hospital"
    HOSPITAL = "hospital"
    COLONY_SETTLEMENT = "colony_settlement"
    PUNISHMENT_CELL = "punishment_cell"
    """For days (SHIZO; in a remand prison the kartser)."""
    LOCKED_CELL = "locked_cell"
    """For months (PKT, EPKT, or alone as a penalty)."""
    POLICE_STATION = "police_station"
    HOUSE_ARREST = "house_arrest"
    NIGHT_CURFEW = "night_curfew"
    ILLEGAL_PRISON = "illegal_prison"
    FOREIGN_DETENTION = "foreign_detention"
    ABROAD = "abroad"
    AT_LIBERTY = "at_liberty"
    TRANSFER = "transfer"
    UNKNOWN = "unknown"


class Regime(StrEnum):
    """The regime of an institution, set by the sentence."""

    GENERAL = "general"
    STRICT = "strict"
    SPECIAL = "special"


class Conditions(StrEnum):
    """The conditions in which somebody is held inside an institution; another axis than its regime."""

    ORDINARY = "ordinary"
    EASED = "eased"
    STRICT = "strict"


class Sex(StrEnum):
    """As the prison sees it, because its rules depend on it."""

    WOMAN = "woman"
    MAN = "man"


class BornInTheFuture(Exception):
    """Nobody is born on a day that has not come yet."""


class DatedInTheFuture(Exception):
    """This day has not come yet."""


class EndsBeforeBegin(Exception):
    """The end lies before the beginning."""


class PlacementBeforeLast(Exception):
    """Somebody cannot have moved before the stay that the move ends began."""


class PlacementAfterNext(Exception):
    """A stay cannot have begun after the one that followed it."""


class PlaceGivenTwice(Exception):
    """Either a facility or a place in words: with both, nobody knows which one counts."""


class NoFacilityThere(Exception):
    """On transfer, at home, abroad, at liberty or nobody knows where, a person is in no facility."""


class AlreadyThere(Exception):
    """Where the person is already, held in the same way, nobody moves to."""


class MovedMeanwhile(Exception):
    """Somebody else entered a move while this form was open; it has to be looked at anew."""


class Perhaps(Exception):
    """There are people with this name already. Each of them may be the same person, or a namesake."""

    def __init__(self, ids: Sequence[UUID]) -> None:
        super().__init__()
        self.ids = tuple(ids)


class StillHasVolunteers(Exception):
    """Volunteers still have a part for this prisoner; each of those ends first, with a reason."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class NotThePresentPlacement(Exception):
    """Only the newest of several placements can be taken back."""


MOST_SPELLINGS = 30
"""Further forms of one name."""
LONGEST_NAME = 200
"""Characters of one form of a name."""

WITHOUT_FACILITY = frozenset(
    {
        PlacementKind.HOUSE_ARREST,
        PlacementKind.NIGHT_CURFEW,
        PlacementKind.ABROAD,
        PlacementKind.AT_LIBERTY,
        PlacementKind.TRANSFER,
        PlacementKind.UNKNOWN,
    }
)
"""Kinds of placement at no facility."""

_WHEREABOUTS_OF = {
    PlacementKind.SIZO: Whereabouts.IN_CUSTODY,
    PlacementKind.POLICE_STATION: Whereabouts.IN_CUSTODY,
    PlacementKind.ILLEGAL_PRISON: Whereabouts.IN_CUSTODY,
    PlacementKind.COLONY: Whereabouts.SERVING,
    PlacementKind.PRISON: Whereabouts.SERVING,
    PlacementKind.COLONY_SETTLEMENT: Whereabouts.SERVING,
    PlacementKind.LOCKED_CELL: Whereabouts.SERVING,
    PlacementKind.EDUCATIONAL_COLONY: Whereabouts.SERVING,
    PlacementKind.PSYCHIATRIC_HOSPITAL: Whereabouts.IN_HOSPITAL,
    PlacementKind.HOSPITAL: Whereabouts.IN_HOSPITAL,
    PlacementKind.HOUSE_ARREST: Whereabouts.HOUSE_ARREST,
    PlacementKind.NIGHT_CURFEW: Whereabouts.RESTRICTED,
    PlacementKind.FOREIGN_DETENTION: Whereabouts.DETAINED_ABROAD,
    PlacementKind.ABROAD: Whereabouts.ABROAD,
    PlacementKind.AT_LIBERTY: Whereabouts.AT_LIBERTY,
}


def whereabouts_in(kind: PlacementKind, before: Whereabouts = Whereabouts.NOT_TOLD) -> Whereabouts:
    """How somebody stands who is placed so; a transfer or a punishment cell changes nothing about it."""
    return _WHEREABOUTS_OF.get(kind, before)


def definitely_before(first: PartialDate | None, second: PartialDate | None) -> bool:
    """Whether the first date lies before the second whatever they mean in full. Unknown years decide nothing."""
    if first is None or second is None or first.year is None or second.year is None:
        return False
    return first.latest() < second.earliest()


def is_in_the_future(when: PartialDate | None, today: date) -> bool:
    """Whether every day that it can mean is still to come."""
    return when is not None and when.year is not None and when.earliest() > today


def check_person(
    *,
    birth: PartialDate | None,
    no_mail_since: PartialDate | None,
    no_mail_until: PartialDate | None,
    today: date,
) -> None:
    """Raises BornInTheFuture, or EndsBeforeBegin for the ban on mail."""
    if is_in_the_future(birth, today):
        raise BornInTheFuture
    if definitely_before(no_mail_until, no_mail_since):
        raise EndsBeforeBegin


def mail_is_forbidden(no_mail: bool, since: PartialDate | None, until: PartialDate | None, on: date) -> bool:
    """Whether a ban on mail holds on a day; in doubt it does."""
    if not no_mail or is_in_the_future(since, on):
        return False
    return not (until is not None and until.year is not None and until.latest() < on)


def same_name(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> bool:
    """Whether two names may be one: every word of the shorter is a word of the longer, in whatever order and script.

    Each word is given by its keys (``names.name_keys``). One word alone is one name only with one word alone, or
    every Kirill would be warned of every other.
    """
    shorter, longer = sorted((one, other), key=len)
    if not shorter or (len(shorter) == 1 and len(longer) > 1):
        return False
    return all(any(word & another for another in longer) for word in shorter)


def id_of_entry(form_id: UUID, actor_id: UUID, about: object = "") -> UUID:
    """The id of what a form enters: the same when the same person sends the same form twice, and nobody else's."""
    return uuid5(form_id, f"{actor_id} {about}")
