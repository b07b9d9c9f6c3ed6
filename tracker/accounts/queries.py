"""Reads of sessions and invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, select
from sqlalchemy.orm import Session, aliased

from tracker.accounts.models import FailedSignIns, Invitation, SignInSession
from tracker.volunteers.models import Volunteer


def failed_sign_ins(session: Session, handle_hash: bytes) -> FailedSignIns | None:
    """What is remembered of failures under a handle."""
    return session.scalar(select(FailedSignIns).where(FailedSignIns.handle_hash == handle_hash))


def volunteer_with_handle(session: Session, handle_folded: str) -> Volunteer | None:
    """The volunteer with this handle, in folded form."""
    return session.scalar(select(Volunteer).where(Volunteer.handle_folded == handle_folded))


def open_invitation(session: Session, token_hash: bytes, now: datetime) -> Invitation | None:
    """The invitation with this token, if it can still be accepted."""
    return session.scalar(
        select(Invitation).where(
            Invitation.token_hash == token_hash,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > now,
        )
    )


def invitations(inviter_id: UUID) -> Select[*tuple[Any, ...]]:
    """All invitations, the newest first. The sealed address comes only with those of ``inviter_id``."""
    guest, inviter = aliased(Volunteer), aliased(Volunteer)
    return (
        select(
            Invitation.id,
            Invitation.is_coordinator,
            Invitation.is_admin,
            Invitation.created_at,
            Invitation.expires_at,
            Invitation.withdrawn_at,
            Invitation.accepted_at,
            case((Invitation.invited_by_id == inviter_id, Invitation.email_sealed)).label("email_sealed"),
            inviter.handle.label("invited_by"),
            guest.id.label("guest_id"),
            guest.handle.label("guest"),
        )
        .join(inviter, inviter.id == Invitation.invited_by_id)
        .outerjoin(guest, guest.id == Invitation.volunteer_id)
        .order_by(Invitation.created_at.desc(), Invitation.id)
    )


def sessions_of(session: Session, volunteer_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Where somebody is signed in, as rows of (id, created_at, last_seen_at, ends_at), the latest first."""
    return session.execute(
        select(SignInSession.id, SignInSession.created_at, SignInSession.last_seen_at, SignInSession.ends_at)
        .where(SignInSession.volunteer_id == volunteer_id)
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id)
    ).all()
