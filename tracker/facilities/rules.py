"""What holds of facilities."""

from __future__ import annotations

from datetime import date
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


class CourtWithoutZone(Exception):
    """A court needs a time zone: without one nobody can be told when to be there."""


class VerifiedInTheFuture(Exception):
    """The day on which an address was verified is still to come."""


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


def finding_form(name: str, name_local: str | None, city: str | None) -> str:
    """The text by which a facility is sorted and found: its names and its city, without differences of case."""
    return sorting_form(" ".join(part for part in (name, name_local, city) if part))
