"""Reads for ledgers, claims, rules of facilities and links of families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Date,
    Row,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from tracker.db import UtcDateTime
from tracker.parcels.models import Parcel
from tracker.parcels.rules import ParcelCategory, ParcelKind, SentBy
from tracker.quotas.counting import make_ledger
from tracker.quotas.lapsing import lapse_of
from tracker.quotas.ledger import Ledger, OpenClaim, Sent
from tracker.quotas.mail_rules import MailRules
from tracker.quotas.models import ParcelClaim
from tracker.quotas.situation import Stay
from tracker.quotas.supply_queries import Supplied
from tracker.volunteers.models import Volunteer

LOOKED_BACK = timedelta(days=3 * 366)
"""No window is longer than a year, no spacing than two; what is older cannot count. A parcel counts by its arrival,
which is never a year after it was posted."""

CLAIMS_LOOKED_BACK = timedelta(days=400)
"""Claims older than this have lapsed, however long somebody was on transfer."""


@dataclass(frozen=True)
class Counted:
    """What counts against the quotas of a prisoner: parcels, and claims as they were made."""

    sent: Sequence[Sent]
    claims: Sequence[Row[*tuple[Any, ...]]]

    def open_claims(self, stays: Sequence[Stay], now: datetime) -> list[OpenClaim]:
        """The claims that have not lapsed."""
        found = []
        for row in self.claims:
            lapse = lapse_of(row.claimed_at, row.lapses_at, stays, now)
            if not lapse.has_lapsed(now):
                found.append(
                    OpenClaim(
                        id=row.id,
                        kind=ParcelKind(row.kind),
                        planned_on=row.day,
                        grams=row.grams,
                        volunteer_id=row.volunteer_id,
                        handle=row.handle,
                        lapses_at=lapse.at,
                        is_frozen=lapse.is_frozen,
                        family_link_id=row.family_link_id,
                        answered=tuple(row.answered or ()),
                    )
                )
        return found


_PARCELS, _CLAIMS = "parcel", "claim"
_NOTHING = UUID(int=0)


def counted(session: Session, prisoner_id: UUID, day: date, but: UUID | None = None) -> Counted:
    """Parcels and claims of a prisoner that can count on ``day``, in one statement bounded by days. ``but`` is a
    parcel that is left out, because it is being corrected."""
    values = {
        "prisoner_id": prisoner_id,
        "posted_after": day - LOOKED_BACK,
        "planned_after": day - CLAIMS_LOOKED_BACK,
        "but": but or _NOTHING,
    }
    rows = session.execute(_counted(), values).all()
    sent = [
        Sent(
            id=row.id,
            kind=ParcelKind(row.kind),
            posted_on=row.day,
            category=ParcelCategory(row.category),
            sent_by=SentBy(row.sent_by),
            arrived_on=row.arrived_on,
            returned_on=row.returned_on,
            grams=row.grams,
            volunteer_id=row.volunteer_id,
            handle=row.handle,
        )
        for row in rows
        if row.what == _PARCELS
    ]
    return Counted(sent, [row for row in rows if row.what == _CLAIMS])


_NO_TEXT, _NO_DAY, _NO_ID = cast(null(), String), cast(null(), Date), cast(null(), Uuid)
_NO_MOMENT, _NO_ANSWERS = cast(null(), UtcDateTime), cast(null(), JSON)


@cache
def _counted() -> Select[Any]:
    """Made once: to put it together takes longer than to ask it."""
    prisoner_id: Any = bindparam("prisoner_id", type_=Uuid)
    together = union_all(_parcels_of(prisoner_id), _claims_of(prisoner_id)).subquery()
    return select(together).order_by(together.c.day, together.c.id)


def _parcels_of(prisoner_id: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(_PARCELS).label("what"),
            Parcel.id.label("id"),
            type_coerce(Parcel.kind, String).label("kind"),
            type_coerce(Parcel.category, String).label("category"),
            type_coerce(Parcel.sent_by, String).label("sent_by"),
            Parcel.posted_on.label("day"),
            Parcel.arrived_on.label("arrived_on"),
            Parcel.returned_on.label("returned_on"),
            Parcel.grams.label("grams"),
            Parcel.volunteer_id.label("volunteer_id"),
            Volunteer.handle.label("handle"),
            _NO_ID.label("family_link_id"),
            _NO_MOMENT.label("claimed_at"),
            _NO_MOMENT.label("lapses_at"),
            _NO_ANSWERS.label("answered"),
        )
        .join(Volunteer, Volunteer.id == Parcel.volunteer_id)
        .where(
            Parcel.prisoner_id == prisoner_id,
            Parcel.posted_on > bindparam("posted_after", type_=Date),
            Parcel.removed_at.is_(None),
            Parcel.id != bindparam("but", type_=Uuid),
        )
    )


def _claims_of(prisoner_id: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(_CLAIMS),
            ParcelClaim.id,
            type_coerce(ParcelClaim.kind, String),
            _NO_TEXT,
            _NO_TEXT,
            ParcelClaim.planned_on,
            _NO_DAY,
            _NO_DAY,
            ParcelClaim.grams,
            ParcelClaim.claimed_by_id,
            Volunteer.handle,
            ParcelClaim.family_link_id,
            ParcelClaim.claimed_at,
            ParcelClaim.lapses_at,
            ParcelClaim.answered,
        )
        .outerjoin(Volunteer, Volunteer.id == ParcelClaim.claimed_by_id)
        .where(
            ParcelClaim.prisoner_id == prisoner_id,
            ParcelClaim.planned_on > bindparam("planned_after", type_=Date),
            ParcelClaim.released_at.is_(None),
            ParcelClaim.parcel_id.is_(None),
        )
    )


def ledger_of(
    of: Supplied, found: Counted, rules: MailRules, *, on: date, today: date, now: datetime, without: UUID | None = None
) -> Ledger:
    """The ledger of a prisoner on a day. ``without`` is a claim that does not count, because what is asked is whether
    there is a slot for it."""
    claims = [claim for claim in found.open_claims(of.stays, now) if claim.id != without]
    situation = of.situation(on, today)
    return make_ledger(
        rules.by_country.get(situation.country or "", ()),
        of.changes_on(on, today),
        situation,
        found.sent,
        claims,
        mail_forbidden=of.mail_forbidden(on),
    )
