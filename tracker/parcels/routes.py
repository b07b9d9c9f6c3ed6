"""Parcels to a prisoner: logging one, correcting it, removing it, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.letters import entering, rules
from tracker.letters.actions import Entered
from tracker.letters.forms import ReturnedForm
from tracker.letters.queries import Recipient, Writer
from tracker.letters.rules import AlreadyLogged, EntryRefused, ReturnReason
from tracker.lookup import changeable_parcel, visible_recipient
from tracker.parcels import actions, queries
from tracker.parcels.actions import ParcelFacts
from tracker.parcels.contents import understood
from tracker.parcels.forms import ArrivedForm, NewParcelForm, ParcelForm
from tracker.parcels.models import Parcel
from tracker.web.access import actor, open_to
from tracker.web.session import session

bp = Blueprint("parcels", __name__)


@bp.get("/prisoners/<uuid:prisoner_id>/parcels/new")
@open_to(Audience.VOLUNTEERS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    form = NewParcelForm(posted_on=entering.today())
    entering.offer_writers(form, entering.possible_writers(prisoner_id))
    entering.ask(form, rules.questions_about_post(recipient.situation, entering.today(), entering.today()))
    return render_template("parcels/new.html", form=form, recipient=recipient)


@bp.post("/prisoners/<uuid:prisoner_id>/parcels/new")
@open_to(Audience.VOLUNTEERS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    writers = entering.possible_writers(prisoner_id)
    form = NewParcelForm()
    entering.offer_writers(form, writers)
    if form.validate() and _log(form, recipient, entering.writer_of(form, writers)):
        return redirect(entering.way_back(prisoner_id))
    return render_template("parcels/new.html", form=form, recipient=recipient), 422


def _log(form: NewParcelForm, recipient: Recipient, writer: Writer) -> bool:
    facts = _facts(form)
    if not entering.all_answered(form, entering.questions_of_post(recipient, writer, facts.posted_on)):
        return False
    entered = Entered(
        prisoner_id=recipient.id,
        volunteer_id=writer.id,
        actor_id=actor().id,
        form_id=form.form_id.uuid(),
        today=entering.latest_today(writer),
        now=clock.now(),
    )
    try:
        parcel_id = actions.log_parcel(session, facts, entered)
    except AlreadyLogged as error:
        entering.say_already_logged(error, "parcels")
        return True
    except EntryRefused as error:
        entering.refuse_entry(error, form.posted_on)
        return False
    session.commit()
    entering.say_with_undo(_("Logged."), "parcels.remove", parcel_id)
    return True


def _facts(form: ParcelForm) -> ParcelFacts:
    return ParcelFacts(
        posted_on=entering.day_in(form.posted_on),
        items=tuple(understood(line) for line in (form.contents.data or "").splitlines() if line.strip()),
        grams=form.grams.data,
        tracking=form.tracking.data,
        note=form.note.data,
    )


@bp.get("/parcels/<uuid:parcel_id>/edit")
@open_to(Audience.VOLUNTEERS)
def edit(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    form = ParcelForm(
        posted_on=parcel.posted_on,
        contents="\n".join(_line(item) for item in queries.items(session, parcel_id)),
        grams=parcel.grams,
        tracking=parcel.tracking,
        note=parcel.note,
    )
    return _edit_page(form, parcel)


@bp.post("/parcels/<uuid:parcel_id>/edit")
@open_to(Audience.VOLUNTEERS)
def update(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    form = ParcelForm()
    if form.validate() and _correct(form, parcel):
        return redirect(entering.way_back(parcel.prisoner_id))
    return _edit_page(form, parcel), 422


def _line(item: Any) -> str:
    words = f"{item.how_many} × {item.what}" if item.how_many > 1 else str(item.what)
    return f"{words}, {item.grams} g" if item.grams else words


def _edit_page(form: ParcelForm, parcel: Parcel) -> str:
    return render_template(
        "parcels/edit.html", form=form, parcel=parcel, recipient=visible_recipient(parcel.prisoner_id)
    )


def _correct(form: ParcelForm, parcel: Parcel) -> bool:
    facts = _facts(form)
    writer = entering.writer_of_entry(parcel.prisoner_id, parcel.volunteer_id)
    if facts.posted_on != parcel.posted_on:
        recipient = visible_recipient(parcel.prisoner_id)
        if not entering.all_answered(form, entering.questions_of_post(recipient, writer, facts.posted_on)):
            return False
    try:
        actions.correct_parcel(session, parcel, facts, today=entering.latest_today(writer), now=clock.now())
    except EntryRefused as error:
        entering.refuse_entry(error, form.posted_on)
        return False
    session.commit()
    flash(_("Corrected."))
    return True


@bp.post("/parcels/<uuid:parcel_id>/remove")
@open_to(Audience.VOLUNTEERS)
def remove(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id, also_removed=True)
    actions.remove_parcel(parcel, now=clock.now())
    session.commit()
    entering.say_with_undo(_("Removed. It counts nowhere any more."), "parcels.restore", parcel_id)
    return redirect(entering.way_back(parcel.prisoner_id))


@bp.post("/parcels/<uuid:parcel_id>/restore")
@open_to(Audience.VOLUNTEERS)
def restore(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id, also_removed=True)
    actions.restore_parcel(parcel)
    session.commit()
    flash(_("It is back, and counts again."))
    return redirect(entering.way_back(parcel.prisoner_id))


@bp.get("/parcels/<uuid:parcel_id>/arrived")
@open_to(Audience.VOLUNTEERS)
def arrived(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    form = ArrivedForm(arrived_on=parcel.arrived_on or entering.today())
    return render_template("parcels/arrived.html", form=form, parcel=parcel)


@bp.post("/parcels/<uuid:parcel_id>/arrived")
@open_to(Audience.VOLUNTEERS)
def mark_arrived(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    form = ArrivedForm()
    if form.validate() and _marked(
        parcel,
        form.arrived_on,
        _("Marked as arrived."),
        lambda: actions.mark_arrived(
            parcel, on=entering.day_in(form.arrived_on), today=entering.today(), now=clock.now()
        ),
    ):
        return redirect(entering.way_back(parcel.prisoner_id))
    return render_template("parcels/arrived.html", form=form, parcel=parcel), 422


@bp.get("/parcels/<uuid:parcel_id>/returned")
@open_to(Audience.VOLUNTEERS)
def returned(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    form = ReturnedForm(returned_on=parcel.returned_on or entering.today(), reason=parcel.return_reason)
    return render_template("parcels/returned.html", form=form, parcel=parcel)


@bp.post("/parcels/<uuid:parcel_id>/returned")
@open_to(Audience.VOLUNTEERS)
def mark_returned(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    form = ReturnedForm()
    if form.validate() and _marked(
        parcel,
        form.returned_on,
        _("Marked as returned."),
        lambda: actions.mark_returned(
            parcel,
            on=entering.day_in(form.returned_on),
            reason=ReturnReason(form.reason.data),
            today=entering.today(),
            now=clock.now(),
        ),
    ):
        return redirect(entering.way_back(parcel.prisoner_id))
    return render_template("parcels/returned.html", form=form, parcel=parcel), 422


def _marked(parcel: Parcel, day_field: Any, sentence: str, mark: Callable[[], None]) -> bool:
    was_marked = parcel.arrived_on is not None or parcel.returned_on is not None
    try:
        mark()
    except EntryRefused as error:
        entering.refuse_entry(error, day_field)
        return False
    session.commit()
    if was_marked:
        # An undo would wipe out the first mark too.
        flash(_("Corrected."))
    else:
        entering.say_with_undo(sentence, "parcels.mark_on_its_way", parcel.id)
    return True


@bp.post("/parcels/<uuid:parcel_id>/on-its-way")
@open_to(Audience.VOLUNTEERS)
def mark_on_its_way(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    actions.mark_on_its_way(parcel, now=clock.now())
    session.commit()
    flash(_("It counts as on its way."))
    return redirect(entering.way_back(parcel.prisoner_id))
