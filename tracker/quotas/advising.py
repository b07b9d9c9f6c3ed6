"""What the quotas say about one more parcel: what is asked back before it is kept or claimed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tracker.facilities.rules import WhoMayWrite
from tracker.parcels.rules import ParcelCategory, ParcelKind, SentBy
from tracker.quotas.counting import counts
from tracker.quotas.ledger import Ledger, Line, OpenClaim, PoolLedger
from tracker.quotas.rules import POOL_OF, Ask, Block, Limit, QuotaQuestion, Unit


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing that is asked back, with the facts that belong to it."""

    question: QuotaQuestion
    next_on: date | None = None
    """The next day on which one can go, or after the usual spacing."""
    grams: int | None = None
    """By how much it would be over, or the most that one piece may weigh."""
    taken_by: tuple[str, ...] = ()
    """Handles of volunteers whose claims take a slot."""
    family_has_claimed: bool = False
    block: Block | None = None
    asks: tuple[Ask, ...] = ()


def advice_about(
    ledger: Ledger,
    *,
    kind: ParcelKind,
    category: ParcelCategory = ParcelCategory.ORDINARY,
    grams: int | None = None,
    sent_by: SentBy = SentBy.OURS,
) -> tuple[Advice, ...]:
    """What to ask back about one more parcel, from a ledger in which it does not count yet. Empty: all is well.

    What pages about letters and parcels ask anyway is left out: transfer, at home, a ban on mail.
    """
    pool = ledger.pool(kind)
    if pool.block in (Block.ON_TRANSFER, Block.NOT_INSIDE):
        return ()
    if pool.block is not None:
        return (Advice(QuotaQuestion.BLOCKED_NOW, block=pool.block),)
    found = []
    if sent_by is not SentBy.FAMILY and any(line.rule.who is WhoMayWrite.RELATIVES for line in pool.lines):
        found.append(Advice(QuotaQuestion.RELATIVES_ONLY))
    if pool.is_unknown:
        found.append(Advice(QuotaQuestion.UNKNOWN_RULE, asks=pool.asks or (Ask.FACILITY,)))
    heaviest = pool.heaviest_grams
    if grams and heaviest and grams > heaviest:
        found.append(Advice(QuotaQuestion.PIECE_TOO_HEAVY, grams=heaviest))
    for line in pool.lines:
        if counts(line.rule, pool.pool, kind, category):
            found += _about(line, ledger.claims, pool, grams)
    return tuple(found)


def _about(line: Line, claims: Sequence[OpenClaim], pool: PoolLedger, grams: int | None) -> list[Advice]:
    if line.rule.limit is not Limit.UP_TO:
        limited = False
    elif line.rule.unit is Unit.PIECES:
        limited = line.remaining == 0
    else:
        limited = _over_by(line, grams) > 0
    if limited:
        mine = [claim for claim in claims if POOL_OF[claim.kind] is pool.pool]
        is_weight = line.rule.unit is Unit.GRAMS
        return [
            Advice(
                QuotaQuestion.OVER_WEIGHT if is_weight else QuotaQuestion.OVER_QUOTA,
                next_on=line.free_on if is_weight else line.next_on,
                grams=_over_by(line, grams) if is_weight else None,
                taken_by=tuple(dict.fromkeys(claim.handle for claim in mine if claim.handle)),
                family_has_claimed=any(claim.family_link_id for claim in mine),
            )
        ]
    if line.advised_on is not None:
        return [Advice(QuotaQuestion.TOO_SOON, next_on=line.advised_on)]
    return []


def _over_by(line: Line, grams: int | None) -> int:
    """By how many grams one more would be over; one that was not weighed is over when nothing is left."""
    over = line.used + line.reserved + (grams or 0) - line.rule.most
    return over if grams else max(over, 1 if line.remaining == 0 else 0)


def claim_meant(
    claims: Sequence[OpenClaim], kind: ParcelKind, volunteer_id: UUID, sent_by: SentBy = SentBy.OURS
) -> OpenClaim | None:
    """The open claim that a parcel makes true: the oldest of the sender's own in the same pool, or of the family's."""
    for claim in sorted(claims, key=lambda claim: claim.planned_on):
        if POOL_OF[claim.kind] is not POOL_OF[kind]:
            continue
        if sent_by is SentBy.FAMILY and claim.family_link_id is not None:
            return claim
        if sent_by is SentBy.OURS and claim.volunteer_id == volunteer_id:
            return claim
    return None
