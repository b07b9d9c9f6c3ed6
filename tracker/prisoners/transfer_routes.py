"""Somebody is being moved, and nobody knows where to: what that means, and doing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import Audience
from tracker.lookup import visible_prisoner
from tracker.partial_date import PartialDate
from tracker.prisoners import moves, queries, transfer_queries
from tracker.prisoners.blueprint import bp
from tracker.prisoners.forms import TransferForm
from tracker.prisoners.move_routes import is_done, seen
from tracker.prisoners.moves import PlacementFacts
from tracker.prisoners.routes import today
from tracker.prisoners.rules import PlacementKind, id_of_entry
from tracker.tasks.links import closing
from tracker.tasks.queries import open_tasks_of
from tracker.transit.config import priors_in_use
from tracker.web.access import actor, open_to
from tracker.web.session import session


@bp.get("/<uuid:prisoner_id>/transfer")
@open_to(Audience.COORDINATORS)
def transfer(prisoner_id: UUID) -> ResponseReturnValue:
    return _page(prisoner_id, TransferForm(since=PartialDate.of(today())))


@bp.post("/<uuid:prisoner_id>/transfer")
@open_to(Audience.COORDINATORS)
def begin_transfer(prisoner_id: UUID) -> ResponseReturnValue:
    visible_prisoner(prisoner_id)
    form = TransferForm()
    facts = PlacementFacts(PlacementKind.TRANSFER, place=form.place.data, since=form.since.data)
    placement_id = id_of_entry(form.form_id.uuid(), actor().id, prisoner_id)
    if form.validate() and is_done(
        form,
        lambda: moves.move_prisoner(
            session, prisoner_id, placement_id, facts, today=today(), now=clock.now(), seen=seen(form)
        ),
    ):
        flash(_("On transfer. No address is shown to anybody until there is a new one."))
        return redirect(url_for("prisoners.transfer", prisoner_id=prisoner_id))
    return _page(prisoner_id, form), 422


def _page(prisoner_id: UUID, form: TransferForm) -> str:
    prisoner = visible_prisoner(prisoner_id)
    present: Any = queries.present_placement(session, prisoner_id)
    form.seen.data = str(present.id) if present else ""
    return render_template(
        "prisoners/transfer.html",
        form=form,
        prisoner=prisoner,
        present=present,
        is_on_transfer=present is not None and present.kind is PlacementKind.TRANSFER,
        at_risk=transfer_queries.at_risk_of_prisoner(session, prisoner_id, today(), priors_in_use()),
        held_back=transfer_queries.held_back(session, prisoner_id, clock.now()),
        tasks=open_tasks_of(session, prisoner_id),
        links=closing(),
    )
