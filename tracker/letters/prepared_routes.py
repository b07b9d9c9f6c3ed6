"""Letters in preparation: planning one, moving it on, setting it back, dropping it. Sending one is logging a letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.languages import names_of
from tracker.letters import details, entering, prepared, prepared_queries
from tracker.letters.forms import NewPreparedForm, PreparedForm, StepForm
from tracker.letters.models import PreparedLetter
from tracker.letters.prepared import PreparedFacts, steps_of
from tracker.letters.preparing import AlreadyThatFar, Stage
from tracker.letters.queries import Recipient
from tracker.letters.rules import Channel, EntryRefused, LetterKind, usual_channel
from tracker.lookup import changeable_prepared, visible_recipient
from tracker.web.access import actor, open_to
from tracker.web.forms import offer
from tracker.web.language import locale
from tracker.web.pages import Addresses
from tracker.web.paging import chosen, page_of, wanted_page
from tracker.web.session import session
from tracker.web.words import words

bp = Blueprint("prepared", __name__)


@bp.get("/preparation")
@open_to(Audience.VOLUNTEERS)
def index() -> ResponseReturnValue:
    return _listed(None)


@bp.get("/prisoners/<uuid:prisoner_id>/preparation")
@open_to(Audience.VOLUNTEERS)
def of_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    return _listed(visible_recipient(prisoner_id))


def _listed(recipient: Recipient | None) -> str:
    stage = chosen(Stage, "stage")
    prisoner_id = recipient.id if recipient else None
    statement = prepared_queries.in_preparation(actor(), prisoner_id=prisoner_id, stage=stage)
    return render_template(
        "letters/preparation.html",
        page=page_of(session, statement, wanted_page()),
        recipient=recipient,
        stage=stage,
        stages=list(Stage),
        of=Addresses("prepared.show", "prepared_id"),
        stage_words={str(each): words(each) for each in Stage},
        today=entering.today(),
    )


@bp.get("/prisoners/<uuid:prisoner_id>/preparation/new")
@open_to(Audience.VOLUNTEERS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    form = NewPreparedForm(planned_on=entering.today())
    entering.offer_writers(form, entering.possible_writers(recipient))
    return render_template("letters/new_prepared.html", form=form, recipient=recipient)


@bp.post("/prisoners/<uuid:prisoner_id>/preparation/new")
@open_to(Audience.VOLUNTEERS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    writers = entering.possible_writers(recipient)
    form = NewPreparedForm()
    entering.offer_writers(form, writers)
    if form.validate():
        writer = entering.writer_of(form, writers)
        entered = entering.entered(form, recipient, writer)
        try:
            made = prepared.plan_letter(session, _facts(form), entering.day_in(form.planned_on), entered)
        except EntryRefused as error:
            entering.refuse_entry(error, form.planned_on)
        else:
            session.commit()
            flash(_("Planned.") if made else _("This is noted already; it counts once."))
            return redirect(url_for("prepared.show", prepared_id=made) if made else url_for("prepared.index"))
    return render_template("letters/new_prepared.html", form=form, recipient=recipient), 422


def _facts(form: PreparedForm) -> PreparedFacts:
    kind = LetterKind(form.kind.data)
    return PreparedFacts(
        kind=kind,
        channel=Channel(form.channel.data) if form.channel.data else usual_channel(kind),
        language=form.language.data,
        note=form.note.data,
    )


def _waiting(prepared_id: UUID) -> PreparedLetter:
    """A letter that is in preparation still, or 404 for one that became a letter."""
    found = changeable_prepared(prepared_id)
    return abort(404) if prepared.is_sent(found) else found


@bp.get("/preparation/<uuid:prepared_id>")
@open_to(Audience.VOLUNTEERS)
def show(prepared_id: UUID) -> ResponseReturnValue:
    waiting = _waiting(prepared_id)
    ahead = steps_of(waiting).ahead
    return _shown(waiting, StepForm(step=str(ahead[0]) if ahead else None, on=entering.today()))


def _shown(waiting: PreparedLetter, form: StepForm) -> str:
    steps = steps_of(waiting)
    offer(form.step, [(stage, words(stage)) for stage in steps.ahead])
    details.offer_translators(form.translated_by)
    row = prepared_queries.around(session, waiting.id)
    return render_template(
        "letters/prepared.html",
        form=form,
        letter=waiting,
        around=row,
        steps=steps,
        stages=list(Stage),
        language=names_of([waiting.language], str(locale() or "en")) if waiting.language else None,
    )


@bp.post("/preparation/<uuid:prepared_id>/step")
@open_to(Audience.VOLUNTEERS)
def move_on(prepared_id: UUID) -> ResponseReturnValue:
    waiting = _waiting(prepared_id)
    form = StepForm()
    details.offer_translators(form.translated_by)
    if form.validate():
        stage = Stage(form.step.data)
        _is_translated, translated_by_id = details.translator(form.translated_by)

        def move() -> None:
            prepared.move_on(
                session,
                waiting,
                stage,
                on=entering.day_in(form.on),
                today=entering.today(),
                translated_by_id=translated_by_id,
            )

        if _done(move, form.on, {AlreadyThatFar: form.step}):
            _say_with_undo(_("Noted."), "prepared.set_back", prepared_id)
            return redirect(url_for("prepared.show", prepared_id=prepared_id))
    return _shown(waiting, form), 422


def _done(change: Callable[[], None], field: Any, fields: Mapping[type[EntryRefused], Any] | None = None) -> bool:
    try:
        change()
    except EntryRefused as error:
        entering.refuse_entry(error, field, fields)
        return False
    session.commit()
    return True


@bp.post("/preparation/<uuid:prepared_id>/back")
@open_to(Audience.VOLUNTEERS)
def set_back(prepared_id: UUID) -> ResponseReturnValue:
    prepared.set_back(session, _waiting(prepared_id))
    session.commit()
    flash(_("The last step is taken back."))
    return redirect(url_for("prepared.show", prepared_id=prepared_id))


@bp.get("/preparation/<uuid:prepared_id>/edit")
@open_to(Audience.VOLUNTEERS)
def edit(prepared_id: UUID) -> ResponseReturnValue:
    waiting = _waiting(prepared_id)
    usual = usual_channel(waiting.kind)
    form = PreparedForm(
        kind=str(waiting.kind),
        channel=None if waiting.channel is usual else str(waiting.channel),
        language=waiting.language,
        note=waiting.note,
    )
    return render_template("letters/edit_prepared.html", form=form, letter=waiting)


@bp.post("/preparation/<uuid:prepared_id>/edit")
@open_to(Audience.VOLUNTEERS)
def update(prepared_id: UUID) -> ResponseReturnValue:
    waiting = _waiting(prepared_id)
    form = PreparedForm()
    if form.validate() and _done(lambda: prepared.correct_prepared(session, waiting, _facts(form)), form.kind):
        flash(_("Corrected."))
        return redirect(url_for("prepared.show", prepared_id=prepared_id))
    return render_template("letters/edit_prepared.html", form=form, letter=waiting), 422


@bp.post("/preparation/<uuid:prepared_id>/drop")
@open_to(Audience.VOLUNTEERS)
def drop(prepared_id: UUID) -> ResponseReturnValue:
    waiting = changeable_prepared(prepared_id, also_dropped=True)
    if prepared.is_sent(waiting):
        abort(404)
    prepared.drop_prepared(session, waiting, now=clock.now())
    session.commit()
    _say_with_undo(_("Dropped. It will not be sent."), "prepared.take_up", prepared_id)
    return redirect(url_for("prepared.index"))


@bp.post("/preparation/<uuid:prepared_id>/take-up")
@open_to(Audience.VOLUNTEERS)
def take_up(prepared_id: UUID) -> ResponseReturnValue:
    waiting = changeable_prepared(prepared_id, also_dropped=True)
    prepared.take_up_prepared(waiting)
    session.commit()
    flash(_("It is in preparation again."))
    return redirect(url_for("prepared.show", prepared_id=prepared_id))


def _say_with_undo(sentence: str, endpoint: str, prepared_id: UUID) -> None:
    flash(sentence, "undo:" + url_for(endpoint, prepared_id=prepared_id))
