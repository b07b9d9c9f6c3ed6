"""Replies from a prisoner: logging one, linking it to the letter that it answers, correcting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Row

from tracker import clock
from tracker.access import Audience
from tracker.letters import actions, entering, queries, rules
from tracker.letters.actions import AnsweredLetter, Arrival, ReplyFacts
from tracker.letters.blueprint import bp
from tracker.letters.forms import NewReplyForm, ReplyForm
from tracker.letters.models import Letter
from tracker.letters.queries import Recipient, Writer
from tracker.letters.rules import AlreadyLogged, Channel, Direction, EntryRefused, LetterKind
from tracker.lookup import changeable_letter, visible_recipient
from tracker.web.access import actor, open_to
from tracker.web.filters import day
from tracker.web.forms import offer
from tracker.web.session import session
from tracker.web.words import words


@bp.get("/prisoners/<uuid:prisoner_id>/replies/new")
@open_to(Audience.VOLUNTEERS)
def new_reply(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    form = NewReplyForm(came_on=entering.today())
    entering.offer_writers(form, entering.possible_writers(recipient))
    _offer_letters(form, _letters(prisoner_id))
    return render_template("letters/new_reply.html", form=form, recipient=recipient)


@bp.post("/prisoners/<uuid:prisoner_id>/replies/new")
@open_to(Audience.VOLUNTEERS)
def create_reply(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    writers = entering.possible_writers(recipient)
    letters = _letters(prisoner_id)
    form = NewReplyForm()
    entering.offer_writers(form, writers)
    _offer_letters(form, letters)
    if form.validate() and _log(form, recipient, entering.writer_of(form, writers), letters):
        return redirect(entering.way_back(prisoner_id))
    return render_template("letters/new_reply.html", form=form, recipient=recipient), 422


def _letters(prisoner_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What a reply can answer: one's own letters; for coordinators, everybody's."""
    return queries.newest_letters(session, prisoner_id, None if actor().is_coordinator else actor().id)


def _offer_letters(form: ReplyForm, letters: Sequence[Row[*tuple[Any, ...]]]) -> None:
    offer(form.answers, [("", _("not known")), *((row.id, _described(row)) for row in letters)])


def _described(row: Row[*tuple[Any, ...]]) -> str:
    facts = {"kind": words(row.kind), "day": day(row.dated_on), "handle": row.handle}
    if row.volunteer_id == actor().id:
        described = str(_("%(kind)s of %(day)s", **facts))
    else:
        described = str(_("%(kind)s of %(day)s by %(handle)s", **facts))
    return str(_("%(letter)s (removed)", letter=described)) if row.removed_at else described


def _log(form: NewReplyForm, recipient: Recipient, writer: Writer, letters: Sequence[Row[*tuple[Any, ...]]]) -> bool:
    today = clock.today(writer.zone)
    questions = rules.questions_about(entering.day_in(form.came_on), today, since=writer.since)
    if not entering.all_answered(form, questions):
        return False
    entered = entering.entered(form, recipient, writer)
    try:
        letter_id = actions.log_reply(session, _facts(form, letters), entered)
    except AlreadyLogged as error:
        entering.say_already_logged(error, "letters")
        return True
    except EntryRefused as error:
        _refuse(form, error)
        return False
    session.commit()
    entering.say_with_undo(_("Logged."), "letters.remove", letter_id)
    note = url_for("needs.new", prisoner_id=recipient.id, letter_id=letter_id)
    flash(_("Did the letter ask for something?"), f"note:{note}")
    return True


def _facts(form: ReplyForm, letters: Sequence[Row[*tuple[Any, ...]]]) -> ReplyFacts:
    answered = next((row for row in letters if str(row.id) == form.answers.data), None)
    return ReplyFacts(
        kind=LetterKind(form.kind.data),
        came_on=entering.day_in(form.came_on),
        written_on=form.written_on.data,
        answers=_answered(answered) if answered else None,
        note=form.note.data,
        arrival=Arrival(
            opened=form.opened.data,
            blackened=form.blackened.data,
            incomplete=form.incomplete.data,
            channel=Channel(form.channel.data) if form.channel.data else None,
            pages=form.pages.data,
            language=form.language.data,
        ),
    )


