"""Reads for the page that a family opens by its private link."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.prisoners.models import Prisoner
from tracker.quotas.models import FamilyLink


def hash_of(token: str) -> str:
    """What is stored instead of a token; a token has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_family_link(session: Session, token: str, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """What the link with this token opens, if it is open: id, prisoner_id, name."""
    return session.execute(
        select(FamilyLink.id, FamilyLink.prisoner_id, Prisoner.name)
        .join(Prisoner, Prisoner.id == FamilyLink.prisoner_id)
        .where(
            FamilyLink.token_hash == hash_of(token),
            FamilyLink.revoked_at.is_(None),
            FamilyLink.expires_at > now,
        )
    ).one_or_none()
