"""What the frame of every page asks for: navigation, language, warnings, addresses of further pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask, g, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup, escape

_ANY = UUID(int=0)


@dataclass(frozen=True)
class Warning:
    """Something that coordinators must see on whatever page they are."""

    text: str
    url: str | None = None


_UNDER_POST = {
    "absences",
    "evenings",
    "handover",
    "letters",
    "needs",
    "parcels",
    "prepared",
    "prints",
    "quotas",
    "tasks",
    "transit",
}
"""Blueprints whose pages are reached from the page of the post."""


def is_current(endpoint: str) -> bool:
    """Whether the page being shown lies under a page of the navigation."""
    if request.path.startswith("/me") or g.get("is_error"):
        return False
    blueprint = endpoint.partition(".")[0]
    if endpoint == "home.post":
        return request.endpoint == endpoint or request.blueprint in _UNDER_POST
    if blueprint == "home":
        return request.endpoint in (endpoint, "home.mine")
    return request.blueprint == blueprint


def navigation() -> list[tuple[str, str]]:
    """The main pages of the person who is signed in, as (endpoint, words)."""
    pages = [("home.index", _("Today"))]
    if current_user.is_coordinator:
        pages += [
            ("prisoners.index", _("Prisoners")),
            ("home.post", _("Post")),
            ("hearings.index", _("Hearings")),
            ("volunteers.index", _("Volunteers")),
            ("facilities.index", _("Facilities")),
            ("reminders.outbox", _("Outbox")),
        ]
    else:
        pages += [("home.post", _("Post")), ("hearings.index", _("Hearings"))]
        if current_user.is_admin:
            pages += [("volunteers.index", _("Volunteers"))]
    if current_user.is_admin:
        pages += [("collective.edit", _("Collective"))]
    return pages


def page_url(number: int) -> str:
    """The address of another page of the list that is being shown, with everything else as it is."""
    asked = {name: values for name, values in request.args.to_dict(flat=False).items() if name != "page"}
    # The query is put behind by hand: url_for takes some names, such as _scheme, for its own.
    return f"{request.path}?{urlencode({**asked, 'page': number}, doseq=True)}"


class Addresses:
    """The addresses of one page for many records, put together once: ``url_for`` in a row costs more than the row."""

    def __init__(self, endpoint: str, parameter: str, **values: Any) -> None:
        pattern = url_for(endpoint, **{parameter: _ANY, **values})
        self._before, self._after = (escape(part) for part in pattern.split(str(_ANY)))

    def of(self, record_id: UUID) -> Markup:
        """The address for one record, ready for an attribute."""
        return self._before + str(record_id) + self._after


def extras(field: Any, described: list[str]) -> dict[str, Any]:
    """Attributes that tie a field to its hint and its error for screen readers, and tell the browser its limit."""
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def init_app(app: Flask, warnings: Callable[[], Iterable[Warning]]) -> None:
    """Give them to the templates. ``warnings`` is asked once a page, for coordinators only."""

    def warnings_for_coordinators() -> Iterable[Warning]:
        shown_to = current_user.is_authenticated and current_user.is_coordinator
        return warnings() if shown_to and request.method == "GET" and not g.get("is_error") else ()

    app.jinja_env.globals.update(
        navigation=navigation,
        is_current=is_current,
        page_url=page_url,
        extras=extras,
        page_locale=lambda: str(get_locale() or "en").replace("_", "-"),
        warnings_for_coordinators=warnings_for_coordinators,
    )
