"""Merging two entries of one facility: finding the other one, comparing, choosing, confirming."""

from __future__ import annotations

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker import clock
from tracker.access import Audience
from tracker.facilities import merging, queries
from tracker.facilities.blueprint import bp
from tracker.facilities.forms import MergeForm, label_of, merge_form, shown
from tracker.facilities.merging import Comparison
from tracker.facilities.models import Facility
from tracker.facilities.rules import ChangedMeanwhile, NotTheSameSort, TheSameEntry, WasMerged
from tracker.lookup import coordinators_facility
from tracker.web.access import open_to
from tracker.web.paging import typed
from tracker.web.session import session

_REFUSALS = {
    TheSameEntry: _l("That is the same entry. Choose the other one."),
    NotTheSameSort: _l("A court and a place where people are held are never one place."),
    WasMerged: _l("One of the two was merged already."),
    ChangedMeanwhile: _l("Somebody has changed one of the two entries meanwhile. Please look at them again."),
}


@bp.get("/<uuid:facility_id>/merge")
@open_to(Audience.COORDINATORS)
def choose_other(facility_id: UUID) -> ResponseReturnValue:
    facility, words = coordinators_facility(facility_id), typed("q")
    # Before anything is typed: what is in the same city, or is called alike.
    looked_for = words or facility.city or facility.name
    return render_template(
        "facilities/choose_other.html",
        facility=facility,
        words=words,
        rows=session.execute(queries.other_entries(looked_for, facility_id, facility.kind)).all(),
    )


@bp.get("/<uuid:facility_id>/merge/<uuid:other_id>")
@open_to(Audience.COORDINATORS)
def compare(facility_id: UUID, other_id: UUID) -> ResponseReturnValue:
    kept, other = coordinators_facility(facility_id), coordinators_facility(other_id)
    compared = _compared(kept, other)
    form = merge_form((each.name, each.kept, each.other) for each in compared.differences)(seal=compared.seal)
    return _page(kept, other, compared, form)


@bp.post("/<uuid:facility_id>/merge/<uuid:other_id>")
@open_to(Audience.COORDINATORS)
def merge(facility_id: UUID, other_id: UUID) -> ResponseReturnValue:
    kept, other = coordinators_facility(facility_id), coordinators_facility(other_id)
    compared = _compared(kept, other)
    form = merge_form((each.name, each.kept, each.other) for each in compared.differences)()
    if form.validate():
        try:
            merging.merge(session, kept, other, form.taken(), form.seal.data or "", now=clock.now())
        except tuple(_REFUSALS) as refusal:
            session.rollback()
            flash(str(_REFUSALS[type(refusal)]), "warning")
            return redirect(request.url)
        session.commit()
        flash(_("The two entries are one now."))
        return redirect(url_for("facilities.show", facility_id=facility_id))
    return _page(kept, other, compared, form, 422)


def _compared(kept: Facility, other: Facility) -> Comparison:
    try:
        return merging.compare(kept, other)
    except (TheSameEntry, NotTheSameSort):
        abort(404)


def _page(
    kept: Facility, other: Facility, compared: Comparison, form: MergeForm, status: int = 200
) -> ResponseReturnValue:
    return render_template(
        "facilities/merge.html",
        kept=kept,
        other=other,
        filled=[(label_of(name), shown(name, value)) for name, value in compared.filled],
        form=form,
        belongings=queries.belongings(session, [kept.id, other.id]),
    ), status
