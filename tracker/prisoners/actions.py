"""Changes of what is known about a prisoner."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment
from tracker.dates.rules import Leap
from tracker.db import add_once
from tracker.partial_date import PartialDate
from tracker.prisoners import queries
from tracker.prisoners.models import NameKind, Prisoner, PrisonerName, SupportState
from tracker.prisoners.name_index import index_names
from tracker.prisoners.names import sorting_form
from tracker.prisoners.rules import Perhaps, Sex, StillHasVolunteers, Whereabouts, check_person
from tracker.sources.actions import uncite


@dataclass(frozen=True)
class PersonFacts:
    """What coordinators know about a person. ``languages`` in words; ``spellings`` besides the two names."""

    name: str
    name_local: str | None = None
    spellings: tuple[str, ...] = ()
    birth: PartialDate | None = None
    languages: str | None = None
    whereabouts: Whereabouts = Whereabouts.NOT_TOLD
    write_about: str | None = None
    never_write: str | None = None
    note: str | None = None
    support: SupportState = SupportState.UNDECIDED
    support_caveat: str | None = None
    support_by: str | None = None
    support_on: PartialDate | None = None
    minor_at_arrest: bool = False
    sex: Sex | None = None
    no_mail: bool = False
    no_mail_since: PartialDate | None = None
    no_mail_until: PartialDate | None = None
    on_official_list: bool = False
    official_list_since: PartialDate | None = None
    release_on: PartialDate | None = None
    keeps_leap_day_on: Leap = Leap.FEB28

    def columns(self) -> dict[str, Any]:
        """Everything that is kept in the prisoner's own row."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "spellings"}


_CITED = {
    "name": ("name",),
    "birth": ("birth",),
    "sex": ("sex",),
    "minor_at_arrest": ("minor_at_arrest",),
    "support": ("support", "support_caveat", "support_by", "support_on"),
    "no_mail": ("no_mail", "no_mail_since", "no_mail_until"),
    "official_list": ("on_official_list", "official_list_since"),
    "whereabouts": ("whereabouts",),
}
"""What a source is cited for, and the columns that hold it."""


def add_prisoner(
    session: Session,
    prisoner_id: UUID,
    facts: PersonFacts,
    *,
    is_another: bool,
    now: datetime,
    today: date,
) -> bool:
    """Enter a person under an id made by the form; False: the form was sent before, and nothing is changed.

    Raises BornInTheFuture, EndsBeforeBegin (for the ban on mail), and Perhaps when somebody of this name is here
    already, unless ``is_another`` says that it is another person.
    """
    if session.scalar(select(Prisoner.id).where(Prisoner.id == prisoner_id)) is not None:
        return False
    _check(facts, today)
    if not is_another:
        meant = queries.people_named(session, [facts.name, facts.name_local, *facts.spellings])
        if meant:
            raise Perhaps([row.id for row in meant])
    prisoner = Prisoner(
        id=prisoner_id, name_folded=sorting_form(facts.name), created_at=now, position=0, **facts.columns()
    )
    if not add_once(session, prisoner, "id"):
        return False
    _keep_spellings(session, prisoner_id, facts)
    return True


def change_prisoner(session: Session, prisoner: Prisoner, facts: PersonFacts, *, now: datetime, today: date) -> None:
    """Give a person other facts. What a source stated and is now otherwise is no longer cited for it; reminders follow
    a changed birthday or release once that has settled.

    Raises BornInTheFuture, or EndsBeforeBegin for the ban on mail.
    """
    _check(facts, today)
    columns = facts.columns()
    changed = {name for name, value in columns.items() if getattr(prisoner, name) != value}
    uncite(session, prisoner.id, [about for about, held in _CITED.items() if changed.intersection(held)])
    for name in changed:
        setattr(prisoner, name, columns[name])
    if changed & {"birth", "keeps_leap_day_on"}:
        prisoner.birth_changed_at = now
    if "release_on" in changed:
        prisoner.release_changed_at = now
        prisoner.release_revision += 1
    prisoner.name_folded = sorting_form(facts.name)
    if "whereabouts" in changed:
        prisoner.whereabouts_implied = False
    _keep_spellings(session, prisoner.id, facts)


def archive_prisoner(session: Session, prisoner: Prisoner, now: datetime) -> None:
    """Put somebody away whom nobody writes to any more; nothing is lost. Raises StillHasVolunteers."""
    running = session.scalar(
        select(func.count()).where(Assignment.prisoner_id == prisoner.id, Assignment.until.is_(None))
    )
    if running:
        raise StillHasVolunteers(running)
    prisoner.archived_at = prisoner.archived_at or now


def restore_prisoner(prisoner: Prisoner) -> None:
    """Take somebody out of the archive."""
    prisoner.archived_at = None


def _check(facts: PersonFacts, today: date) -> None:
    check_person(birth=facts.birth, no_mail_since=facts.no_mail_since, no_mail_until=facts.no_mail_until, today=today)


def _keep_spellings(session: Session, prisoner_id: UUID, facts: PersonFacts) -> None:
    """Keep the rows of spellings that stay, with what a source says of them; remove and add the others."""
    there = list(
        session.scalars(
            select(PrisonerName)
            .where(PrisonerName.prisoner_id == prisoner_id, PrisonerName.kind != NameKind.SHOWN)
            .order_by(PrisonerName.position)
        )
    )
    wanted = list(dict.fromkeys(facts.spellings))
    _drop_names(session, [name for name in there if name.text not in wanted])
    known = {name.text for name in there}
    position = max((name.position for name in there), default=-1)
    for number, text in enumerate((text for text in wanted if text not in known), start=position + 1):
        session.add(PrisonerName(prisoner_id=prisoner_id, text=text, kind=NameKind.SPELLING, position=number))
    index_names(session, [prisoner_id])


def _drop_names(session: Session, names: Collection[PrisonerName]) -> None:
    for name in names:
        uncite(session, name.id)
        session.delete(name)
