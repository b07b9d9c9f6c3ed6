"""What a ledger holds: used, reserved and left of each quota, and when the next parcel can go. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tracker.parcels.rules import ParcelCategory, ParcelKind, SentBy
from tracker.quotas.choosing import Choice, Situation
from tracker.quotas.rules import POOL_OF, Ask, Block, Doubt, Limit, Pool, Rule, Unit
from tracker.quotas.windows import Span


@dataclass(frozen=True, slots=True)
class Sent:
    """A parcel, whoever sent it."""

    id: UUID
    kind: ParcelKind
    posted_on: date
    category: ParcelCategory = ParcelCategory.ORDINARY
    sent_by: SentBy = SentBy.OURS
    arrived_on: date | None = None
    returned_on: date | None = None
    grams: int | None = None
    volunteer_id: UUID | None = None
    """Whose parcel it is, or who entered it."""
    handle: str | None = None

    @property
    def came_on(self) -> date | None:
        """The day on which it came; what is handed in at the window is there at once."""
        return self.arrived_on or (self.posted_on if self.kind is ParcelKind.DELIVERY else None)

    @property
    def day(self) -> date:
        """The day on which it counts: that of arrival, and until then that of posting."""
        return self.arrived_on or self.posted_on


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A slot that somebody has taken and that has not lapsed."""

    id: UUID
    kind: ParcelKind
    planned_on: date
    grams: int | None = None
    volunteer_id: UUID | None = None
    """None: the family."""
    handle: str | None = None
    lapses_at: datetime | None = None
    """After what a transfer or a punishment cell has added."""
    is_frozen: bool = False
    family_link_id: UUID | None = None
    answered: tuple[str, ...] = ()
    """What was asked back when it was made, and ticked all the same."""


@dataclass(frozen=True, slots=True)
class Line:
    """One count of a pool: in pieces or in grams."""

    rule: Rule
    span: Span
    """The days that are counted."""
    used: int
    """Came, in this window."""
    under_way: int
    """Sent, and neither come nor returned."""
    claimed: int
    remaining: int | None
    """None: no limit, or not known. Never negative: ``over`` says when more was used than is allowed now."""
    over: bool
    free_on: date | None
    """When all is used up: the first day with room again; None: there is room, or nobody knows."""
    advised_on: date | None
    """The first day after the spacing that is usual here, when that is still to come."""
    counted: tuple[Sent, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def reserved(self) -> int:
        """Sent or claimed, and not come yet."""
        return self.under_way + self.claimed

    @property
    def next_on(self) -> date | None:
        """The next day on which one can go; None: at once, or nobody knows."""
        return max((each for each in (self.free_on, self.advised_on) if each), default=None)


@dataclass(frozen=True, slots=True)
class PoolLedger:
    """What holds of one pool."""

    pool: Pool
    lines: tuple[Line, ...] = ()
    asks: tuple[Ask, ...] = ()
    """What has to be found out, as long as no rule can be named."""
    candidates: tuple[Rule, ...] = ()
    block: Block | None = None
    """Why nothing can be sent now."""

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows what is allowed: then nothing counts as allowed."""
        return self.block is None and (bool(self.asks) or not any(self._knows(line) for line in self.lines))

    @staticmethod
    def _knows(line: Line) -> bool:
        return line.rule.limit is not Limit.UNKNOWN

    def line(self, unit: Unit) -> Line | None:
        """The count in pieces or in grams, if there is one."""
        return next((line for line in self.lines if line.rule.unit is unit), None)

    @property
    def heaviest_grams(self) -> int | None:
        """The most that one piece may weigh."""
        return min((line.rule.heaviest_grams for line in self.lines if line.rule.heaviest_grams), default=None)


@dataclass(frozen=True, slots=True)
class Letters:
    """Whether letters may be sent."""

    choice: Choice
    mail_forbidden: bool = False


@dataclass(frozen=True, slots=True)
class Ledger:
    """All quotas of a prisoner on a day."""

    situation: Situation
    pools: tuple[PoolLedger, ...]
    letters: Letters
    claims: tuple[OpenClaim, ...] = ()
    exempt: tuple[Sent, ...] = ()
    """What came or is under way and does not count."""

    def pool(self, kind: ParcelKind) -> PoolLedger:
        """The pool in which a kind of parcel counts."""
        return next(each for each in self.pools if each.pool is POOL_OF[kind])
