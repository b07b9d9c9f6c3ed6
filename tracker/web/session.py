"""One database session per request or command, opened on first use, closed at the end.

Whoever changes something commits in sight; what was not committed is rolled back.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.local import LocalProxy

from tracker.db import READS_ONLY

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def _open() -> Session:
    if "database_session" not in g:
        sessions: sessionmaker[Session] = current_app.extensions["tracker"].sessions
        opened = sessions()
        if has_request_context() and request.method in _SAFE_METHODS:
            opened.connection(execution_options={READS_ONLY: True})
        g.database_session = opened
    result: Session = g.database_session
    return result


session: Session = LocalProxy(_open)  # type: ignore[assignment]
"""The session of this request or command."""


def init_app(app: Flask) -> None:
    """Close the session when the request or the command is over."""

    @app.teardown_appcontext
    def _close(_error: Any) -> None:
        opened = g.pop("database_session", None)
        if opened is not None:
            opened.close()
