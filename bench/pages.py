"""What is measured: each page of the application, the floor that it is compared with, and what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Engine, func, select

from tracker.assignments.models import Assignment
from tracker.evenings.models import Evening
from tracker.letters.models import Letter
from tracker.parcels.models import Parcel
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
    inside_long: Sequence[UUID]
    """Each with twenty years of parcels."""
    writer: str
    """The handle of a volunteer."""
    writer_id: UUID
    hers: UUID
    """A prisoner she writes to."""
    evening: UUID
    """One that nobody has counted yet."""


@dataclass(frozen=True)
class Page:
    """A page, and where its floor is. Both addresses depend on the number of the request, so that caches see life."""

    key: str
    title: str
    aim: float | None
    most_statements: int | None
    path: Callable[[Samples, int], str]
    floor: Callable[[Samples, int], str]
    typed: Mapping[str, str] | None = None
    """What is typed into the form on this page; None: it is looked at only."""
    growth_aim: float | None = 1.15
    """So much longer it may take with five times the letters; None: it counts letters, and so grows with them as its
    floor does. Such a page is asked less often, for it is slow."""
    is_counted: bool = True
    """Whether its statements are counted; not where the same page stands twice, with two floors."""

    @property
    def is_form(self) -> bool:
        return self.typed is not None

    def who(self, samples: Samples) -> str:
        """The handle of whoever looks at it."""
        return samples.writer if self.key == "log" else COORDINATOR


def _prisoner(samples: Samples, n: int) -> UUID:
    return samples.prisoners[n % len(samples.prisoners)]


def _inside_long(samples: Samples, n: int) -> UUID:
    return samples.inside_long[n % len(samples.inside_long)]


def _word(n: int) -> str:
    return quote(WORDS[n % len(WORDS)])


PAGES = (
    Page("home", "first page of a coordinator", 6.0, 8, lambda s, n: "/", lambda s, n: "/home"),
    Page("index", "list of prisoners", 3.0, 5, lambda s, n: "/prisoners/", lambda s, n: "/index"),
    Page(
        "search", "search of prisoners", 3.0, 5,
        lambda s, n: f"/prisoners/?q={_word(n)}", lambda s, n: f"/search?name={_word(n)}",
    ),
    Page(
        "prisoner", "one prisoner, the last 50 letters", 2.2, 8,
        lambda s, n: f"/prisoners/{_prisoner(s, n)}", lambda s, n: f"/prisoner/{_prisoner(s, n)}",
    ),
    Page(
        "silence", "no letter for 60 days", 1.5, 5,
        lambda s, n: "/prisoners/silence?days=60", lambda s, n: "/silence",
    ),
    Page(
        "silence_stored", "the same, floor by the stored day", None, 5,
        lambda s, n: "/prisoners/silence?days=60", lambda s, n: "/silence-stored", is_counted=False,
    ),
    Page(
        "no_reply", "no reply for longer than expected", 4.0, 5,
        lambda s, n: "/prisoners/silence?about=replies", lambda s, n: "/no-reply",
    ),
    Page("threads", "all threads", 3.0, 5, lambda s, n: "/threads", lambda s, n: "/threads"),
    Page("silent", "threads that are silent", 4.0, 5, lambda s, n: "/threads?state=silent", lambda s, n: "/silent"),
    Page(
        "ledger", "ledger of twenty years of parcels", 4.0, 5,
        lambda s, n: f"/prisoners/{_inside_long(s, n)}/ledger", lambda s, n: f"/ledger/{_inside_long(s, n)}",
    ),
    Page(
        "log", "logging a letter", 2.2, 6,
        lambda s, n: f"/prisoners/{s.hers}/letters/new", lambda s, n: f"/letters/{s.hers}/{s.writer_id}",
        typed={},
    ),
    Page(
        "choose", "choosing 50 for an evening, by 90 days", 2.5, 12,
        lambda s, n: f"/evenings/{s.evening}/choose", lambda s, n: f"/choose/{s.evening}?days=90",
        typed={"people": "50", "days": "90"}, growth_aim=None,
    ),
    Page(
        "choose_ever", "choosing 50 for an evening, by all time", 2.5, 12,
        lambda s, n: f"/evenings/{s.evening}/choose", lambda s, n: f"/choose/{s.evening}",
        typed={"people": "50", "days": "ever"}, growth_aim=None,
    ),
)  # fmt: skip

FIRST_PAGES: tuple[tuple[str, str | None, str, int], ...] = (("first page of a volunteer", None, "/", 8),)
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
        parcels = (
            select(Parcel.prisoner_id)
            .group_by(Parcel.prisoner_id)
            .having(func.count() > 200)
            .order_by(Parcel.prisoner_id)
        )
        inside_long = connection.scalars(parcels).all()
        evening = connection.scalar(select(Evening.id).order_by(Evening.on.desc()).limit(1))
    assert hers is not None
    assert evening is not None
    return Samples(prisoners[:20], inside_long, hers.handle, hers.id, hers.prisoner_id, evening)
