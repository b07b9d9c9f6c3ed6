"""Changes of invitations. The mails about them are put into the outbox in the same transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from tracker.accounts import queries
from tracker.accounts.actions import NewAccount, create_account, hash_of, new_token
from tracker.accounts.models import Invitation
from tracker.accounts.rules import InvitationOver, check_may_invite
from tracker.db import add_once
from tracker.reminders.actions import queue_mail
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailKind, MailState
from tracker.volunteers.models import Volunteer


def invite(
    session: Session,
    inviter: Volunteer,
    *,
    form_id: UUID,
    email: str,
    as_coordinator: bool,
    as_admin: bool,
    lasts: timedelta,
    now: datetime,
) -> Invitation | None:
    """Invite somebody by e-mail. The same form sent twice invites once, and gives None the second time.

    Raises RoleAboveOwn.
    """
    check_may_invite(
        inviter_is_coordinator=inviter.is_coordinator,
        inviter_is_admin=inviter.is_admin,
        as_coordinator=as_coordinator,
        as_admin=as_admin,
    )
    invitation = Invitation(
        id=form_id,
        token_hash=hash_of(new_token()),
        email=email,
        is_coordinator=as_coordinator,
        is_admin=as_admin,
        locale=inviter.locale,
        invited_by_id=inviter.id,
        created_at=now,
        expires_at=now + lasts,
    )
    if not add_once(session, invitation, "id"):
        return None
    kept = session.get_one(Invitation, form_id)
    _send(session, kept, now)
    return kept


def send_again(session: Session, invitation: Invitation, *, lasts: timedelta, now: datetime) -> None:
    """Send an invitation anew, with another link; the old one no longer works. Raises InvitationOver."""
    _check_open(invitation)
    _call_off_mails(session, Outbox.subject_id == invitation.id)
    invitation.expires_at = now + lasts
    _send(session, invitation, now)


def _check_open(invitation: Invitation) -> None:
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise InvitationOver


def _send(session: Session, invitation: Invitation, now: datetime) -> None:
    token = new_token()
    invitation.token_hash = hash_of(token)
    queue_mail(
        session,
        MailKind.INVITATION,
        now=now,
        expires_at=invitation.expires_at,
        to_address=invitation.email,
        subject_id=invitation.id,
        payload={
            "path": f"/welcome/{token}",
            "until": invitation.expires_at.isoformat(),
            "locale": invitation.locale,
        },
    )


def _call_off_mails(session: Session, where: ColumnElement[bool]) -> None:
    session.execute(
        update(Outbox)
        .where(where, Outbox.kind == MailKind.INVITATION, Outbox.state.in_((MailState.QUEUED, MailState.FAILED)))
        .values(state=MailState.SUPERSEDED, payload_sealed=None, to_address_sealed=None)
        .execution_options(synchronize_session=False)
    )


def withdraw_invitation(session: Session, invitation: Invitation, now: datetime) -> None:
    """Make the link of an invitation useless, and forget whom it was for. Raises InvitationOver."""
    _check_open(invitation)
    _call_off_mails(session, Outbox.subject_id == invitation.id)
    invitation.withdrawn_at = now
    invitation.email = None


def withdraw_invitations_of(session: Session, inviter_id: UUID, now: datetime) -> None:
    """Withdraw everything that somebody has sent and nobody has accepted yet."""
    is_open = (
        Invitation.invited_by_id == inviter_id,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
    )
    _call_off_mails(session, Outbox.subject_id.in_(select(Invitation.id).where(*is_open)))
    session.execute(
        update(Invitation)
        .where(*is_open)
        .values(withdrawn_at=now, email_sealed=None)
        .execution_options(synchronize_session=False)
    )


def accept_invitation(session: Session, token: str, new: NewAccount, now: datetime) -> Volunteer:
    """Become a volunteer by an invitation, which works once even if it is sent twenty times at the same moment.
    Raises InvitationOver and HandleTaken."""
    invitation = queries.open_invitation(session, hash_of(token), now)
    if invitation is None:
        raise InvitationOver
    volunteer = create_account(session, new, email=invitation.email, now=now)
    volunteer.is_coordinator = invitation.is_coordinator
    volunteer.is_admin = invitation.is_admin
    volunteer.invited_by_id = invitation.invited_by_id
    session.flush()
    taken = session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation.id,
            Invitation.token_hash == invitation.token_hash,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .values(accepted_at=now, volunteer_id=volunteer.id, email_sealed=None)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise InvitationOver
    return volunteer
