"""Pages behind the links in mails: "I have written", and "later". Without signing in, and without anybody's name.

A link only shows a page; its button does something. Programs that look at links before people do change nothing.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker import clock
from tracker.access import Audience
from tracker.letters.rules import AlreadyLogged, DatedInTheFuture
from tracker.reminders import page_queries
from tracker.reminders.answers import (
    Answerable,
    AnswerOver,
    TooLongAgo,
    answerable,
    check_can_be_written,
    note_letter,
)
from tracker.reminders.links import BadLink, Links
from tracker.reminders.snoozing import CHOICES, AfterItsDay, CannotWait, put_off
from tracker.web.access import actor_or_none, open_to
from tracker.web.forms import Form, day, refuse
from tracker.web.parts import parts
from tracker.web.session import session

bp = Blueprint("answers", __name__, url_prefix="/answers")


class WrittenForm(Form):
    """When the letter was posted."""

    on = day(_l("Day on which you posted it"), required=_l("Say on which day."))


@bp.get("/written/<answer_token>")
@open_to(Audience.ANYONE)
def written(answer_token: str) -> ResponseReturnValue:
    try:
        answer = _answer(answer_token, "written")
        check_can_be_written(session, answer)
    except (BadLink, AnswerOver):
        return _over()
    return _written_page(answer, WrittenForm(on=clock.today(answer.reader.zone)))


@bp.post("/written/<answer_token>")
@open_to(Audience.ANYONE)
def note_written(answer_token: str) -> ResponseReturnValue:
    form = WrittenForm()
    try:
        answer = _answer(answer_token, "written", lock=True)
        check_can_be_written(session, answer)
        if not form.validate() or form.on.data is None:
            return _written_page(answer, form), 422
        letter_id = note_letter(session, answer, form.on.data, clock.today(answer.reader.zone), clock.now())
    except (BadLink, AnswerOver):
        return _over()
    except AlreadyLogged as error:
        return render_template("answers/noted.html", letter_id=error.entry_id, was_noted=True, removed=error.removed)
    except DatedInTheFuture:
        refuse(form.on, _("This day has not come yet."))
        return _written_page(answer, form), 422
    except TooLongAgo:
        refuse(form.on, _("That is more than a year ago. Sign in to enter such a letter."))
        return _written_page(answer, form), 422
    session.commit()
    return render_template("answers/noted.html", letter_id=letter_id, was_noted=False, removed=False)


@bp.get("/later/<answer_token>")
@open_to(Audience.ANYONE)
def later(answer_token: str) -> ResponseReturnValue:
    try:
        _answer(answer_token, "snooze")
    except (BadLink, AnswerOver):
        return _over()
    return render_template("answers/later.html", choices=CHOICES)


@bp.post("/later/<answer_token>")
@open_to(Audience.ANYONE)
def put_it_off(answer_token: str) -> ResponseReturnValue:
    days = _days()
    if days is None:
        return render_template("answers/later.html", choices=CHOICES, says=_("Choose for how long.")), 422
    try:
        answer = _answer(answer_token, "snooze", lock=True)
        until = put_off(session, answer.mail, days, answer.reader, clock.now())
    except (BadLink, AnswerOver, CannotWait):
        return _over()
    except AfterItsDay:
        says = _("By then the day that this mail is about is over. Choose fewer days.")
        return render_template("answers/later.html", choices=CHOICES, says=says), 422
    session.commit()
    return render_template("answers/put_off.html", until=until, zone=answer.reader.zone)


def _days() -> int | None:
    wanted = request.form.get("days", "")
    return int(wanted) if wanted in {str(each) for each in CHOICES} else None


def _answer(token: str, what: str, *, lock: bool = False) -> Answerable:
    mail_id = Links(parts().settings.secret_key.encode()).read_answer(token, what)
    return answerable(session, mail_id, parts().settings.zone, lock=lock)


def _written_page(answer: Answerable, form: WrittenForm) -> str:
    return render_template("answers/written.html", form=form, name=_name_for_herself(answer))


def _name_for_herself(answer: Answerable) -> Any:
    """The prisoner's name, if the reader herself is signed in here; nobody else learns it."""
    person = actor_or_none()
    prisoner_id: UUID | None = answer.mail.prisoner_id
    if person is None or person.id != answer.reader.id or prisoner_id is None:
        return None
    return page_queries.names(session, [prisoner_id], person).get(prisoner_id)


def _over() -> ResponseReturnValue:
    return render_template("answers/over.html"), 404
