"""Brings up to date what follows from the pieces: how people are found, where they are now, when a measure ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.orm import Session

from tracker.cases.models import CasePerson, Measure
from tracker.exchange.mapping import kind_of
from tracker.exchange.plan import Fate, Plan, Step
from tracker.exchange.rows import insert_rows
from tracker.exchange.rules import current_placement, end_of_measure
from tracker.partial_date import PartialDate
from tracker.prisoners.models import NameKind, Placement, Prisoner, PrisonerName
from tracker.prisoners.name_index import in_portions, index_names
from tracker.transit.actions import recount

OF_THE_RECORD = -1
"""The place of a printed form of a name that the list of forms lacks, since it is the name shown."""


def settle_derived(session: Session, plan: Plan, now: datetime) -> None:
    """All that follows from what an import changed."""
    _settle_names(session, plan)
    _settle_current_placements(session, plan)
    _settle_ends_of_measures(session, plan, now)
    _note_changed_days(session, plan, "person", "birth", now)
    _note_changed_days(session, plan, "case_person", "detained_on", now)
    # Letters count for the facility of the placement to which they went.
    if any(step.fate is Fate.CHANGED for step in plan.of("placement")):
        recount(session)


def _note_changed_days(session: Session, plan: Plan, kind: str, column: str, now: datetime) -> None:
    """Since when reminders follow a day that is another one than before."""
    stamp = {"birth": Prisoner.birth_changed_at, "detained_on": CasePerson.detained_changed_at}[column]
    ids = [
        step.id
        for step in plan.of(kind)
        if step.fate is Fate.CHANGED and plan.here.rows.get(step.id, {}).get(column) != step.values.get(column)
    ]
    for some in in_portions(ids):
        session.execute(update(stamp.class_).where(stamp.class_.id.in_(some)).values({stamp: now}))


def _touched(plan: Plan, child: str) -> list[Step]:
    """The steps whose lists of this kind changed in any way."""
    paths = {step.piece.parent.path for step in plan.of(child) if step.piece.parent and (step.written or step.moved)}
    gone = [one for one in plan.vanished if one.position is not None and kind_of(one.path).name == child]
    paths |= {one.path.rsplit("/", 2)[0] for one in gone}
    return [step for step in plan.steps if step.piece.path in paths and step.fate is not Fate.GONE]


def _settle_names(session: Session, plan: Plan) -> None:
    """The name shown is among the printed forms of it, and everybody is found under all of them."""
    people = {step.id for step in plan.of("person") if step.written} | {step.id for step in _touched(plan, "name")}
    rows = []
    for some in in_portions(sorted(people)):
        shown = {person: name for person, name in session.execute(_shown_names(some))}
        forms = select(PrisonerName.prisoner_id, PrisonerName.text, PrisonerName.id, PrisonerName.position)
        outdated, there = [], set()
        for person, text, form, position in session.execute(
            forms.where(PrisonerName.prisoner_id.in_(some), PrisonerName.kind == NameKind.SHOWN)
        ):
            there.add((person, text))
            if position == OF_THE_RECORD and text != shown[person]:
                outdated.append(form)
        if outdated:
            session.execute(delete(PrisonerName).where(PrisonerName.id.in_(outdated)))
        rows += [(person, name) for person, name in shown.items() if (person, name) not in there]
    insert_rows(session, PrisonerName.__table__, [_shown_form(person, name) for person, name in rows])
    index_names(session, people)


def _shown_names(people: list[UUID]) -> Select[UUID, str]:
    return select(Prisoner.id, Prisoner.name).where(Prisoner.id.in_(people))


def _shown_form(person: UUID, name: str) -> dict[str, Any]:
    return {"id": uuid4(), "prisoner_id": person, "text": name, "kind": NameKind.SHOWN, "position": OF_THE_RECORD}


def _settle_current_placements(session: Session, plan: Plan) -> None:
    """Where everybody is now whose placements changed; whom somebody here has placed elsewhere stays there."""
    people = _touched(plan, "placement")
    ours = {step.id for step in plan.of("placement")} | {one.subject_id for one in plan.vanished}
    placed_here: set[UUID] = set()
    for some in in_portions(step.id for step in people):
        current = select(Placement.prisoner_id, Placement.id).where(Placement.prisoner_id.in_(some))
        rows = session.execute(current.where(Placement.is_current))
        placed_here |= {person for person, placement in rows if placement not in ours}
    free = [person for person in people if person.id not in placed_here]
    for some in in_portions(person.id for person in free):
        session.execute(update(Placement).where(Placement.prisoner_id.in_(some)).values(is_current=False))
    chosen = [placement.id for person in free if (placement := _current_of(plan, person))]
    for some in in_portions(chosen):
        session.execute(update(Placement).where(Placement.id.in_(some)).values(is_current=True))


def _current_of(plan: Plan, person: Step) -> Step | None:
    placements = _children(plan, person, "placement")
    number = current_placement([step.piece.content for step in placements])
    return None if number is None else placements[number]


def _settle_ends_of_measures(session: Session, plan: Plan, now: datetime) -> None:
    """The ends of measures whose terms changed, unless somebody here has set another end."""
    ends = []
    for measure in _touched(plan, "term"):
        told = end_of_measure([step.piece.content for step in _children(plan, measure, "term")])
        until = PartialDate.parse(told) if told else None
        if measure.fate is Fate.ADDED:
            ends.append({"id_": measure.id, "until_": until, "more": 0})
            continue
        now_here = plan.here.rows[measure.id]["until"] if measure.id in plan.here.rows else until
        if now_here != until and (str(now_here) if now_here else None) == _end_before(plan, measure):
            ends.append({"id_": measure.id, "until_": until, "more": 1})
    if ends:
        table = Measure.__table__
        values = {
            "until": bindparam("until_"),
            "revision": table.c.revision + bindparam("more"),
            "changed_at": bindparam("now", now),
        }
        statement = update(Measure).where(table.c.id == bindparam("id_")).values(values)
        session.connection().execute(statement, [{**end, "now": now} for end in ends])


def _end_before(plan: Plan, measure: Step) -> str | None:
    """The end that the measure had by the terms known before."""
    group = f"{measure.piece.path}/terms"
    terms = [one for one in plan.known if one.position is not None and one.path.rpartition("/")[0] == group]
    terms.sort(key=lambda one: one.position or 0)
    return end_of_measure([plan.here.contents.get(one.path, {}) for one in terms])


def _children(plan: Plan, step: Step, name: str) -> list[Step]:
    children = [plan.by_path[child.path] for child in step.piece.children if child.kind.name == name]
    return [child for child in children if child.fate is not Fate.GONE]
