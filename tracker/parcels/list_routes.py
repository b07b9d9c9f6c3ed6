"""One parcel with everything about it, and the list of all for coordinators."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.access import Audience
from tracker.letters import entering
from tracker.letters.tracking import read_number
from tracker.lookup import changeable_parcel
from tracker.parcels import queries
from tracker.parcels.blueprint import bp
from tracker.parcels.contents import weighed
from tracker.parcels.queries import Wanted
from tracker.parcels.rules import Fate, SentBy
from tracker.parcels.words import money
from tracker.web.access import open_to
from tracker.web.paging import chosen, page_of, wanted_page
from tracker.web.session import session

FIRST_YEAR = 2000
YEARS_OFFERED = 6


@bp.get("/parcels/<uuid:parcel_id>")
@open_to(Audience.VOLUNTEERS)
def show(parcel_id: UUID) -> ResponseReturnValue:
    parcel = changeable_parcel(parcel_id)
    items = queries.items(session, parcel_id)
    return render_template(
        "parcels/show.html",
        parcel=parcel,
        around=queries.whole_parcel(session, parcel_id),
        items=items,
        lines_weigh=weighed(each.grams for each in items),
        needs=queries.fulfilled_needs(session, parcel_id),
        number=read_number(parcel.tracking),
        money=money,
    )


@bp.get("/parcels")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    this_year = entering.today().year
    wanted = Wanted(chosen(Fate, "fate"), chosen(SentBy, "by"), _year(this_year))
    return render_template(
        "parcels/index.html",
        page=page_of(session, queries.parcel_list(wanted), wanted_page()),
        wanted=wanted,
        fates=list(Fate),
        senders=list(SentBy),
        years=range(this_year, this_year - YEARS_OFFERED, -1),
        costs=queries.costs_of(session, wanted.year or this_year),
        cost_year=wanted.year or this_year,
        money=money,
    )


def _year(this_year: int) -> int | None:
    text = request.args.get("year", "")
    is_year = text.isascii() and text.isdigit() and len(text) == 4
    return int(text) if is_year and FIRST_YEAR <= int(text) <= this_year + 1 else None
