"""What the pages for a letter ask besides the few things that everybody tells: what is offered, and how it is read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_login import current_user

from tracker.letters import page_queries
from tracker.letters.actions import LetterDetails
from tracker.letters.forms import LetterForm
from tracker.letters.models import Letter
from tracker.letters.rules import Channel, usual_channel
from tracker.letters.tracking import read_number
from tracker.web.access import actor
from tracker.web.forms import offer
from tracker.web.session import session

SOMEBODY = "somebody"
"""Translated by nobody here, or by somebody whom the reader need not know."""


def offer_translators(field: Any, *, everybody: bool = True) -> None:
    """Who can have translated something: to volunteers only themselves and somebody else are offered. ``everybody``:
    coordinators choose among all handles; without it that question is spared, for a form in which none is chosen."""
    options: list[tuple[Any, Any]] = [("", _("nobody, or not told"))]
    if actor().is_coordinator and everybody:
        options += [(row.id, row.handle) for row in page_queries.translators(session)]
    else:
        options.append((current_user.id, _("%(handle)s (yourself)", handle=current_user.handle)))
    offer(field, [*options, (SOMEBODY, _("somebody else"))])
    # Somebody who left the collective, or whom a volunteer need not know, stays who it was.
    if request.method == "GET" and field.data and field.data not in _offered(field):
        field.data = SOMEBODY


def translator(field: Any, before: UUID | None = None) -> tuple[bool, UUID | None]:
    """Whether something was translated, and by whom, from a form that was found valid. ``before`` is who did it so far:
    somebody whom the form could not name stays the one."""
    chosen = field.data
    if chosen == SOMEBODY:
        return True, before if before is not None and str(before) not in _offered(field) else None
    return bool(chosen), UUID(chosen) if chosen else None


def _offered(field: Any) -> set[str]:
    return {str(option.value) for option in field.choices}


def details_in(form: LetterForm, translated_before: UUID | None = None) -> LetterDetails:
    """What a form that was found valid tells; ``translated_before`` as in ``translator``."""
    is_translated, translated_by_id = translator(form.translated_by, translated_before)
    return LetterDetails(
        channel=Channel(form.channel.data) if form.channel.data else None,
        service=form.service.data,
        number=form.number.data,
        pages=form.pages.data,
        language=form.language.data,
        is_translated=is_translated,
        translated_by_id=translated_by_id,
        with_reply_form=form.with_reply_form.data,
        cost_minor=form.cost.data,
        currency=form.currency.data,
    )


def shown_in(letter: Letter) -> dict[str, Any]:
    """The same of a letter, as a form shows it."""
    usual = usual_channel(letter.kind, service=letter.service)
    return {
        "channel": None if letter.channel is usual else str(letter.channel),
        "service": letter.service,
        "number": letter.number,
        "pages": letter.pages,
        "language": letter.language,
        "translated_by": translator_shown(letter.is_translated, letter.translated_by_id),
        "with_reply_form": letter.reply_form is not None,
        "cost": letter.cost_minor,
        "currency": letter.currency or page_queries.currency(session),
    }


def translator_shown(is_translated: bool, translated_by_id: UUID | None) -> str | None:
    """Who translated something, as a choice shows it."""
    return str(translated_by_id or SOMEBODY) if is_translated else None


def oddness(tracking: str | None) -> str | None:
    """A sentence about a number that is kept as it was typed, and yet looks unfinished."""
    number = read_number(tracking)
    if number is None or not number.is_odd:
        return None
    return str(_("The number is kept. Numbers of Russian Post have 14 digits; this one has another count."))
