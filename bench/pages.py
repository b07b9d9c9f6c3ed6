"""What is measured: each page of the application, the floor that it is compared with, and what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Engine, func, select

from tracker.assignments.models import Assignment
from tracker.letters.models import Letter
from tracker.prisoners.models import Prisoner
from tracker.volunteers.models import Volunteer

COORDINATOR = "writer-007"
WORDS = ("Липов", "Гусе", "Sokol", "Zhurav", "Рябин", "Ласточ", "Dub", "Снегирев", "Sinits", "Кедр")
"""What is typed into the search, each the beginning of a name in one of two scripts."""


@dataclass(frozen=True)
class Samples:
    """Whose pages are asked for."""

    prisoners: Sequence[UUID]
    """Each with more than fifty letters."""
    writer: str
    """The handle of a volunteer."""
    writer_id: UUID
    hers: UUID
    """A prisoner she writes to."""


@dataclass(frozen=True)
class Page:
    """A page, and where its floor is. Both addresses depend on the number of the request, so that caches see life."""

    key: str
    title: str
    aim: float | None
    most_statements: int | None
    path: Callable[[Samples, int], str]
    floor: Callable[[Samples, int], str]

    @property
    def is_form(self) -> bool:
        return self.key == "log"


def _prisoner(samples: Samples, n: int) -> UUID:
    return samples.prisoners[n % len(samples.prisoners)]


def _word(n: int) -> str:
    return quote(WORDS[n % len(WORDS)])


PAGES = (
    Page("index", "list of prisoners", 3.0, 5, lambda s, n: "/prisoners/", lambda s, n: "/index"),
    Page(
        "search", "search of prisoners", 3.0, 5,
        lambda s, n: f"/prisoners/?q={_word(n)}", lambda s, n: f"/search?name={_word(n)}",
    ),
    Page(
        "prisoner", "one prisoner, the last 50 letters", 2.2, 6,
        lambda s, n: f"/prisoners/{_prisoner(s, n)}", lambda s, n: f"/prisoner/{_prisoner(s, n)}",
    ),
    Page(
        "silence", "no letter for 60 days", 1.5, 5,
        lambda s, n: "/prisoners/silence?days=60", lambda s, n: "/silence",
    ),
    Page(
        "silence_stored", "the same, floor by the stored day", None, 5,
        lambda s, n: "/prisoners/silence?days=60", lambda s, n: "/silence-stored",
    ),
    Page(
        "log", "logging a letter", 2.2, 6,
        lambda s, n: f"/prisoners/{s.hers}/letters/new", lambda s, n: f"/letters/{s.hers}/{s.writer_id}",
    ),
)  # fmt: skip

FIRST_PAGES = (("first page of a coordinator", COORDINATOR, "/", 8), ("first page of a volunteer", None, "/", 8))
"""Counted, not timed: title, handle (None: the samples' writer), path, most statements."""


def choose(engine: Engine) -> Samples:
    """The same people on every database of one collective."""
    with engine.connect() as connection:
        many = (
            select(Letter.prisoner_id)
            .group_by(Letter.prisoner_id)
            .having(func.count() > 80)
            .order_by(Letter.prisoner_id)
            .limit(40)
        )
        prisoners = connection.scalars(many).all()
        hers = connection.execute(
            select(Assignment.prisoner_id, Volunteer.id, Volunteer.handle)
            .join(Volunteer, Volunteer.id == Assignment.volunteer_id)
            .join(Prisoner, Prisoner.id == Assignment.prisoner_id)
            .where(Assignment.until.is_(None), Assignment.prisoner_id.in_(prisoners))
            .order_by(Assignment.id)
        ).first()
    assert hers is not None
    return Samples(prisoners[:20], hers.handle, hers.id, hers.prisoner_id)
