"""Making links for families, and taking them back."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.quotas.family_queries import hash_of
from tracker.quotas.models import FamilyLink

LASTS = timedelta(days=366)


def make_link(
    session: Session, prisoner_id: UUID, *, link_id: UUID, label: str, actor_id: UUID, now: datetime
) -> str | None:
    """A private link to a prisoner's ledger; gives the token, which is kept nowhere. The same form sent twice makes
    one link, and gives None the second time."""
    token = secrets.token_urlsafe(32)
    link = FamilyLink(
        id=link_id,
        prisoner_id=prisoner_id,
        token_hash=hash_of(token),
        label=label,
        created_by_id=actor_id,
        created_at=now,
        expires_at=now + LASTS,
    )
    return token if add_once(session, link, "id") else None


def revoke_link(link: FamilyLink, *, now: datetime) -> None:
    """The link opens nothing any more. What was claimed by it stays claimed until it lapses."""
    link.revoked_at = link.revoked_at or now


def restore_link(link: FamilyLink) -> None:
    """It opens the ledger again, until it runs out."""
    link.revoked_at = None