def _answered(row: Row[*tuple[Any, ...]]) -> AnsweredLetter:
    return AnsweredLetter(
        row.id,
        row.dated_on,
        row.volunteer_id,
        channel=row.channel,
        delivered_on=row.delivered_on,
        never_arrived=row.never_arrived,
        is_given_up=row.given_up_on is not None,
    )


def _refuse(form: ReplyForm, error: EntryRefused) -> None:
    fields: dict[type[EntryRefused], Any] = {
        rules.WrittenAfterItCame: form.written_on,
        rules.NotTheirLetter: form.answers,
        rules.AnswersWhatNeverArrived: form.answers,
    }
    entering.refuse_entry(error, form.came_on, fields)


def _reply(letter_id: UUID) -> Letter:
    letter = changeable_letter(letter_id)
    return letter if letter.direction is Direction.REPLY else abort(404)


def _letters_for(reply: Letter) -> list[Row[*tuple[Any, ...]]]:
    """What a reply can be said to answer, with the one that it answers, even if that is old or removed."""
    letters = list(queries.newest_letters(session, reply.prisoner_id, reply.volunteer_id))
    if reply.answers_id and reply.answers_id not in [row.id for row in letters]:
        letters.append(queries.answered_letter(session, reply.answers_id))
    return letters


@bp.get("/replies/<uuid:letter_id>/edit")
@open_to(Audience.VOLUNTEERS)
def edit_reply(letter_id: UUID) -> ResponseReturnValue:
    reply = _reply(letter_id)
    letters = _letters_for(reply)
    form = ReplyForm(
        kind=str(reply.kind),
        came_on=reply.dated_on,
        written_on=reply.written_on,
        answers=str(reply.answers_id or ""),
        note=reply.note,
        opened=reply.arrived_opened,
        blackened=reply.arrived_blackened,
        incomplete=reply.arrived_incomplete,
        channel=_channel_shown(reply, letters),
        pages=reply.pages,
        language=reply.language,
    )
    _offer_letters(form, letters)
    return render_template(
        "letters/edit_reply.html", form=form, letter=reply, recipient=visible_recipient(reply.prisoner_id)
    )


def _channel_shown(reply: Letter, letters: Sequence[Row[*tuple[Any, ...]]]) -> str | None:
    answered = next((row for row in letters if row.id == reply.answers_id), None)
    usual = rules.usual_channel(reply.kind, answers=answered.channel if answered else None)
    return None if reply.channel is usual else str(reply.channel)


@bp.post("/replies/<uuid:letter_id>/edit")
@open_to(Audience.VOLUNTEERS)
def update_reply(letter_id: UUID) -> ResponseReturnValue:
    reply = _reply(letter_id)
    recipient = visible_recipient(reply.prisoner_id)
    letters = _letters_for(reply)
    form = ReplyForm()
    _offer_letters(form, letters)
    if form.validate() and _correct(form, reply, letters):
        return redirect(entering.way_back(recipient.id, letter_id))
    return render_template("letters/edit_reply.html", form=form, letter=reply, recipient=recipient), 422


def _correct(form: ReplyForm, reply: Letter, letters: Sequence[Row[*tuple[Any, ...]]]) -> bool:
    writer = entering.writer_of_entry(reply.prisoner_id, reply.volunteer_id)
    today = clock.today(writer.zone)
    day_is_new = form.came_on.data != reply.dated_on
    questions = rules.questions_about(entering.day_in(form.came_on), today, since=writer.since) if day_is_new else ()
    if not entering.all_answered(form, questions):
        return False
    try:
        actions.correct_reply(
            session, reply, _facts(form, letters), today=entering.latest_today(writer), now=clock.now()
        )
    except EntryRefused as error:
        _refuse(form, error)
        return False
    session.commit()
    flash(_("Corrected."))
    return True
