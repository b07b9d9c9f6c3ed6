"""Every route says whom it is open to; a route that does not say so keeps the application from starting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker.access import Actor, Audience, is_in

View = TypeVar("View", bound=Callable[..., Any])


class UndeclaredRoute(RuntimeError):
    """A route does not say whom it is open to."""


def open_to(audience: Audience) -> Callable[[View], View]:
    """Declare whom a view is open to. Goes under the route decorator."""

    def declare(view: View) -> View:
        view.open_to = audience  # type: ignore[attr-defined]
        return view

    return declare


def actor() -> Actor:
    """The signed-in person; only in routes that are not open to anyone."""
    user = current_user
    return Actor(user.id, is_coordinator=user.is_coordinator, is_admin=user.is_admin)


def actor_or_none() -> Actor | None:
    """The signed-in person, if there is one."""
    return actor() if current_user.is_authenticated else None


def init_app(app: Flask) -> None:
    """Ask before every request. To whoever may not know, a page looks as if it did not exist."""

    @app.before_request
    def _ask() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        audience: Audience = vars(current_app.view_functions[request.endpoint])["open_to"]
        if audience is Audience.ANYONE:
            return None
        person = actor_or_none()
        if is_in(audience, person):
            return None
        if person is None:
            wanted = request.full_path.rstrip("?")
            if request.method not in ("GET", "HEAD"):
                flash(
                    _("You were signed out meanwhile, so what you sent was not saved. Please send it again."), "warning"
                )
                wanted = wanted if _can_be_opened(request.path) else "/"
            return redirect(url_for("accounts.sign_in", next=None if wanted == "/" else wanted))
        return abort(404)


def _can_be_opened(path: str) -> bool:
    """Whether there is a page at this address, not only something to send to."""
    return "GET" in current_app.url_map.bind("").allowed_methods(path)


def refuse_undeclared(app: Flask) -> None:
    """Refuse to start with a route that nobody thought about."""
    vars(app.view_functions["static"])["open_to"] = Audience.ANYONE
    for endpoint, view in app.view_functions.items():
        if not hasattr(view, "open_to"):
            raise UndeclaredRoute(endpoint)
