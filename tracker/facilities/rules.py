"""What holds of facilities."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from tracker.prisoners.names import sorting_form


class FacilityKind(StrEnum):
    """What sort of place it is."""

    SIZO = "sizo"
    """A Russian pre-trial detention centre."""
    COLONY = "colony"
    PRISON = "prison"
    COLONY_SETTLEMENT = "colony_settlement"
    EDUCATIONAL_COLONY = "educational_colony"
    PSYCHIATRIC_HOSPITAL = "psychiatric_hospital"
    HOSPITAL = "hospital"
    POLICE_STATION = "police_station"
    ILLEGAL_PRISON = "illegal_prison"
    FOREIGN_DETENTION = "foreign_detention"
    COURT = "court"
    OTHER = "other"


class WhoMayWrite(StrEnum):
    """From whom a facility takes letters."""

    ANYONE = "anyone"
    RELATIVES = "relatives"
    LISTED = "listed"
    """Whom the prisoner has named in a statement."""


class VerifiedFrom(StrEnum):
    """From what somebody knows that an address or a channel holds."""

    PHONE = "phone"
    REPLY = "reply"
    """A reply came, or somebody inside said so."""
    SITE = "site"
    VISIT = "visit"
    OTHER = "other"


OF_SOURCES = ("name", "kind", "city", "region", "country", "zone")
"""What a source can state of a facility; its address it never does."""

MOST_PAGES_ALLOWED = 999
MOST_PHOTOS_ALLOWED = 999
LONGEST_SERVICE = 80


class CourtWithoutZone(Exception):
    """A court needs a time zone: without one nobody can be told when to be there."""


class VerifiedInTheFuture(Exception):
    """The day on which an address was verified is still to come."""


class VerifiedFromNothing(Exception):
    """Who says that an address holds has to say from what she knows it."""


class WasMerged(Exception):
    """This entry was merged into another one, which holds everything now."""


class TheSameEntry(Exception):
    """An entry cannot be merged into itself."""


class NotTheSameSort(Exception):
    """A court and a place where people are held are never one place."""


class ChangedMeanwhile(Exception):
    """Somebody has changed one of the two entries since they were compared."""


class StillSomebodyThere(Exception):
    """Prisoners are held in this facility; where they are has to be changed first."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


class HearingsStillToCome(Exception):
    """Hearings are set at this court; they have to be moved or called off first."""

    def __init__(self, count: int) -> None:
        super().__init__(str(count))
        self.count = count


def check_facility(kind: FacilityKind, zone: str | None, verified_on: date | None, today: date) -> None:
    """Raises CourtWithoutZone or VerifiedInTheFuture. ``today`` is that of whoever enters it."""
    if kind is FacilityKind.COURT and zone is None:
        raise CourtWithoutZone
    if verified_on is not None and verified_on > today:
        raise VerifiedInTheFuture


def is_stale(verified_on: date | None, came_back_on: date | None, today: date, stale_after_days: int) -> bool:
    """Whether an address has to be verified anew: nobody ever did, it was longer ago than ``stale_after_days``, or
    since then a letter came back from it (``came_back_on``) as moved or wrongly addressed."""
    if verified_on is None:
        return True
    if came_back_on is not None and came_back_on > verified_on:
        return True
    return verified_on < today - timedelta(days=stale_after_days)


def check_verification(verified_from: VerifiedFrom | None, note: str | None, verified_on: date, today: date) -> None:
    """``today`` is that of whoever says so. Raises VerifiedInTheFuture or VerifiedFromNothing."""
    if verified_on > today:
        raise VerifiedInTheFuture
    if verified_from is None or (verified_from is VerifiedFrom.OTHER and not note):
        raise VerifiedFromNothing


def finding_form(name: str, name_local: str | None, city: str | None) -> str:
    """The text by which a facility is sorted and found: its names and its city, without differences of case."""
    return sorting_form(" ".join(part for part in (name, name_local, city) if part))
