"""Changes of sessions, passphrases and invitations."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tracker.accounts import queries
from tracker.accounts.models import FailedSignIns, Invitation, SignInSession
from tracker.accounts.passphrases import Passphrases
from tracker.accounts.rules import (
    HandleTaken,
    InvitationOver,
    MustWait,
    SignInFailed,
    check_may_invite,
    check_passphrase,
    folded_handle,
    rounded_down,
    seconds_to_wait,
)
from tracker.volunteers.models import Volunteer


@dataclass(frozen=True)
class NewAccount:
    """What somebody chooses when she accepts an invitation or an operator creates an account."""

    handle: str
    passphrase: str
    languages: tuple[str, ...] = ()
    zone: str = "Europe/Berlin"
    remind_at: time = time(8, 0)
    locale: str = "en"


def hash_of(token: str) -> bytes:
    """What is stored instead of a token; a token has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    """256 random bits, as they stand in a cookie or a link."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Attempt:
    """A sign-in under way: what has to fit, and who it would be."""

    volunteer_id: UUID | None
    passphrase_hash: str | None


def begin_sign_in(session: Session, *, handle: str, counter: bytes, now: datetime) -> Attempt:
    """Look up what a passphrase has to fit. Raises MustWait. The check itself takes a while and is made by the caller
    between this and ``finish_sign_in``, so that the database is not held meanwhile."""
    failed = queries.failed_sign_ins(session, counter)
    if failed and (wait := seconds_to_wait(failed.failures, failed.last_at, now)):
        raise MustWait(wait)
    volunteer = queries.volunteer_with_handle(session, folded_handle(handle))
    if volunteer is None or volunteer.disabled_at is not None:
        return Attempt(None, None)
    return Attempt(volunteer.id, volunteer.passphrase_hash)


def finish_sign_in(session: Session, attempt: Attempt, *, fits: bool, counter: bytes, now: datetime) -> Volunteer:
    """Who is signed in. Raises SignInFailed; the failure has been counted and is to be committed all the same."""
    failed = queries.failed_sign_ins(session, counter)
    volunteer = session.get(Volunteer, attempt.volunteer_id) if attempt.volunteer_id and fits else None
    if volunteer is None or volunteer.disabled_at is not None:
        _count_failure(session, failed, counter, now)
        raise SignInFailed
    if failed:
        session.delete(failed)
    return volunteer


def _count_failure(session: Session, failed: FailedSignIns | None, counter: bytes, now: datetime) -> None:
    if failed is None:
        session.add(FailedSignIns(handle_hash=counter, failures=1, last_at=now))
    else:
        failed.failures += 1
        failed.last_at = now


def start_session(session: Session, volunteer_id: UUID, *, lasts: timedelta, now: datetime) -> str:
    """Sign somebody in; gives the token for her cookie."""
    token = new_token()
    session.add(
        SignInSession(
            token_hash=hash_of(token),
            volunteer_id=volunteer_id,
            created_at=rounded_down(now),
            last_seen_at=rounded_down(now),
            ends_at=now + lasts,
        )
    )
    return token


def end_session(session: Session, token: str) -> None:
    """Sign one browser out."""
    session.execute(delete(SignInSession).where(SignInSession.token_hash == hash_of(token)))


def end_sessions_of(session: Session, volunteer_id: UUID, *, but: UUID | None = None) -> None:
    """Sign somebody out everywhere, except in one session if given."""
    statement = delete(SignInSession).where(SignInSession.volunteer_id == volunteer_id)
    session.execute(statement.where(SignInSession.id != but) if but else statement)


def end_one_session(session: Session, volunteer_id: UUID, session_id: UUID) -> bool:
    """End one of her own sessions; whether there was such a one."""
    ended = session.execute(
        delete(SignInSession).where(SignInSession.id == session_id, SignInSession.volunteer_id == volunteer_id)
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def end_stale_sessions(session: Session, now: datetime) -> None:
    """Forget sessions past their end, so that the table tells no more than it must."""
    session.execute(delete(SignInSession).where(SignInSession.ends_at < now))


def create_account(
    session: Session, passphrases: Passphrases, new: NewAccount, *, email: str | None, now: datetime
) -> Volunteer:
    """Make a volunteer who can sign in. Raises HandleTaken and the refusals of ``check_passphrase``."""
    check_passphrase(new.passphrase, new.handle)
    if queries.volunteer_with_handle(session, folded_handle(new.handle)):
        raise HandleTaken
    volunteer = Volunteer(
        handle=" ".join(new.handle.split()),
        handle_folded=folded_handle(new.handle),
        email=email,
        passphrase_hash=passphrases.hash(new.passphrase),
        languages=list(new.languages),
        zone=new.zone,
        remind_at=new.remind_at,
        locale=new.locale,
        created_at=now,
    )
    session.add(volunteer)
    return volunteer


def change_passphrase(
    session: Session, passphrases: Passphrases, volunteer: Volunteer, *, new: str, session_id: UUID
) -> None:
    """Change a passphrase and end every other session. Raises the refusals of ``check_passphrase``."""
    check_passphrase(new, volunteer.handle)
    volunteer.passphrase_hash = passphrases.hash(new)
    end_sessions_of(session, volunteer.id, but=session_id)


def invite(
    session: Session,
    inviter: Volunteer,
    *,
    email: str,
    as_coordinator: bool,
    as_admin: bool,
    lasts: timedelta,
    now: datetime,
) -> Invitation:
    """Invite somebody by e-mail. Raises RoleAboveOwn. The mail is queued by the caller."""
    check_may_invite(
        inviter_is_coordinator=inviter.is_coordinator,
        inviter_is_admin=inviter.is_admin,
        as_coordinator=as_coordinator,
        as_admin=as_admin,
    )
    token = new_token()
    invitation = Invitation(
        token_hash=hash_of(token),
        token=token,
        email=email,
        is_coordinator=as_coordinator,
        is_admin=as_admin,
        locale=inviter.locale,
        invited_by_id=inviter.id,
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(invitation)
    return invitation


def withdraw_invitation(invitation: Invitation, now: datetime) -> None:
    """Make the link of an open invitation useless."""
    if invitation.accepted_at is None and invitation.withdrawn_at is None:
        invitation.withdrawn_at = now
        invitation.token = None


def accept_invitation(
    session: Session, passphrases: Passphrases, token: str, new: NewAccount, now: datetime
) -> Volunteer:
    """Become a volunteer by an invitation, which works once even if it is sent twenty times at the same moment.
    Raises InvitationOver, HandleTaken and the refusals of ``check_passphrase``."""
    invitation = queries.open_invitation(session, hash_of(token), now)
    if invitation is None:
        raise InvitationOver
    volunteer = create_account(session, passphrases, new, email=invitation.email, now=now)
    volunteer.is_coordinator = invitation.is_coordinator
    volunteer.is_admin = invitation.is_admin
    volunteer.invited_by_id = invitation.invited_by_id
    session.flush()
    taken = session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .values(accepted_at=now, volunteer_id=volunteer.id, token_sealed=None, email_sealed=None)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise InvitationOver
    return volunteer
