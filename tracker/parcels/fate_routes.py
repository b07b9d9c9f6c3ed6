"""What became of a parcel: it arrived, with or without everything; it came back; it is on its way after all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.letters import entering
from tracker.letters.forms import ReturnedForm
from tracker.letters.rules import EntryRefused, ReturnReason
from tracker.lookup import changeable_parcel
from tracker.parcels import entered, fates, queries
from tracker.parcels.blueprint import bp
from tracker.parcels.forms import ArrivedForm
from tracker.parcels.models import Parcel
from tracker.web.access import open_to
from tracker.web.session import session


@bp.get("/parcels/<uuid:parcel_id>/arrived")
@open_to(Audience.VOLUNTEERS)
def arrived(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    items = queries.items(session, parcel_id)
    form = ArrivedForm(
        arrived_on=parcel.arrived_on or entering.today(),
        refused=[
            {"item_id": each.id, "is_refused": each.is_refused, "because": each.refused_because} for each in items
        ],
    )
    return render_template("parcels/arrived.html", form=form, parcel=parcel, items=items)


@bp.post("/parcels/<uuid:parcel_id>/arrived")
@open_to(Audience.VOLUNTEERS)
def mark_arrived(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    form = ArrivedForm()

    def mark() -> None:
        fates.mark_arrived(
            session,
            parcel,
            on=entering.day_in(form.arrived_on),
            refused=entered.refused(form),
            today=entering.today(),
            now=clock.now(),
        )

    if form.validate() and _marked(parcel, form.arrived_on, _("Marked as arrived."), mark):
        return redirect(entering.way_back(parcel.prisoner_id))
    items = queries.items(session, parcel_id)
    return render_template("parcels/arrived.html", form=form, parcel=parcel, items=items), 422


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

    def mark() -> None:
        fates.mark_returned(
            session,
            parcel,
            on=entering.day_in(form.returned_on),
            reason=ReturnReason(form.reason.data),
            today=entering.today(),
            now=clock.now(),
        )

    if form.validate() and _marked(parcel, form.returned_on, _("Marked as returned."), mark):
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
    fates.mark_on_its_way(session, parcel, now=clock.now())
    session.commit()
    flash(_("It counts as on its way."))
    return redirect(entering.way_back(parcel.prisoner_id))
