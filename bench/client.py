"""Somebody at a browser who is signed in: one connection that stays open, one cookie."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from time import perf_counter
from urllib.parse import urlencode, urlsplit

from flask import Flask

from tests.support.client import find_form
from tracker import clock
from tracker.accounts.actions import start_session
from tracker.accounts.signed_in import session_lasts
from tracker.web.parts import Parts


class Unexpected(Exception):
    """The answer was not the one whose time is worth measuring."""


class Client:
    """Asks one server, and knows how long each answer took."""

    def __init__(self, url: str, cookie: str = "") -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        self._headers = {"Cookie": cookie} if cookie else {}
        self._url = url

    def get(self, path: str, expected: int = 200) -> tuple[float, bytes]:
        """Seconds and body."""
        return self._ask("GET", path, None, self._headers, expected)

    def post(self, path: str, fields: Mapping[str, str], expected: int = 302) -> tuple[float, bytes]:
        """The same of a form. Cookies that come back are forgotten, so that every form is sent by the same browser."""
        headers = {**self._headers, "Content-Type": "application/x-www-form-urlencoded", "Referer": self._url + path}
        return self._ask("POST", path, urlencode(fields).encode(), headers, expected)

    def form(self, path: str) -> dict[str, str]:
        """The fields of the form on a page that is sent to its own address; remembers the cookie that belongs to it."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        page = answer.read().decode()
        if answer.status != 200:
            raise Unexpected(f"GET {path}: {answer.status}")
        cookie = answer.getheader("Set-Cookie")
        if cookie:
            self._headers["Cookie"] = cookie.partition(";")[0]
        return dict(find_form(page, path, path, {}).fields)

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], expected: int
    ) -> tuple[float, bytes]:
        begun = perf_counter()
        self._connection.request(method, path, body=body, headers=dict(headers))
        answer = self._connection.getresponse()
        content = answer.read()
        took = perf_counter() - begun
        if answer.status != expected:
            raise Unexpected(f"{method} {path}: {answer.status} instead of {expected}")
        return took, content


def signed_in_cookie(app: Flask, handle: str) -> str:
    """The cookie of a browser in which somebody has signed in just now."""
    from sqlalchemy import select

    from tracker.volunteers.models import Volunteer

    parts: Parts = app.extensions["tracker"]
    with parts.sessions.begin() as session:
        who = session.execute(
            select(Volunteer.id, Volunteer.is_coordinator).where(Volunteer.handle_folded == handle)
        ).one()
        lasts = session_lasts(parts.settings, privileged=who.is_coordinator)
        token = start_session(session, who.id, lasts=lasts, now=clock.now())
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'token': token})}"
