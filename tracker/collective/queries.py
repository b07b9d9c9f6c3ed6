"""Reads of what the collective has decided."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from tracker.collective.models import THE_ONE, Collective
from tracker.collective.rules import (
    CLAIM_DAYS,
    MAILS_KEPT_DAYS,
    SCANS_KEPT_DAYS,
    STALE_AFTER_DAYS,
    CollectiveSettings,
)
from tracker.sealing.column import open_sealed
from tracker.volunteers.rules import Disclosure


def settings(session: Session) -> CollectiveSettings:
    """What the collective has decided, with the defaults where it has not; one statement."""
    row = session.execute(
        select(
            Collective.scans_allowed,
            Collective.scans_kept_days,
            Collective.stale_after_days,
            Collective.claim_days,
            Collective.currency,
            Collective.most_disclosure,
            Collective.mails_kept_days,
            Collective.reply_to_sealed,
            Collective.ping_url_sealed,
        ).limit(1)
    ).one_or_none()
    if row is None:
        return CollectiveSettings()
    return CollectiveSettings(
        scans_allowed=row.scans_allowed,
        scans_kept_days=row.scans_kept_days or SCANS_KEPT_DAYS,
        stale_after_days=row.stale_after_days or STALE_AFTER_DAYS,
        claim_days=row.claim_days or CLAIM_DAYS,
        currency=row.currency,
        most_disclosure=row.most_disclosure or Disclosure.FULL,
        mails_kept_days=row.mails_kept_days or MAILS_KEPT_DAYS,
        reply_to=open_sealed(row.reply_to_sealed, Collective.__tablename__, "reply_to_sealed", THE_ONE),
        ping_url=open_sealed(row.ping_url_sealed, Collective.__tablename__, "ping_url_sealed", THE_ONE),
    )


def scans_are_allowed() -> ColumnElement[bool]:
    """The condition that scans may be kept, for queries that ask about them."""
    return exists().where(Collective.scans_allowed)
