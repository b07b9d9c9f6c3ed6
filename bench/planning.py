"""Planning: thousands of days from scratch, one moved hearing among them, and a turn with nothing due."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from statistics import median
from uuid import UUID, uuid4

from sqlalchemy import Engine, insert, update

import tracker.models  # noqa: F401  every table
from tests.support.statements import counting
from tracker.assignments.models import Assignment, Part
from tracker.dates.models import Hearing, HearingKind, HearingPrisoner, HearingStatus
from tracker.db import Base, make_engine, make_sessions
from tracker.facilities.models import Facility, FacilityKind
from tracker.prisoners.models import Prisoner, Whereabouts
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.jobs import Desk, PlanReport, plan_due
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailState
from tracker.volunteers.models import Volunteer

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
READERS, PEOPLE = 5, 200
ZONES = ("Europe/Berlin", "Asia/Vladivostok", "Asia/Almaty", "Europe/Moscow")


@dataclass(frozen=True)
class Turn:
    """What one turn took."""

    seconds: float
    statements: int
    commits: int
    new: int
    days: int


@dataclass(frozen=True)
class Planned:
    """The turns over one number of hearings with five readers each."""

    hearings: int
    scratch: Turn
    moved: Turn
    idle: Turn


def planning(url: str, hearings: int, idle_turns: int = 30) -> Planned:
    """Measure on an empty database: everything from scratch, a turn with nothing due, one moved hearing."""
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    moved = _fill(engine, hearings)
    desk = Desk(ladders_in_use(), "Europe/Berlin", b"a secret of the bench", {})
    scratch = _turn(engine, desk, NOW)
    with engine.begin() as connection:
        connection.execute(update(Outbox).values(state=MailState.SENT, accepted_at=NOW, tried_at=NOW))
    # What was sent has been looked at, and is no longer news.
    later = NOW + timedelta(minutes=40)
    for moment in (NOW + timedelta(minutes=1), later):
        _turn(engine, desk, moment)
    turns = [_turn(engine, desk, later + timedelta(seconds=n + 1)) for n in range(idle_turns)]
    idle = replace(turns[0], seconds=median(turn.seconds for turn in turns))
    changed = later + timedelta(minutes=1)
    with engine.begin() as connection:
        facts = {"on": (NOW + timedelta(days=9)).date(), "changed_at": changed, "revision": 1}
        connection.execute(update(Hearing).where(Hearing.id == moved).values(**facts))
    _turn(engine, desk, changed + timedelta(minutes=1))
    once_settled = _turn(engine, desk, changed + timedelta(minutes=11))
    engine.dispose()
    return Planned(hearings, scratch, once_settled, idle)


def _turn(engine: Engine, desk: Desk, now: datetime) -> Turn:
    with counting(engine) as asked:
        begun = time.perf_counter()
        report: PlanReport = plan_due(make_sessions(engine), lambda _session: now, desk)
        seconds = time.perf_counter() - begun
    return Turn(seconds, len(asked), asked.commits, report.new, report.days)


def _fill(engine: Engine, hearings: int) -> UUID:
    """Hearings of the next year and a half, four to a prisoner, each with five readers; gives one that was told of."""
    entered = NOW - timedelta(days=200)
    people = [uuid4() for _ in range(PEOPLE)]
    prisoners = [uuid4() for _ in range(hearings // 4)]
    ids = [uuid4() for _ in range(hearings)]
    court = uuid4()
    rows: dict[type[Base], list[dict[str, object]]] = {
        Volunteer: [
            {
                "id": id_,
                "handle": f"v{n}",
                "handle_folded": f"v{n}",
                "zone": ZONES[n % 4],
                "languages": [],
                "former_habits": [],
                "created_at": entered,
            }
            for n, id_ in enumerate(people)
        ],
        Facility: [
            {
                "id": court,
                "name": "Court",
                "name_folded": "court",
                "kind": FacilityKind.COURT,
                "zone": ZONES[1],
                "created_at": entered,
            }
        ],
        Prisoner: [
            {
                "id": id_,
                "name": f"P{n}",
                "name_folded": f"p{n}",
                "whereabouts": Whereabouts.IN_CUSTODY,
                "created_at": entered,
            }
            for n, id_ in enumerate(prisoners)
        ],
        Assignment: [
            {
                "id": uuid4(),
                "prisoner_id": id_,
                "volunteer_id": people[(n * READERS + k) % len(people)],
                "part": Part.WRITER,
                "since": entered.date(),
                "created_at": entered,
            }
            for n, id_ in enumerate(prisoners)
            for k in range(READERS)
        ],
        Hearing: [
            {
                "id": id_,
                "court_id": court,
                "kind": HearingKind.TRIAL,
                "on": (NOW + timedelta(days=n % 540)).date(),
                "at": None if n % 4 == 0 else wall_time(10, 30 * (n % 2)),
                "zone": ZONES[n % 4],
                "status": HearingStatus.SCHEDULED,
                "entered_by_id": people[0],
                "entered_at": entered,
                "changed_at": entered,
                "form_id": uuid4(),
            }
            for n, id_ in enumerate(ids)
        ],
        HearingPrisoner: [
            {"id": uuid4(), "hearing_id": id_, "prisoner_id": prisoners[n % len(prisoners)]}
            for n, id_ in enumerate(ids)
        ],
    }
    with engine.begin() as connection:
        for table, several in rows.items():
            connection.execute(insert(table), several)
    return ids[6]


def rows_of(found: Planned, database: str, verdict: Callable[[float, float], str]) -> list[list[str]]:
    """Lines of the report."""
    title = f"planning {found.hearings:,} hearings × {READERS} readers"

    def line(what: str, turn: Turn, aim: float | None) -> list[str]:
        value = f"{1000 * turn.seconds:.1f} ms, {turn.statements} statements, {turn.new} new"
        judged = verdict(turn.seconds, aim) if aim else ""
        return [f"{title}: {what}", database, value, f"{1000 * aim:.0f} ms" if aim else "", judged]

    return [
        line("from scratch", found.scratch, None),
        line("one moved hearing", found.moved, 0.1),
        line("nothing due", found.idle, None),
    ]
