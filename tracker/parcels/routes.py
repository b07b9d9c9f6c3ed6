"""Parcels to a prisoner: logging one, correcting it, removing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.letters import entering, rules
from tracker.letters.queries import Recipient, Writer
from tracker.letters.rules import AlreadyLogged, EntryRefused
from tracker.lookup import changeable_parcel, visible_recipient
from tracker.needs.queries import wishes
from tracker.parcels import actions, entered, queries
from tracker.parcels.actions import ParcelFacts
from tracker.parcels.blueprint import bp
from tracker.parcels.contents import weighed
from tracker.parcels.forms import EMPTY_ROWS, NewParcelForm, ParcelForm
from tracker.parcels.models import Parcel
from tracker.parcels.rules import NothingInIt
from tracker.web.access import actor, open_to
from tracker.web.forms import offer
from tracker.web.session import session
from tracker.web.words import words


@bp.get("/prisoners/<uuid:prisoner_id>/parcels/new")
@open_to(Audience.VOLUNTEERS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    form = NewParcelForm(posted_on=entering.today())
    form.add_rows(EMPTY_ROWS)
    entering.offer_writers(form, entering.possible_writers(recipient))
    entering.ask(form, rules.questions_about_post(recipient.situation, entering.today(), entering.today()))
    return _new_page(form, recipient)


def _new_page(form: NewParcelForm, recipient: Recipient) -> str:
    packing = queries.packing(session, recipient.id)
    if not form.is_submitted():
        form.currency.data = packing.currency
    offer(form.needs, [(wish.id, _wish(wish)) for wish in wishes(session, recipient.id)])
    return render_template("parcels/new.html", form=form, recipient=recipient, packing=packing)


def _wish(wish: Any) -> str:
    text = ", ".join(wish.text.splitlines())
    if wish.promised_by and wish.promised_by_id != actor().id:
        return str(_("%(thing)s (promised by %(handle)s)", thing=text, handle=wish.promised_by))
    return text


@bp.post("/prisoners/<uuid:prisoner_id>/parcels/new")
@open_to(Audience.VOLUNTEERS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    recipient = visible_recipient(prisoner_id)
    writers = entering.possible_writers(recipient)
    form = NewParcelForm()
    entering.offer_writers(form, writers)
    if entered.wants_more_rows(form):
        return _new_page(form, recipient)
    if form.validate() and _log(form, recipient, entering.writer_of(form, writers)):
        return redirect(entering.way_back(prisoner_id))
    return _new_page(form, recipient), 422


def _log(form: NewParcelForm, recipient: Recipient, writer: Writer) -> bool:
    facts = entered.facts(form, placement_id=entered.place_on(recipient, writer, entering.day_in(form.posted_on)))
    asked = entering.questions_of_post(recipient, writer, facts.posted_on)
    questions = [(str(each), words(each)) for each in asked]
    questions += [*entered.own_questions(facts), *entered.quota_questions(recipient.id, facts, writer)]
    if not entered.all_answered(form, questions):
        return False
    who = entering.entered(form, recipient, writer)
    try:
        parcel_id = actions.log_parcel(session, facts, who, entered.uuids(form.needs.data))
    except AlreadyLogged as error:
        entering.say_already_logged(error, "parcels")
        return True
    except EntryRefused as error:
        _refuse(form, error)
        return False
    session.commit()
    entering.say_with_undo(_("Logged."), "parcels.remove", parcel_id)
    return True


def _refuse(form: ParcelForm, error: EntryRefused) -> None:
    entering.refuse_entry(error, form.posted_on, {NothingInIt: form.items})


@bp.get("/parcels/<uuid:parcel_id>/edit")
@open_to(Audience.VOLUNTEERS)
def edit(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    items = queries.items(session, parcel_id)
    is_sum = parcel.grams == weighed(each.grams for each in items)
    form = ParcelForm(
        posted_on=parcel.posted_on,
        kind=parcel.kind,
        items=[{"item_id": each.id, **each._mapping} for each in items],
        # A sum would stay behind when a line is corrected.
        grams=None if is_sum else parcel.grams,
        tracking=parcel.tracking,
        category=parcel.category,
        sent_by=parcel.sent_by,
        postage=parcel.postage_minor,
        goods=parcel.goods_minor,
        currency=parcel.currency,
        note=parcel.note,
    )
    form.add_rows(1)
    return _edit_page(form, parcel)


@bp.post("/parcels/<uuid:parcel_id>/edit")
@open_to(Audience.VOLUNTEERS)
def update(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    form = ParcelForm()
    if entered.wants_more_rows(form):
        return _edit_page(form, parcel)
    if form.validate() and _correct(form, parcel):
        return redirect(entering.way_back(parcel.prisoner_id))
    return _edit_page(form, parcel), 422


def _edit_page(form: ParcelForm, parcel: Parcel) -> str:
    recipient, packing = visible_recipient(parcel.prisoner_id), queries.packing(session, parcel.prisoner_id)
    if not form.is_submitted() and parcel.currency is None:
        form.currency.data = packing.currency
    return render_template("parcels/edit.html", form=form, parcel=parcel, recipient=recipient, packing=packing)


def _correct(form: ParcelForm, parcel: Parcel) -> bool:
    writer = entering.writer_of_entry(parcel.prisoner_id, parcel.volunteer_id)
    day, placement_id, questions = entering.day_in(form.posted_on), parcel.placement_id, []
    if day != parcel.posted_on:
        recipient = visible_recipient(parcel.prisoner_id)
        placement_id = entered.place_on(recipient, writer, day)
        questions = [(str(each), words(each)) for each in entering.questions_of_post(recipient, writer, day)]
    facts = entered.facts(form, placement_id=placement_id)
    questions += entered.own_questions(facts)
    if _counts_otherwise(parcel, facts):
        questions += entered.quota_questions(parcel.prisoner_id, facts, writer, but=parcel.id)
    if not entered.all_answered(form, questions):
        return False
    try:
        actions.correct_parcel(session, parcel, facts, today=entering.latest_today(writer), now=clock.now())
    except EntryRefused as error:
        _refuse(form, error)
        return False
    session.commit()
    flash(_("Corrected."))
    return True


def _counts_otherwise(parcel: Parcel, facts: ParcelFacts) -> bool:
    before = (parcel.posted_on, parcel.kind, parcel.category, parcel.sent_by, parcel.grams)
    return before != (facts.posted_on, facts.kind, facts.category, facts.sent_by, facts.weight)


@bp.post("/parcels/<uuid:parcel_id>/remove")
@open_to(Audience.VOLUNTEERS)
def remove(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id, also_removed=True)
    actions.remove_parcel(session, parcel, now=clock.now())
    session.commit()
    entering.say_with_undo(_("Removed. It counts nowhere any more."), "parcels.restore", parcel_id)
    return redirect(entering.way_back(parcel.prisoner_id))


@bp.post("/parcels/<uuid:parcel_id>/restore")
@open_to(Audience.VOLUNTEERS)
def restore(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id, also_removed=True)
    actions.restore_parcel(session, parcel)
    session.commit()
    flash(_("It is back, and counts again."))
    return redirect(entering.way_back(parcel.prisoner_id))
