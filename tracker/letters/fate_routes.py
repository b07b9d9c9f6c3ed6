"""A letter's own page, and what became of the letter: one action each, and each can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.languages import names_of
from tracker.letters import actions, entering, fates, page_queries, queries
from tracker.letters.blueprint import bp
from tracker.letters.fate import fate
from tracker.letters.forms import DayForm, ReplyFormForm, ReturnedForm
from tracker.letters.models import Letter
from tracker.letters.rules import Direction, EntryRefused, ReplyFormState, ReturnReason
from tracker.letters.tracking import read_number
from tracker.lookup import changeable_letter, sent_letter
from tracker.needs.queries import asked_in
from tracker.needs.rules import state_of_row
from tracker.parcels.words import money
from tracker.scans.queries import scanned_reply
from tracker.web.access import actor, open_to
from tracker.web.language import locale
from tracker.web.session import session


@bp.get("/letters/<uuid:letter_id>")
@open_to(Audience.VOLUNTEERS)
def show(letter_id: UUID) -> ResponseReturnValue:
    letter = changeable_letter(letter_id)
    around = page_queries.around(session, letter_id)
    language = names_of([letter.language], str(locale() or "en")) if letter.language else None
    if letter.direction is Direction.REPLY:
        return render_template(
            "letters/show_reply.html",
            letter=letter,
            around=around,
            language=language,
            asked=[(row, state_of_row(row, entering.today())) for row in asked_in(session, letter_id)],
            # Whose reply it is, but who does not write any more, sees no pages.
            has_scans=scanned_reply(session, actor(), letter_id) is not None,
        )
    replies = page_queries.replies_to(session, letter_id)
    answered_on = min((row.written_on or row.dated_on for row in replies), default=None)
    return render_template(
        "letters/show.html",
        letter=letter,
        around=around,
        language=language,
        replies=replies,
        fate=fate(queries.known_of(letter, answered_on)),
        number=read_number(letter.tracking),
        cost=money(letter.cost_minor, letter.currency) if letter.cost_minor is not None else None,
    )


@bp.get("/letters/<uuid:letter_id>/delivered")
@open_to(Audience.VOLUNTEERS)
def delivered(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    form = DayForm(on=letter.delivered_on or entering.today())
    return render_template("letters/delivered.html", form=form, letter=letter)


@bp.post("/letters/<uuid:letter_id>/delivered")
@open_to(Audience.VOLUNTEERS)
def mark_delivered(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    form = DayForm()
    is_new = letter.delivered_on is None
    if form.validate() and _told(form.on, lambda **when: fates.mark_delivered(session, letter, **when)):
        return _said(letter, _("Marked as delivered."), "letters.unmark_delivered" if is_new else None)
    return render_template("letters/delivered.html", form=form, letter=letter), 422


@bp.post("/letters/<uuid:letter_id>/not-delivered")
@open_to(Audience.VOLUNTEERS)
def unmark_delivered(letter_id: UUID) -> ResponseReturnValue:
    return _taken_back(letter_id, fates.unmark_delivered, _("It counts as not known to be there."))


@bp.get("/letters/<uuid:letter_id>/stopped")
@open_to(Audience.VOLUNTEERS)
def stopped(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    form = DayForm(on=letter.stopped_on or entering.today())
    return render_template("letters/stopped.html", form=form, letter=letter)


@bp.post("/letters/<uuid:letter_id>/stopped")
@open_to(Audience.VOLUNTEERS)
def mark_stopped(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    form = DayForm()
    is_new = letter.stopped_on is None
    if form.validate() and _told(form.on, lambda **when: fates.mark_stopped(session, letter, **when)):
        return _said(letter, _("Marked as stopped by the censor."), "letters.unmark_stopped" if is_new else None)
    return render_template("letters/stopped.html", form=form, letter=letter), 422


@bp.post("/letters/<uuid:letter_id>/not-stopped")
@open_to(Audience.VOLUNTEERS)
def unmark_stopped(letter_id: UUID) -> ResponseReturnValue:
    return _taken_back(letter_id, fates.unmark_stopped, _("It counts as not stopped."))


@bp.get("/letters/<uuid:letter_id>/returned")
@open_to(Audience.VOLUNTEERS)
def returned(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    form = ReturnedForm(returned_on=letter.returned_on or entering.today(), reason=letter.return_reason)
    return render_template("letters/returned.html", form=form, letter=letter)


@bp.post("/letters/<uuid:letter_id>/returned")
@open_to(Audience.VOLUNTEERS)
def mark_returned(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    form = ReturnedForm()
    is_new = letter.returned_on is None

    def mark(**when: Any) -> None:
        fates.mark_returned(session, letter, reason=ReturnReason(form.reason.data), **when)

    if form.validate() and _told(form.returned_on, mark):
        return _said(letter, _("Marked as returned."), "letters.unmark_returned" if is_new else None)
    return render_template("letters/returned.html", form=form, letter=letter), 422


@bp.post("/letters/<uuid:letter_id>/not-returned")
@open_to(Audience.VOLUNTEERS)
def unmark_returned(letter_id: UUID) -> ResponseReturnValue:
    return _taken_back(letter_id, fates.unmark_returned, _("It counts as not returned."))


@bp.post("/letters/<uuid:letter_id>/given-up")
@open_to(Audience.VOLUNTEERS)
def give_up(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    today = entering.today()
    # Posted today by a clock farther east.
    on = max(today, letter.dated_on)
    try:
        fates.give_up(session, letter, on=on, today=on, now=clock.now())
    except EntryRefused as error:
        session.rollback()
        flash(str(entering.REFUSALS[type(error)]), "warning")
        return redirect(entering.way_back(letter.prisoner_id, letter_id))
    session.commit()
    return _said(letter, _("What became of it stays unknown."), "letters.expect_again")


@bp.post("/letters/<uuid:letter_id>/expected")
@open_to(Audience.VOLUNTEERS)
def expect_again(letter_id: UUID) -> ResponseReturnValue:
    return _taken_back(letter_id, actions.expect_again, _("You may still hear what became of it."))


@bp.get("/letters/<uuid:letter_id>/reply-form")
@open_to(Audience.VOLUNTEERS)
def reply_form(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    is_told = letter.reply_form not in (None, ReplyFormState.BOUGHT)
    day = letter.reply_form_on if is_told else entering.today()
    form = ReplyFormForm(state=str(letter.reply_form) if is_told else None, on=day)
    return render_template("letters/reply_form.html", form=form, letter=letter)


@bp.post("/letters/<uuid:letter_id>/reply-form")
@open_to(Audience.VOLUNTEERS)
def mark_reply_form(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    form = ReplyFormForm()
    is_new = letter.reply_form is ReplyFormState.BOUGHT

    def mark(**when: Any) -> None:
        fates.mark_reply_form(session, letter, ReplyFormState(form.state.data), **when)

    if form.validate() and _told(form.on, mark):
        if letter.reply_form is ReplyFormState.BLANK:
            flash(_("A blank form means: the letter itself was most likely stopped. Tell the lawyer."), "warning")
        return _said(letter, _("What became of the form is noted."), "letters.unmark_reply_form" if is_new else None)
    return render_template("letters/reply_form.html", form=form, letter=letter), 422


@bp.post("/letters/<uuid:letter_id>/reply-form-unknown")
@open_to(Audience.VOLUNTEERS)
def unmark_reply_form(letter_id: UUID) -> ResponseReturnValue:
    return _taken_back(letter_id, fates.unmark_reply_form, _("Nothing is known of the form but that it was bought."))


def _told(day_field: Any, mark: Callable[..., None]) -> bool:
    """Mark it with the day from a form that was found valid; or say at the field why that cannot be."""
    try:
        mark(on=entering.day_in(day_field), today=entering.today(), now=clock.now())
    except EntryRefused as error:
        entering.refuse_entry(error, day_field)
        return False
    session.commit()
    return True


def _said(letter: Letter, sentence: str, undo: str | None) -> ResponseReturnValue:
    """Say it. A second mark has no undo, which would wipe out the first one too."""
    if undo is None:
        flash(_("Corrected."))
    else:
        entering.say_with_undo(sentence, undo, letter.id)
    return redirect(entering.way_back(letter.prisoner_id, letter.id))


def _taken_back(letter_id: UUID, take_back: Callable[..., None], sentence: str) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    take_back(session, letter, now=clock.now())
    session.commit()
    flash(sentence)
    return redirect(entering.way_back(letter.prisoner_id, letter_id))
