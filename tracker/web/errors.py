"""Errors as pages, in words, that say what happened to what was typed."""

from __future__ import annotations

import logging
from types import TracebackType

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Turn every refusal and failure into a page."""
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(OperationalError, _database_busy)
    app.register_error_handler(HTTPException, page_of_refusal)
    app.register_error_handler(Exception, _failed)


def _page(status: int, title: str, text: str) -> tuple[str, int]:
    # No part of the navigation is marked: a forbidden page must look like one that does not exist.
    g.is_error = True
    return render_template("errors/error.html", title=title, text=text), status


def _forged(_error: CSRFError) -> tuple[str, int]:
    return _page(
        400,
        _("Please send that again"),
        _(
            "Nothing was saved, because the page you sent it from is no longer valid: you may have signed in anew, or "
            "your browser keeps no cookies. Go back, reload the page and send it once more."
        ),
    )


def page_of_refusal(error: HTTPException) -> tuple[str, int] | HTTPException:
    """What somebody sees when a request is refused: forbidden and missing look the same."""
    if error.code is None or error.code < 400:
        return error
    texts = {
        400: (_("That could not be read"), _("Something in what was sent is damaged. Nothing was saved.")),
        404: (_("Not here"), _("There is no such page, or it is not yours to see.")),
        405: (_("Not this way"), _("This page cannot be called like that. Nothing was saved.")),
        413: (_("Too large"), _("What you sent is larger than we can take. Nothing was saved.")),
        429: (_("A little slower"), _("Too many tries in a short time. Wait a while and try again.")),
    }
    title, text = texts.get(error.code, (_("That did not work"), _("Nothing was saved.")))
    return _page(error.code, title, text)


def _database_busy(_error: OperationalError) -> tuple[str, int]:
    log.warning("database unavailable in %s", request.endpoint)
    return _page(
        503,
        _("One moment, please"),
        _("The database does not answer just now. Nothing was saved; try again in a minute."),
    )


def _failed(error: Exception) -> tuple[str, int]:
    # The place and the kind of the failure, never its text: it may carry what somebody typed.
    log.error("%s in %s", type(error).__name__, request.endpoint, exc_info=_bare(error))
    return _page(
        InternalServerError.code,
        _("Something broke"),
        _("That is our fault, not yours. Nothing was saved. If it happens again, tell your coordinator when it was."),
    )


def _bare(error: BaseException) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """The traceback under an exception of the same kind without its text."""
    return (RuntimeError, RuntimeError(type(error).__name__), error.__traceback__)
