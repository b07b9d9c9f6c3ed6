"""What the quotas say about a parcel that is being logged, from the database."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.parcels.rules import ParcelCategory, ParcelKind, SentBy
from tracker.quotas import queries
from tracker.quotas.advising import Advice, advice_about, claim_meant
from tracker.quotas.mail_rules import MailRules
from tracker.quotas.supply_queries import supplied


def advice_for_parcel(
    session: Session,
    rules: MailRules,
    prisoner_id: UUID,
    *,
    kind: ParcelKind,
    category: ParcelCategory = ParcelCategory.ORDINARY,
    sent_by: SentBy = SentBy.OURS,
    grams: int | None = None,
    on: date,
    volunteer_id: UUID,
    today: date,
    now: datetime,
    but: UUID | None = None,
) -> tuple[Advice, ...]:
    """What to ask back before a parcel posted ``on`` a day is kept, in two statements; empty: all is well.

    ``rules`` are those of ``mail_rules.rules_in_use()``; ``volunteer_id`` is the sender, whose own claim does not stand
    in her way; ``today`` is hers; ``but`` is the parcel itself when it is being corrected. Each advice has a
    ``question``, a StrEnum for the box to tick; ``words.advice_sentence`` says it. Whether the reader may see the
    prisoner is not asked here.
    """
    of = supplied(session, prisoner_id)
    if of is None:
        return ()
    found = queries.counted(session, prisoner_id, on, but)
    own = claim_meant(found.open_claims(of.stays, now), kind, volunteer_id, sent_by)
    ledger = queries.ledger_of(of, found, rules, on=on, today=today, now=now, without=own.id if own else None)
    return advice_about(ledger, kind=kind, category=category, grams=grams, sent_by=sent_by)
