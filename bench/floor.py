"""The least that a page of this kind can cost: bare Flask, one indexed statement in plain SQLAlchemy Core, one Jinja
page as heavy as the measured one. No sign-in, no session, no CSRF, no translation, no headers.

`FLOOR_DATABASE_URL` is the database, `FLOOR_PADDING` (JSON) how many bytes to add to each row of a page.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from heapq import nsmallest
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue
from jinja2 import Template
from sqlalchemy import Engine, and_, create_engine, delete, event, func, insert, select

from tracker.assignments.models import Assignment
from tracker.cases.models import Case
from tracker.dates.models import Hearing
from tracker.evenings.models import EveningPerson
from tracker.facilities.models import Facility
from tracker.letters.models import Letter
from tracker.letters.rules import Direction, LetterKind
from tracker.parcels.models import Parcel
from tracker.prisoners.models import NameKey, Placement, Prisoner
from tracker.prisoners.names import search_keys
from tracker.volunteers.models import Volunteer

ROWS = 50
EXPECTED_DAYS = 90
LOOKED_BACK = timedelta(days=3 * 366)

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Floor</title></head>
<body><h1>Floor</h1>
<table>
{% for row in rows %}
<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}PADDING</tr>
{% endfor %}
</table></body></html>
"""


class Floor:
    """One view for each measured page; ``padding`` says how many bytes to add to each row of a page."""

    def __init__(self, database_url: str, padding: Mapping[str, int]) -> None:
        self.app = Flask("floor")
        self._engine = _bare_engine(database_url)
        self._padding = padding
        self._templates: dict[str, Template] = {}
        for path, view in (
            ("/", self.ready),
            ("/index", self.index),
            ("/search", self.search),
            ("/prisoner/<uuid:prisoner_id>", self.prisoner),
            ("/silence", self.silence),
            ("/silence-stored", self.silence_stored),
            ("/home", self.home),
            ("/no-reply", self.no_reply),
            ("/threads", self.threads),
            ("/silent", self.silent),
            ("/ledger/<uuid:prisoner_id>", self.ledger),
        ):
            self.app.add_url_rule(path, view.__name__, view)
        self.app.add_url_rule("/letters/<uuid:prisoner_id>/<uuid:volunteer_id>", "log", self.log, methods=["POST"])
        self.app.add_url_rule("/choose/<uuid:evening_id>", "choose", self.choose, methods=["POST"])

    def ready(self) -> str:
        return "ready"

    def index(self) -> str:
        return self._page("index", _listed().order_by(Prisoner.name_folded).limit(ROWS))

    def search(self) -> str:
        return self._page("search", _found(request.args["name"]))

    def prisoner(self, prisoner_id: UUID) -> str:
        return self._page("prisoner", _letters_of(prisoner_id))

    def silence(self) -> str:
        return self._page("silence", _silent_by_archive(_today() - timedelta(days=60)))

    def silence_stored(self) -> str:
        return self._page("silence_stored", _silent_by_day(_today() - timedelta(days=60)))

    def home(self) -> str:
        return self._page("home", _hearings_to_come())

    def no_reply(self) -> str:
        return self._page("no_reply", _waiting_since(_today() - timedelta(days=EXPECTED_DAYS)))

    def threads(self) -> str:
        return self._page("threads", _threads())

    def silent(self) -> str:
        return self._page("silent", _threads(_today() - timedelta(days=EXPECTED_DAYS)))

    def ledger(self, prisoner_id: UUID) -> str:
        return self._page("ledger", _parcels_of(prisoner_id))

    def choose(self, evening_id: UUID) -> ResponseReturnValue:
        """One count of letters, and a row for each of the fifty who had the fewest."""
        days = request.args.get("days", type=int)
        with self._engine.begin() as connection:
            counts = dict(connection.execute(_letters_by_prisoner(days)).tuples().all())
            fewest = nsmallest(ROWS, connection.scalars(select(Prisoner.id)), key=lambda each: counts.get(each, 0))
            connection.execute(delete(EveningPerson).where(EveningPerson.evening_id == evening_id))
            connection.execute(insert(EveningPerson), [_seat(evening_id, each, n) for n, each in enumerate(fewest)])
        return redirect("/index")

    def log(self, prisoner_id: UUID, volunteer_id: UUID) -> ResponseReturnValue:
        with self._engine.begin() as connection:
            connection.execute(insert(Letter), _letter(prisoner_id, volunteer_id, request.form["kind"]))
        return redirect("/index")

    def _page(self, name: str, statement: Any) -> str:
        if name not in self._templates:
            markup = "<i>" + "x" * self._padding.get(name, 0) + "</i>"
            self._templates[name] = self.app.jinja_env.from_string(PAGE.replace("PADDING", markup))
        with self._engine.connect() as connection:
            rows = connection.execute(statement).all()
        return self._templates[name].render(rows=rows)


