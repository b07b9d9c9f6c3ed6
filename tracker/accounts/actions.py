"""Changes of accounts, sessions and passphrases."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.accounts import queries
from tracker.accounts.models import FailedSignIns, SignInSession
from tracker.accounts.rules import (
    FORGET_FAILURES_AFTER,
    HandleTaken,
    MustWait,
    SignInFailed,
    folded_handle,
    rounded_down,
    seconds_to_wait,
)
from tracker.reminders.actions import try_again_for
from tracker.visible import without_invisible
from tracker.volunteers.models import AddressState, Volunteer


@dataclass(frozen=True)
class NewAccount:
    """What somebody chooses when she accepts an invitation or an operator creates an account.

    The passphrase comes hashed: that takes a while, and the database is not held meanwhile.
    """

    handle: str
    passphrase_hash: str
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
    volunteer = session.get(Volunteer, attempt.volunteer_id) if attempt.volunteer_id and fits else None
    if volunteer is None or volunteer.disabled_at is not None or volunteer.passphrase_hash != attempt.passphrase_hash:
        _count_failure(session, counter, now)
        raise SignInFailed
    session.execute(delete(FailedSignIns).where(FailedSignIns.handle_hash == counter))
    return volunteer


def _count_failure(session: Session, counter: bytes, now: datetime) -> None:
    # Two tries at the same moment both count, and neither is an error.
    _forget_failures(session, now)
    if _one_more_failure(session, counter, now):
        return
    try:
        with session.begin_nested():
            session.add(FailedSignIns(handle_hash=counter, failures=1, last_at=now))
    except IntegrityError:
        _one_more_failure(session, counter, now)


def _one_more_failure(session: Session, counter: bytes, now: datetime) -> bool:
    counted = session.execute(
        update(FailedSignIns)
        .where(FailedSignIns.handle_hash == counter)
        .values(failures=FailedSignIns.failures + 1, last_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(counted.rowcount)  # type: ignore[attr-defined]


def _forget_failures(session: Session, now: datetime) -> None:
    session.execute(
        delete(FailedSignIns)
        .where(FailedSignIns.last_at < now - FORGET_FAILURES_AFTER)
        .execution_options(synchronize_session=False)
    )


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


def create_account(session: Session, new: NewAccount, *, email: str | None, now: datetime) -> Volunteer:
    """Make a volunteer who can sign in. Raises HandleTaken."""
    if queries.volunteer_with_handle(session, folded_handle(new.handle)):
        raise HandleTaken
    volunteer = Volunteer(
        handle=" ".join(without_invisible(new.handle).split()),
        handle_folded=folded_handle(new.handle),
        email=email,
        passphrase_hash=new.passphrase_hash,
        languages=list(new.languages),
        zone=new.zone,
        remind_at=new.remind_at,
        locale=new.locale,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(volunteer)
    except IntegrityError:
        # Somebody took it in the same moment.
        raise HandleTaken from None
    return volunteer


def change_passphrase(session: Session, volunteer: Volunteer, *, passphrase_hash: str, session_id: UUID) -> None:
    """Change a passphrase and end every other session."""
    volunteer.passphrase_hash = passphrase_hash
    end_sessions_of(session, volunteer.id, but=session_id)


def change_email(session: Session, volunteer: Volunteer, email: str | None, now: datetime) -> None:
    """Give another e-mail address, or none: then no mail reaches her. What could not be delivered to the former one,
    and is still of use, goes to the new one at once."""
    volunteer.email = email
    volunteer.address_state = AddressState.FINE
    volunteer.bounces = 0
    if email is not None:
        try_again_for(session, volunteer.id, now)
