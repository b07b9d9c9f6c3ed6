"""Where somebody is: entering a move, correcting a place, taking a move back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker import clock
from tracker.access import Audience
from tracker.lookup import coordinators_placement, visible_prisoner
from tracker.prisoners import moves, queries
from tracker.prisoners.blueprint import bp
from tracker.prisoners.forms import FormerPlacementForm, MoveForm, PlacementForm, TransferForm
from tracker.prisoners.moves import ANYWHERE, PlacementFacts
from tracker.prisoners.person_routes import offer_facilities
from tracker.prisoners.routes import today
from tracker.prisoners.rules import (
    AlreadyThere,
    Conditions,
    DatedInTheFuture,
    EndsBeforeBegin,
    MovedMeanwhile,
    NoFacilityThere,
    NotThePresentPlacement,
    PlaceGivenTwice,
    PlacementAfterNext,
    PlacementBeforeLast,
    PlacementKind,
    Regime,
    id_of_entry,
)
from tracker.web.access import actor, open_to
from tracker.web.forms import refuse
from tracker.web.session import session

_REFUSALS: Mapping[type[Exception], tuple[str, Any]] = {
    PlaceGivenTwice: ("place", _l("Choose a facility or describe the place, not both.")),
    NoFacilityThere: ("facility", _l("Such a place is no facility. Choose none, or another sort of place.")),
    PlacementBeforeLast: ("since", _l("This is before the stay before it began. Correct that one first, or this day.")),
    PlacementAfterNext: ("since", _l("This is after the stay that followed began.")),
    EndsBeforeBegin: ("until", _l("It cannot end before it begins.")),
    DatedInTheFuture: ("since", _l("This day has not come yet. Enter the move when it has happened.")),
    AlreadyThere: (
        "kind",
        _l("The person is there already, held in the same way. To correct that stay, change it instead."),
    ),
    MovedMeanwhile: (
        "since",
        _l(
            "Somebody entered a move meanwhile: see above where the person is now. If yours still holds, send it again."
        ),
    ),
}
"""At which field each refusal of the rules is shown, and how it is said."""


def is_done(form: PlacementForm | TransferForm, change: Callable[[], object]) -> bool:
    """Whether it could be done; if not, the form says why, and nothing is kept."""
    try:
        change()
    except tuple(_REFUSALS) as refusal:
        name, sentence = _REFUSALS[type(refusal)]
        refuse(getattr(form, name, form.since), sentence)
    else:
        session.commit()
        return True
    session.rollback()
    return False


@bp.get("/<uuid:prisoner_id>/move")
@open_to(Audience.COORDINATORS)
def move(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    present: Any = queries.present_placement(session, prisoner_id)
    # Where only the conditions change, or it is a cell in the same place, the rest is as it was.
    begins_here = present is not None and request.args.get("from") == "here"
    form = MoveForm(**_as_now(present)) if begins_here else MoveForm()
    form.seen.data = str(present.id) if present else ""
    offer_facilities(form.facility, also=present.facility_id if begins_here else None)
    return render_template("prisoners/move.html", form=form, prisoner=prisoner, present=present)


def _as_now(present: Any) -> dict[str, Any]:
    return {
        "kind": present.kind,
        "facility": present.facility_id,
        "place": present.place,
        "regime": present.regime,
        "conditions": present.conditions,
    }


def seen(form: MoveForm | TransferForm) -> UUID | None:
    """Which stay was the present one when the form was opened. What is no id was none that anybody saw."""
    if form.seen.data is None:
        return ANYWHERE
    try:
        return UUID(form.seen.data) if form.seen.data else None
    except ValueError:
        return uuid4()


@bp.post("/<uuid:prisoner_id>/move")
@open_to(Audience.COORDINATORS)
def move_there(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = MoveForm()
    offer_facilities(form.facility)
    if form.validate():
        placement_id = id_of_entry(form.form_id.uuid(), actor().id, prisoner_id)
        if is_done(
            form,
            lambda: moves.move_prisoner(
                session, prisoner_id, placement_id, _facts(form), today=today(), now=clock.now(), seen=seen(form)
            ),
        ):
            flash(_("The move is entered. If the address is new, everybody who writes is asked to write again."))
            return redirect(url_for("prisoners.show", prisoner_id=prisoner_id))
    present = queries.present_placement(session, prisoner_id)
    form.seen.data = str(present.id) if present else ""
    return render_template("prisoners/move.html", form=form, prisoner=prisoner, present=present), 422


@bp.get("/placements/<uuid:placement_id>/edit")
@open_to(Audience.COORDINATORS)
def edit_placement(placement_id: UUID) -> ResponseReturnValue:
    placement = coordinators_placement(placement_id)
    kind = PlacementForm if placement.is_current else FormerPlacementForm
    form = kind(obj=placement, facility=placement.facility_id)
    offer_facilities(form.facility, also=placement.facility_id)
    return render_template("prisoners/edit_placement.html", form=form, placement=placement)


@bp.post("/placements/<uuid:placement_id>/edit")
@open_to(Audience.COORDINATORS)
def update_placement(placement_id: UUID) -> ResponseReturnValue:
    placement = coordinators_placement(placement_id)
    prisoner = visible_prisoner(placement.prisoner_id)
    form = PlacementForm() if placement.is_current else FormerPlacementForm()
    offer_facilities(form.facility, also=placement.facility_id)
    until = form.until.data if isinstance(form, FormerPlacementForm) else None
    if form.validate() and is_done(
        form,
        lambda: moves.correct_placement(
            session, prisoner, placement, _facts(form), until, today=today(), now=clock.now()
        ),
    ):
        flash(_("The changes are saved."))
        return redirect(url_for("prisoners.record", prisoner_id=placement.prisoner_id))
    return render_template("prisoners/edit_placement.html", form=form, placement=placement), 422


@bp.post("/placements/<uuid:placement_id>/take-back")
@open_to(Audience.COORDINATORS)
def take_back(placement_id: UUID) -> ResponseReturnValue:
    placement = coordinators_placement(placement_id)
    prisoner = visible_prisoner(placement.prisoner_id)
    try:
        moves.take_back_move(session, prisoner, placement, now=clock.now())
    except NotThePresentPlacement:
        session.rollback()
        flash(_("Only the newest move can be taken back, and only if there is a place before it."), "warning")
    else:
        session.commit()
        flash(
            _("The move is taken back. The stay before it goes on, and what had to be done because of it is dropped.")
        )
    return redirect(url_for("prisoners.record", prisoner_id=prisoner.id))


def _facts(form: PlacementForm) -> PlacementFacts:
    return PlacementFacts(
        kind=PlacementKind(form.kind.data),
        facility_id=UUID(form.facility.data) if form.facility.data else None,
        place=form.place.data,
        since=form.since.data,
        regime=Regime(form.regime.data) if form.regime.data else None,
        conditions=Conditions(form.conditions.data) if form.conditions.data else None,
        envelope_line=form.envelope_line.data,
    )
