"""When somebody may be given a prisoner to write to, and when that ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

COMING_DAYS = timedelta(days=30)
"""So far ahead somebody newly assigned is told how many days come up."""


class AlreadyAssigned(Exception):
    """She has this part for this prisoner already."""


class VolunteerDisabled(Exception):
    """Her account is closed, so she cannot be given anybody."""


class InTheArchive(Exception):
    """The person is in the archive, where nobody is reminded of anything; take the page out of it first."""


class SupportWithheld(Exception):
    """The collective does not support this person."""


class MustNotMeet(Exception):
    """She has somebody who testified against this person, or against whom this person did; the two must never be
    brought in contact through us."""


class BeginsInTheFuture(Exception):
    """An assignment gives access at once, so it cannot begin on a day to come."""


class AlreadyEnded(Exception):
    """This assignment has ended already."""


class EndsInTheFuture(Exception):
    """An assignment ends at once, so its last day cannot be one to come."""


class EndsBeforeItBegan(Exception):
    """The last day lies before the first one."""


class NoStandIn(Exception):
    """She stands in for nobody."""


class Doubt(StrEnum):
    """A reason against an assignment that a coordinator may overrule, knowingly."""

    VOLUNTEER_IS_FULL = "volunteer_is_full"
    NO_MAIL = "no_mail"
    CO_DEFENDANT = "co_defendant"


class MustOverrule(Exception):
    """There are reasons against it, and nobody has said yet that she knows them."""

    def __init__(self, doubts: tuple[Doubt, ...]) -> None:
        super().__init__(", ".join(doubts))
        self.doubts = doubts


@dataclass(frozen=True)
class Candidate:
    """A volunteer, as somebody who might be given one particular prisoner."""

    is_disabled: bool
    capacity: int
    load: int
    """How many prisoners she writes to now."""
    has_co_defendant: bool
    """She has a part for somebody in the same case."""
    must_not_meet: bool
    """She has a part for somebody on the other side of a testimony."""

    @property
    def free(self) -> int:
        """How many more she can write to."""
        return max(0, self.capacity - self.load)


def check_may_assign(
    candidate: Candidate, *, support_withheld: bool, is_archived: bool, since: date, today: date
) -> None:
    """Whether it is possible at all. Days are by the coordinator's clock.

    Raises InTheArchive, SupportWithheld, VolunteerDisabled, MustNotMeet or BeginsInTheFuture.
    """
    if is_archived:
        raise InTheArchive
    if support_withheld:
        raise SupportWithheld
    if candidate.is_disabled:
        raise VolunteerDisabled
    if candidate.must_not_meet:
        raise MustNotMeet
    if since > today:
        raise BeginsInTheFuture


def doubts(candidate: Candidate, *, writes: bool, mail_is_forbidden: bool) -> tuple[Doubt, ...]:
    """What speaks against it. ``writes``: she would write letters; capacity and bans on mail are about these."""
    found = []
    if writes and candidate.free == 0:
        found.append(Doubt.VOLUNTEER_IS_FULL)
    if writes and mail_is_forbidden:
        found.append(Doubt.NO_MAIL)
    if candidate.has_co_defendant:
        found.append(Doubt.CO_DEFENDANT)
    return tuple(found)


def fit(
    candidate: Candidate, *, has_part: bool, speaks: bool, is_away: bool, last_letter_on: date | None
) -> tuple[bool | int | date, ...]:
    """For sorting candidates: who has room and a fitting language comes first, and of those who is not away, has most
    room, and has written least of late."""
    return (
        has_part or candidate.must_not_meet,
        candidate.free == 0,
        not speaks,
        is_away,
        -candidate.free,
        last_letter_on or date.min,
    )


def check_end(*, since: date, last_day: date, today: date, has_ended: bool) -> None:
    """Whether an assignment can end so. Raises AlreadyEnded, EndsInTheFuture or EndsBeforeItBegan."""
    if has_ended:
        raise AlreadyEnded
    if last_day > today:
        raise EndsInTheFuture
    if last_day < since:
        raise EndsBeforeItBegan
