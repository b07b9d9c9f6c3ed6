"""A collective of the size that the tracker promises to be quick for, invented anew for a day, and always the same.

Rows are plain dictionaries for plain bulk inserts. Letters, of which there are up to a million, are made in letters.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from bench.court import add_hearings, add_told
from bench.people import add_prisoners
from bench.post import add_evenings, add_parcels
from tracker.assignments.models import EndReason, Part
from tracker.cases.models import CaseKind, ChargeState, LawCode
from tracker.facilities.rules import FacilityKind, finding_form
from tracker.letters.rules import Channel
from tracker.prisoners.names import sorting_form
from tracker.sealing.box import Keyring, Place

Row = dict[str, Any]

VOLUNTEERS, ASSIGNMENTS, LETTERS = 500, 3_000, 200_000
FACILITIES, COURTS, CASES = 60, 30, 700
SPAN = timedelta(days=3 * 365)
"""How far back the collective's work goes."""

_ZONES = ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok", "Europe/Samara")
_READERS = ("Europe/Berlin", "Europe/Moscow", "Asia/Tbilisi", "Europe/Lisbon", "America/Toronto")
_CITIES = (
    ("Ольшанск", "Olshansk"),
    ("Заречье", "Zarechye"),
    ("Тихая Пристань", "Tikhaya Pristan"),
    ("Верхний Бор", "Verkhny Bor"),
    ("Дальнее", "Dalneye"),
)


@dataclass
class Collective:
    """Everything but the letters, by table; and what letters are made from."""

    today: date
    keyring: Keyring
    seed: int = 64
    tables: dict[str, list[Row]] = field(default_factory=dict)
    prisoners: list[UUID] = field(default_factory=list)
    inside_long: list[tuple[UUID, date]] = field(default_factory=list)
    """Those who are inside for twenty years, with the first day."""
    hearings: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Each with one of the prisoners whom it concerns."""

    def __post_init__(self) -> None:
        self.rng = Random(self.seed)
        self.now = datetime.combine(self.today, time(6), UTC)
        self._volunteers()
        self._facilities()
        self._cases()
        add_prisoners(self)
        self._assignments()
        add_hearings(self)
        add_told(self)
        add_parcels(self)
        add_evenings(self)

    def new_id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def add(self, table: str, **facts: Any) -> UUID:
        row_id: UUID = facts.setdefault("id", self.new_id())
        self.tables.setdefault(table, []).append(facts)
        return row_id

    def sealed(self, table: str, column: str, row_id: UUID, text: str) -> bytes:
        return self.keyring.seal(text, Place(table, column, row_id))

    def ago(self, most: int, least: int = 0) -> date:
        return self.today - timedelta(days=self.rng.randint(least, most))

    def moment(self, on: date) -> datetime:
        return datetime.combine(on, time(9, self.rng.randrange(60)), UTC)

    def _volunteers(self) -> None:
        self.volunteers = [self.new_id() for _ in range(VOLUNTEERS)]
        for n, row_id in enumerate(self.volunteers):
            handle = f"writer-{n:03d}"
            self.add(
                "volunteer",
                id=row_id,
                handle=handle,
                handle_folded=handle,
                email_sealed=self.sealed("volunteer", "email_sealed", row_id, f"{handle}@example.org"),
                is_coordinator=n < 8,
                is_admin=n < 2,
                languages=["ru", "en"] if n % 2 else ["ru"],
                capacity=2 + n % 8,
                zone=self.rng.choice(_READERS),
                remind_at=time(7 + n % 12),
                created_at=self.moment(self.today - SPAN),
            )
        self.coordinators, self.writers = self.volunteers[:8], self.volunteers[8:]

    def _facilities(self) -> None:
        self.facilities: list[UUID] = []
        self.courts: list[UUID] = []
        self.zone_of: dict[UUID, str] = {}
        for n in range(FACILITIES + COURTS):
            local, latin = _CITIES[n % len(_CITIES)]
            is_court = n >= FACILITIES
            kind = FacilityKind.COURT if is_court else (FacilityKind.SIZO, FacilityKind.COLONY)[n % 2]
            name = f"{latin} District Court {n}" if is_court else f"{kind.value.upper()}-{n}, {latin}"
            name_local = f"{local}, районный суд № {n}" if is_court else f"ФКУ № {n}, {local}"
            row_id = self.add(
                "facility",
                name=name,
                name_folded=finding_form(name, name_local, latin),
                name_local=name_local,
                kind=kind,
                city=latin,
                country="RU",
                zone=_ZONES[n % len(_ZONES)],
                address=f"Россия, {100000 + n}\n{local}\nЛесная улица, {n + 1}",
                verified_on=self.ago(500),
                created_at=self.moment(self.today - SPAN),
            )
            (self.courts if is_court else self.facilities).append(row_id)
            if not is_court:
                self.add(
                    "facility_channel",
                    facility_id=row_id,
                    channel=Channel.E_LETTER,
                    service="Lukomail",
                    works=bool(n % 3),
                    verified_on=self.ago(500),
                    position=0,
                )
            self.zone_of[row_id] = _ZONES[n % len(_ZONES)]

    def _cases(self) -> None:
        self.cases: list[UUID] = []
        self.in_case: dict[UUID, list[UUID]] = {}
        for n in range(CASES):
            title = f"The case of the reading circle {n}"
            case_id = self.add(
                "legal_case",
                title=title,
                title_folded=sorting_form(title),
                kind=CaseKind.CRIMINAL,
                country="RU",
                summary="A reading circle met on Thursdays; somebody listened at the door.",
                created_at=self.moment(self.today - SPAN),
                position=n,
            )
            self.cases.append(case_id)
            self.in_case[case_id] = []
            self.add(
                "charge",
                case_id=case_id,
                code=LawCode.CRIMINAL,
                articles="205.2(2)",
                articles_printed="art. 205.2 p. 2",
                state=ChargeState.STANDING,
            )

    def _assignments(self) -> None:
        """Nobody writes to every twentieth prisoner; every fifth has had no letter for more than sixty days."""
        self.assignments: list[tuple[UUID, UUID, date, date]] = []
        written_to = [prisoner for n, prisoner in enumerate(self.prisoners) if n % 20]
        silent = {prisoner: self.rng.randint(61, 150) for prisoner in written_to[::5]}
        taken: set[tuple[UUID, UUID]] = set()
        for n in range(ASSIGNMENTS):
            prisoner = written_to[n] if n < len(written_to) else self.rng.choice(written_to)
            writer = self.rng.choice(self.writers)
            while (prisoner, writer) in taken:
                writer = self.rng.choice(self.writers)
            taken.add((prisoner, writer))
            since = self.ago(SPAN.days - 40, 160)
            # The first of each prisoner is running.
            until = self.ago(150, 100) if n >= len(written_to) and n % 2 else None
            last = until or self.today - timedelta(days=silent.get(prisoner) or self.rng.randint(1, 50))
            self.assignments.append((prisoner, writer, since, last))
            self.add(
                "assignment",
                prisoner_id=prisoner,
                volunteer_id=writer,
                part=Part.WRITER,
                since=since,
                until=until,
                end_reason=EndReason.HANDED_OVER if until else None,
                assigned_by_id=self.coordinators[n % 8],
                created_at=self.moment(since),
                last_letter_on=last,
            )
