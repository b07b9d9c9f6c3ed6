"""Letters to a prisoner: logging one, correcting it, removing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from tracker import clock
from tracker.access import Audience
from tracker.letters import actions, details, entering, page_queries, prepared, rules
from tracker.letters.actions import LetterFacts
from tracker.letters.blueprint import bp
from tracker.letters.fate import ReplyFormHasAFate
from tracker.letters.forms import LetterForm, NewLetterForm
from tracker.letters.models import Letter, PreparedLetter
from tracker.letters.preparing import PreparedBySomebodyElse, SentAlready, channel_of_prepared
from tracker.letters.queries import Recipient, Writer
from tracker.letters.rules import AlreadyLogged, EntryRefused, LetterKind, Question
from tracker.letters.tracking import is_same_number, read_number
from tracker.lookup import changeable_letter, changeable_prepared, sent_letter, visible_recipient
from tracker.transit.thread_queries import pen_names
from tracker.web.access import actor, open_to
from tracker.web.session import session


@bp.get("/prisoners/<uuid:prisoner_id>/letters/new")
@open_to(Audience.VOLUNTEERS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    waiting = _prepared(prisoner_id, request.args.get("prepared"))
    form = _opened(waiting) if waiting else NewLetterForm(dated_on=entering.today(), kind=_wanted_kind())
    entering.offer_writers(form, entering.possible_writers(recipient))
    if waiting and "volunteer" in form:
        form.volunteer.data = str(waiting.volunteer_id)
    form.currency.data, number = page_queries.currency_and_number(session, prisoner_id, actor().id)
    # For others a coordinator cannot know whether they number their letters.
    form.number.data = None if actor().is_coordinator else number
    entering.ask(form, rules.questions_about_post(recipient.situation, entering.today(), entering.today()))
    return _shown_new(form, recipient)


def _shown_new(form: NewLetterForm, recipient: Recipient) -> str:
    details.offer_translators(form.translated_by)
    signed = pen_names(session, recipient.id, only=None if actor().is_coordinator else actor().id)
    return render_template("letters/new.html", form=form, recipient=recipient, signed=signed)


def _wanted_kind() -> str:
    wanted = request.args.get("kind", "")
    return wanted if wanted in list(LetterKind) else str(LetterKind.LETTER)


def _prepared(prisoner_id: UUID, text: str | None) -> PreparedLetter | None:
    """The letter in preparation that is being sent, if one is. One that she may not change is none."""
    try:
        found = changeable_prepared(UUID(text), also_dropped=True) if text else None
    except (ValueError, NotFound):
        return None
    return found if found is not None and found.prisoner_id == prisoner_id else None


def _opened(waiting: PreparedLetter) -> NewLetterForm:
    """The form as a letter in preparation fills it in."""
    channel = channel_of_prepared(prepared.steps_of(waiting), waiting.channel)
    is_translated = waiting.translated_on is not None
    return NewLetterForm(
        prepared=str(waiting.id),
        dated_on=entering.today(),
        kind=str(waiting.kind),
        channel=None if channel is rules.usual_channel(waiting.kind) else str(channel),
        language=waiting.language,
        note=waiting.note,
        translated_by=details.translator_shown(is_translated, waiting.translated_by_id),
    )


@bp.post("/prisoners/<uuid:prisoner_id>/letters/new")
@open_to(Audience.VOLUNTEERS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    writers = entering.possible_writers(recipient)
    form = NewLetterForm()
    entering.offer_writers(form, writers)
    details.offer_translators(form.translated_by, everybody=bool(form.translated_by.data))
    if form.validate() and _log(form, recipient, entering.writer_of(form, writers)):
        return redirect(entering.way_back(prisoner_id))
    return _shown_new(form, recipient), 422


def _log(form: NewLetterForm, recipient: Recipient, writer: Writer) -> bool:
    waiting = _prepared(recipient.id, form.prepared.data)
    facts = _facts(form, recipient, writer, translated_before=waiting.translated_by_id if waiting else None)
    questions = (*entering.questions_of_post(recipient, writer, facts.dated_on), *_questions_of_number(facts.tracking))
    if not entering.all_answered(form, questions):
        return False
    entered = entering.entered(form, recipient, writer)
    try:
        letter_id = actions.log_letter(session, facts, entered)
        if waiting:
            prepared.mark_sent(session, waiting, letter_id)
    except AlreadyLogged as error:
        entering.say_already_logged(error, "letters")
        return True
    except SentAlready as error:
        entering.refuse_entry(error, form.kind)
        return False
    except EntryRefused as error:
        fields: dict[type[EntryRefused], Any] = {PreparedBySomebodyElse: form.volunteer} if "volunteer" in form else {}
        entering.refuse_entry(error, form.dated_on, fields)
        return False
    session.commit()
    entering.say_with_undo(_("Logged."), "letters.remove", letter_id)
    _say_if_odd(facts.tracking)
    return True


def _questions_of_number(tracking: str | None) -> tuple[Question, ...]:
    number = read_number(tracking)
    return (Question.TRACKING_MISTYPED,) if number is not None and number.is_mistyped else ()


def _say_if_odd(tracking: str | None) -> None:
    sentence = details.oddness(tracking)
    if sentence:
        flash(sentence, "warning")


def _facts(
    form: LetterForm,
    recipient: Recipient,
    writer: Writer,
    letter: Letter | None = None,
    translated_before: UUID | None = None,
) -> LetterFacts:
    day = entering.day_in(form.dated_on)
    stay = rules.stay_on(recipient.situation.stays, day, clock.today(writer.zone))
    return LetterFacts(
        kind=LetterKind(form.kind.data),
        dated_on=day,
        placement_id=stay.id if stay else None,
        tracking=form.tracking.data,
        note=form.note.data,
        details=details.details_in(form, letter.translated_by_id if letter else translated_before),
    )


@bp.get("/letters/<uuid:letter_id>/edit")
@open_to(Audience.VOLUNTEERS)
def edit(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    form = LetterForm(
        kind=str(letter.kind),
        dated_on=letter.dated_on,
        tracking=letter.tracking,
        note=letter.note,
        **details.shown_in(letter),
    )
    return _shown_edit(form, letter, visible_recipient(letter.prisoner_id))


def _shown_edit(form: LetterForm, letter: Letter, recipient: Recipient) -> str:
    details.offer_translators(form.translated_by)
    return render_template("letters/edit.html", form=form, letter=letter, recipient=recipient)


@bp.post("/letters/<uuid:letter_id>/edit")
@open_to(Audience.VOLUNTEERS)
def update(letter_id: UUID) -> ResponseReturnValue:
    letter = sent_letter(letter_id)
    recipient = visible_recipient(letter.prisoner_id)
    form = LetterForm()
    details.offer_translators(form.translated_by)
    if form.validate() and _correct(form, letter, recipient):
        return redirect(entering.way_back(recipient.id, letter_id))
    return _shown_edit(form, letter, recipient), 422


def _correct(form: LetterForm, letter: Letter, recipient: Recipient) -> bool:
    writer = entering.writer_of_entry(recipient.id, letter.volunteer_id)
    facts = _facts(form, recipient, writer, letter)
    # What was confirmed once about a day or a number is not asked again.
    day_is_new = facts.dated_on != letter.dated_on
    questions = entering.questions_of_post(recipient, writer, facts.dated_on) if day_is_new else ()
    number_is_new = not is_same_number(facts.tracking, letter.tracking)
    if number_is_new:
        questions += _questions_of_number(facts.tracking)
    if not entering.all_answered(form, questions):
        return False
    try:
        actions.correct_letter(session, letter, facts, today=entering.latest_today(writer), now=clock.now())
    except EntryRefused as error:
        entering.refuse_entry(error, form.dated_on, {ReplyFormHasAFate: form.with_reply_form})
        return False
    session.commit()
    flash(_("Corrected."))
    if number_is_new:
        _say_if_odd(facts.tracking)
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
    still_answers = actions.restore_letter(session, letter, now=clock.now())
    session.commit()
    if still_answers:
        flash(_("It is back, and counts again."))
    else:
        flash(
            _(
                "It is back, and counts again. It no longer answers the letter that it answered: that one was moved "
                "to a later day meanwhile, or did not arrive. If that is wrong, correct it."
            ),
            "warning",
        )
    return redirect(entering.way_back(letter.prisoner_id, letter_id))