def _bare_engine(url: str) -> Engine:
    """Nothing but what makes a commit as safe as the tracker's."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _set_up(connection: Any, _record: object) -> None:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

    return engine


def _today() -> date:
    return datetime.now(UTC).date()


def _listed() -> Any:
    return (
        select(Prisoner.id, Prisoner.name, Prisoner.name_local, Prisoner.last_letter_on, Facility.name)
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Prisoner.archived_at.is_(None))
    )


def _found(name: str) -> Any:
    (word,) = search_keys(name)
    (key,) = sorted(word)[:1]
    last = key[:-1] + chr(ord(key[-1]) + 1)
    named = select(NameKey.prisoner_id).where(NameKey.key >= key, NameKey.key < last)
    return _listed().where(Prisoner.id.in_(named)).order_by(Prisoner.name_folded).limit(ROWS)


def _letters_of(prisoner_id: UUID) -> Any:
    return (
        select(Letter.id, Letter.direction, Letter.kind, Letter.dated_on, Letter.returned_on, Volunteer.handle)
        .join(Volunteer, Volunteer.id == Letter.volunteer_id)
        .where(Letter.prisoner_id == prisoner_id, Letter.removed_at.is_(None))
        .order_by(Letter.dated_on.desc())
        .limit(ROWS)
    )


def _silent_by_archive(before: date) -> Any:
    """One probe of the letters' index for each running assignment."""
    newest = (
        select(Letter.dated_on)
        .where(
            Letter.prisoner_id == Assignment.prisoner_id,
            Letter.direction == Direction.OUT,
            Letter.removed_at.is_(None),
        )
        .order_by(Letter.dated_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    waiting = (
        select(Assignment.prisoner_id, Assignment.volunteer_id, newest.label("newest_on"))
        .where(Assignment.until.is_(None))
        .subquery()
    )
    return (
        select(Prisoner.id, Prisoner.name, Prisoner.name_local, waiting.c.newest_on, Volunteer.handle)
        .join(Prisoner, Prisoner.id == waiting.c.prisoner_id)
        .join(Volunteer, Volunteer.id == waiting.c.volunteer_id)
        .where(waiting.c.newest_on < before)
        .order_by(waiting.c.newest_on)
        .limit(ROWS)
    )


def _silent_by_day(before: date) -> Any:
    """By the day that is kept beside the letters."""
    return _listed().where(Prisoner.last_letter_on < before).order_by(Prisoner.last_letter_on).limit(ROWS)


def _hearings_to_come() -> Any:
    return (
        select(Hearing.id, Hearing.kind, Hearing.on, Hearing.at, Case.title)
        .join(Case, Case.id == Hearing.case_id)
        .where(Hearing.on >= _today())
        .order_by(Hearing.on)
        .limit(ROWS)
    )


def _waiting_since(before: date) -> Any:
    """By the day that is kept beside the letters, and one number of days for all places."""
    return _listed().where(Prisoner.waiting_since < before).order_by(Prisoner.waiting_since).limit(ROWS)


def _threads(before: date | None = None) -> Any:
    statement = (
        select(
            Assignment.id,
            Prisoner.name,
            Volunteer.handle,
            Assignment.waiting_since,
            Assignment.last_letter_on,
            Facility.name,
        )
        .join(Prisoner, Prisoner.id == Assignment.prisoner_id)
        .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
        .outerjoin(Placement, and_(Placement.prisoner_id == Prisoner.id, Placement.is_current))
        .outerjoin(Facility, Facility.id == Placement.facility_id)
        .where(Assignment.until.is_(None))
        .order_by(Assignment.waiting_since.nulls_last())
        .limit(ROWS)
    )
    return statement if before is None else statement.where(Assignment.waiting_since < before)


def _parcels_of(prisoner_id: UUID) -> Any:
    """Those of the days that can count, by their index."""
    return (
        select(Parcel.id, Parcel.kind, Parcel.posted_on, Parcel.arrived_on, Parcel.grams, Volunteer.handle)
        .join(Volunteer, Volunteer.id == Parcel.volunteer_id)
        .where(Parcel.prisoner_id == prisoner_id, Parcel.posted_on > _today() - LOOKED_BACK)
        .order_by(Parcel.posted_on.desc())
    )


def _letters_by_prisoner(days: int | None) -> Any:
    # As the application does: an expression keeps SQLite from the order of the index where all letters are counted.
    whose = Letter.prisoner_id if days is not None else func.coalesce(Letter.prisoner_id, Letter.prisoner_id)
    statement = (
        select(whose, func.count())
        .where(Letter.direction == Direction.OUT, Letter.removed_at.is_(None))
        .group_by(whose)
    )
    return statement if days is None else statement.where(Letter.dated_on >= _today() - timedelta(days=days))


def _seat(evening_id: UUID, prisoner_id: UUID, n: int) -> dict[str, Any]:
    return {"id": uuid4(), "evening_id": evening_id, "prisoner_id": prisoner_id, "position": n, "number": n}


def _letter(prisoner_id: UUID, volunteer_id: UUID, kind: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": uuid4(),
        "prisoner_id": prisoner_id,
        "volunteer_id": volunteer_id,
        "direction": Direction.OUT,
        "kind": LetterKind(kind),
        "dated_on": now.date(),
        "logged_by_id": volunteer_id,
        "logged_at": now,
        "form_id": uuid4(),
    }


def from_environment() -> Flask:
    """What the server loads."""
    return Floor(os.environ["FLOOR_DATABASE_URL"], json.loads(os.environ["FLOOR_PADDING"])).app
