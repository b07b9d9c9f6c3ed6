"""Letters to a prisoner: logging one, correcting it, removing it, marking it as returned."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.letters import actions, entering, fates, rules
from tracker.letters.actions import Entered, LetterFacts
from tracker.letters.blueprint import bp
from tracker.letters.forms import LetterForm, NewLetterForm, ReturnedForm
from tracker.letters.models import Letter
from tracker.letters.queries import Recipient, Writer
from tracker.letters.rules import AlreadyLogged, Direction, EntryRefused, LetterKind, ReturnReason
from tracker.lookup import changeable_letter, visible_recipient
from tracker.web.access import actor, open_to
from tracker.web.session import session


@bp.get("/prisoners/<uuid:prisoner_id>/letters/new")
@open_to(Audience.VOLUNTEERS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    form = NewLetterForm(dated_on=entering.today(), kind=_wanted_kind())
    entering.offer_writers(form, entering.possible_writers(prisoner_id))
    entering.ask(form, rules.questions_about_post(recipient.situation, entering.today(), entering.today()))
    return render_template("letters/new.html", form=form, recipient=recipient)


def _wanted_kind() -> str:
    wanted = request.args.get("kind", "")
    return wanted if wanted in list(LetterKind) else str(LetterKind.LETTER)


@bp.post("/prisoners/<uuid:prisoner_id>/letters/new")
@open_to(Audience.VOLUNTEERS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    writers = entering.possible_writers(prisoner_id)
    form = NewLetterForm()
    entering.offer_writers(form, writers)
    if form.validate() and _log(form, recipient, entering.writer_of(form, writers)):
        return redirect(entering.way_back(prisoner_id))
    return render_template("letters/new.html", form=form, recipient=recipient), 422


def _log(form: NewLetterForm, recipient: Recipient, writer: Writer) -> bool:
    facts = _facts(form, recipient, writer)
    if not entering.all_answered(form, entering.questions_of_post(recipient, writer, facts.dated_on)):
        return False
    try:
        letter_id = actions.log_letter(
            session,
            facts,
            Entered(
                prisoner_id=recipient.id,
                volunteer_id=writer.id,
                actor_id=actor().id,
                form_id=form.form_id.uuid(),
                today=entering.latest_today(writer),
                now=clock.now(),
            ),
        )
    except AlreadyLogged as error:
        entering.say_already_logged(error, "letters")
        return True
    except EntryRefused as error:
        entering.refuse_entry(error, form.dated_on)
        return False
    session.commit()
    entering.say_with_undo(_("Logged."), "letters.remove", letter_id)
    return True


def _facts(form: LetterForm, recipient: Recipient, writer: Writer) -> LetterFacts:
    day = entering.day_in(form.dated_on)
    stay = rules.stay_on(recipient.situation.stays, day, clock.today(writer.zone))
    return LetterFacts(
        kind=LetterKind(form.kind.data),
        dated_on=day,
        placement_id=stay.id if stay else None,
        tracking=form.tracking.data,
        note=form.note.data,
    )


def _sent_letter(letter_id: UUID) -> Letter:
    """A letter to a prisoner that may be corrected, or 404; replies have pages of their own."""
    letter = changeable_letter(letter_id)
    return letter if letter.direction is Direction.OUT else abort(404)


@bp.get("/letters/<uuid:letter_id>/edit")
@open_to(Audience.VOLUNTEERS)
def edit(letter_id: UUID) -> ResponseReturnValue:
    letter = _sent_letter(letter_id)
    form = LetterForm(kind=str(letter.kind), dated_on=letter.dated_on, tracking=letter.tracking, note=letter.note)
    return render_template(
        "letters/edit.html", form=form, letter=letter, recipient=visible_recipient(letter.prisoner_id)
    )


@bp.post("/letters/<uuid:letter_id>/edit")
@open_to(Audience.VOLUNTEERS)
def update(letter_id: UUID) -> ResponseReturnValue:
    letter = _sent_letter(letter_id)
    recipient = visible_recipient(letter.prisoner_id)
    form = LetterForm()
    if form.validate() and _correct(form, letter, recipient):
        return redirect(entering.way_back(recipient.id))
    return render_template("letters/edit.html", form=form, letter=letter, recipient=recipient), 422


def _correct(form: LetterForm, letter: Letter, recipient: Recipient) -> bool:
    writer = entering.writer_of_entry(recipient.id, letter.volunteer_id)
    facts = _facts(form, recipient, writer)
    # What was confirmed once about a day is not asked again.
    day_is_new = facts.dated_on != letter.dated_on
    questions = entering.questions_of_post(recipient, writer, facts.dated_on) if day_is_new else ()
    if not entering.all_answered(form, questions):
        return False
    try:
        actions.correct_letter(session, letter, facts, today=entering.latest_today(writer), now=clock.now())
    except EntryRefused as error:
        entering.refuse_entry(error, form.dated_on)
        return False
    session.commit()
    flash(_("Corrected."))
    return True


@bp.post("/letters/<uuid:letter_id>/remove")
@open_to(Audience.VOLUNTEERS)
def remove(letter_id: UUID) -> ResponseReturnValue:
    letter = changeable_letter(letter_id, also_removed=True)
    actions.remove_letter(session, letter, now=clock.now())
    session.commit()
    entering.say_with_undo(_("Removed. It counts nowhere any more."), "letters.restore", letter_id)
    return redirect(entering.way_back(letter.prisoner_id))


@bp.post("/letters/<uuid:letter_id>/restore")
@open_to(Audience.VOLUNTEERS)
def restore(letter_id: UUID) -> ResponseReturnValue:
    letter = changeable_letter(letter_id, also_removed=True)
    still_answers = actions.restore_letter(session, letter)
    session.commit()
    if still_answers:
        flash(_("It is back, and counts again."))
    else:
        flash(
            _(
                "It is back, and counts again. It no longer answers the letter that it answered: that one was moved "
                "to a later day meanwhile. If the days are wrong, correct them."
            ),
            "warning",
        )
    return redirect(entering.way_back(letter.prisoner_id))


@bp.get("/letters/<uuid:letter_id>/returned")
@open_to(Audience.VOLUNTEERS)
def returned(letter_id: UUID) -> ResponseReturnValue:
    letter = _sent_letter(letter_id)
    form = ReturnedForm(returned_on=letter.returned_on or entering.today(), reason=letter.return_reason)
    return render_template("letters/returned.html", form=form, letter=letter)


@bp.post("/letters/<uuid:letter_id>/returned")
@open_to(Audience.VOLUNTEERS)
def mark_returned(letter_id: UUID) -> ResponseReturnValue:
    letter = _sent_letter(letter_id)
    form = ReturnedForm()
    was_returned = letter.returned_on is not None
    if form.validate():
        try:
            fates.mark_returned(
                session,
                letter,
                on=entering.day_in(form.returned_on),
                reason=ReturnReason(form.reason.data),
                today=entering.today(),
                now=clock.now(),
            )
        except EntryRefused as error:
            entering.refuse_entry(error, form.returned_on)
        else:
            session.commit()
            if was_returned:
                # An undo would wipe out the first mark too.
                flash(_("Corrected."))
            else:
                entering.say_with_undo(_("Marked as returned."), "letters.unmark_returned", letter_id)
            return redirect(entering.way_back(letter.prisoner_id))
    return render_template("letters/returned.html", form=form, letter=letter), 422


@bp.post("/letters/<uuid:letter_id>/not-returned")
@open_to(Audience.VOLUNTEERS)
def unmark_returned(letter_id: UUID) -> ResponseReturnValue:
    letter = _sent_letter(letter_id)
    fates.unmark_returned(session, letter, now=clock.now())
    session.commit()
    flash(_("It counts as not returned."))
    return redirect(entering.way_back(letter.prisoner_id))
