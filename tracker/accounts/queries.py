"""Reads of sessions and invitations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from tracker.accounts.models import FailedSignIns, Invitation, SignInSession
from tracker.volunteers.models import Volunteer


def session_of_token(session: Session, token_hash: bytes) -> tuple[SignInSession, Volunteer] | None:
    """The session with this token and whose it is, unless her account is closed."""
    row = session.execute(
        select(SignInSession, Volunteer)
        .join(Volunteer, Volunteer.id == SignInSession.volunteer_id)
        .where(SignInSession.token_hash == token_hash, Volunteer.disabled_at.is_(None))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


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


def invitations() -> Select[tuple[Invitation]]:
    """All invitations, the newest first."""
    return select(Invitation).order_by(Invitation.created_at.desc(), Invitation.id)


def sessions_of(session: Session, volunteer_id: UUID) -> list[SignInSession]:
    """Where somebody is signed in."""
    return list(
        session.scalars(
            select(SignInSession)
            .where(SignInSession.volunteer_id == volunteer_id)
            .order_by(SignInSession.last_seen_at.desc(), SignInSession.id)
        )
    )
