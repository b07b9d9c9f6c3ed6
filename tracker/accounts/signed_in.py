"""Flask-Login over sessions kept by the server: who the cookie of a request belongs to."""

from __future__ import annotations

import hmac
import logging
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Flask, Request, current_app, g, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.exc import OperationalError

from tracker import clock
from tracker.accounts.actions import hash_of
from tracker.accounts.models import SignInSession
from tracker.accounts.rules import folded_handle, is_over, rounded_down
from tracker.collective.queries import scans_are_allowed
from tracker.settings import Settings
from tracker.volunteers.models import Volunteer
from tracker.web.session import session

log = logging.getLogger(__name__)

_TOKEN = "token"  # noqa: S105  the name of the entry in the cookie, not a token
_KNOWN_DEVICE = "known"
_KNOWN_FOR = timedelta(days=180)


class SignedIn(UserMixin):
    """The person who is signed in: the few facts that every page needs, in one statement."""

    def __init__(self, row: Any) -> None:
        self.id: UUID = row.volunteer_id
        self.session_id: UUID = row.id
        self.handle: str = row.handle
        self.is_coordinator: bool = row.is_coordinator
        self.is_admin: bool = row.is_admin
        self.zone: str = row.zone
        self.locale: str = row.locale
        self.away_from: date | None = row.away_from
        self.away_until: date | None = row.away_until
        self.scans_allowed: bool = row.scans_allowed
        """Of the collective, but pages of every kind have to know whether to lead to them."""

    def get_id(self) -> str:
        return str(self.id)


def session_lasts(settings: Settings, *, privileged: bool) -> timedelta:
    """The absolute length of a session."""
    return timedelta(hours=settings.coordinator_session_hours if privileged else settings.session_hours)


def _idle(settings: Settings, *, privileged: bool) -> timedelta:
    return timedelta(minutes=settings.coordinator_idle_minutes if privileged else settings.session_idle_minutes)


def init_app(app: Flask, settings: Settings) -> None:
    """Let Flask-Login find the person behind a request."""
    manager = LoginManager()
    # Our sessions end by themselves; Flask-Login's own marks in the cookie are not used.
    manager.session_protection = None
    manager.init_app(app)

    @manager.request_loader
    def _load(_request: Request) -> SignedIn | None:
        token = cookie.get(_TOKEN)
        if not isinstance(token, str) or request.endpoint == "static":
            return None
        return _person_of(token, settings, clock.now())


def _person_of(token: str, settings: Settings, now: datetime) -> SignedIn | None:
    row = session.execute(_session_of(), {"token_hash": hash_of(token)}).one_or_none()
    if row is None:
        return None
    idle = _idle(settings, privileged=row.is_coordinator or row.is_admin)
    if is_over(last_seen_at=row.last_seen_at, ends_at=row.ends_at, idle=idle, now=now):
        return None
    if rounded_down(now) > row.last_seen_at:
        _touch(row.id, rounded_down(now))
    return SignedIn(row)


@cache
def _session_of() -> Select[*tuple[Any, ...]]:
    """Made once: every request asks it, and to put it together takes longer than to ask it."""
    return (
        select(
            SignInSession.id,
            SignInSession.volunteer_id,
            SignInSession.last_seen_at,
            SignInSession.ends_at,
            Volunteer.handle,
            Volunteer.is_coordinator,
            Volunteer.is_admin,
            Volunteer.zone,
            Volunteer.locale,
            Volunteer.away_from,
            Volunteer.away_until,
            scans_are_allowed().label("scans_allowed"),
        )
        .join(Volunteer, Volunteer.id == SignInSession.volunteer_id)
        .where(SignInSession.token_hash == bindparam("token_hash"), Volunteer.disabled_at.is_(None))
    )


def _touch(session_id: UUID, seen_at: datetime) -> None:
    """Every ten minutes at most. An UPDATE, so that a session ended meanwhile is not brought back."""
    if request.method in ("GET", "HEAD"):
        # The session of a request that only reads may not write; this one is short and its own.
        g.touch_session = (session_id, seen_at)
    else:
        session.execute(_seen(session_id, seen_at))


def _seen(session_id: UUID, seen_at: datetime) -> Any:
    return update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=seen_at)


def touch_after_request(app: Flask) -> None:
    """Write down that a session was seen, once the answer to a reading request is made."""

    @app.teardown_request
    def _write(_error: Any) -> None:
        pending = g.pop("touch_session", None)
        if pending is not None:
            opened = g.pop("database_session", None)
            if opened is not None:
                opened.close()
            try:
                with current_app.extensions["tracker"].sessions.begin() as own:
                    own.execute(_seen(*pending))
            except OperationalError:
                # The page is made already; that somebody was seen is written down another time.
                log.warning("could not write down that a session was seen")


def remember(token: str) -> None:
    """Put the token of a new session into the cookie; everything else in it is forgotten."""
    cookie.clear()
    cookie[_TOKEN] = token


def forget() -> str | None:
    """Empty the cookie; gives the token that was in it."""
    token = cookie.get(_TOKEN)
    cookie.clear()
    return token if isinstance(token, str) else None


def counter_of(handle: str, secret: str) -> bytes:
    """Under what key failures are counted: the handle, or the handle on a device that has signed in with it before.

    Whoever floods the sign-in with somebody's handle slows down strangers, not her own browser.
    """
    folded = folded_handle(handle)
    device = "known" if _knows(handle, secret) else "any"
    return hmac.new(secret.encode(), f"{device}|{folded}".encode(), sha256).digest()


def confirmation_counter(volunteer_id: UUID, secret: str) -> bytes:
    """Under what key wrong passphrases are counted when somebody who is signed in has to type hers again."""
    return hmac.new(secret.encode(), f"again|{volunteer_id}".encode(), sha256).digest()


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="known device")


def _knows(handle: str, secret: str) -> bool:
    try:
        return bool(_signer(secret).loads(request.cookies.get(_KNOWN_DEVICE, "")) == _device_mark(handle, secret))
    except BadSignature:
        return False


def _device_mark(handle: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"device|{folded_handle(handle)}".encode(), sha256).hexdigest()[:32]


def mark_device(response: Any, handle: str, settings: Settings) -> None:
    """Remember in the browser, for half a year, that this handle has signed in from it."""
    response.set_cookie(
        _KNOWN_DEVICE,
        str(_signer(settings.secret_key).dumps(_device_mark(handle, settings.secret_key))),
        max_age=_KNOWN_FOR,
        httponly=True,
        secure=settings.is_https,
        samesite="Strict",
        path="/sign-in",
    )
