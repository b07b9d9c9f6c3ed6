"""A prisoner's main page: for those who write, and for coordinators."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.dates.coming import coming_days
from tracker.facilities.rules import is_stale
from tracker.letters.rules import turn
from tracker.lookup import visible_person
from tracker.prisoners import page_queries
from tracker.prisoners.addressed import envelope_of
from tracker.prisoners.blueprint import bp
from tracker.prisoners.timeline import timeline
from tracker.web.access import actor, open_to
from tracker.web.pages import Addresses
from tracker.web.paging import wanted_page
from tracker.web.session import session

AHEAD = timedelta(days=366)
"""So far ahead the page says what comes."""


@bp.get("/<uuid:prisoner_id>")
@open_to(Audience.VOLUNTEERS)
def show(prisoner_id: UUID) -> ResponseReturnValue:
    person = visible_person(prisoner_id)
    today = clock.today(current_user.zone)
    return render_template(
        "prisoners/show.html",
        person=person,
        envelope=envelope_of(person, today),
        address_is_stale=is_stale(person.verified_on, person.came_back_on, today, person.stale_after_days),
        sealed=page_queries.sealed_of(person, actor()),
        around=page_queries.surroundings(session, prisoner_id),
        coming=coming_days(session, [prisoner_id], first=today, last=today + AHEAD),
        timeline=timeline(session, actor(), prisoner_id, today=today, page=wanted_page()),
        turn=turn(person.last_letter_on, person.last_reply_on),
        today=today,
        links=_links(),
    )


def _links() -> dict[str, Addresses]:
    """What one can do about an entry of the timeline."""
    return {
        "letter": Addresses("letters.show", "letter_id"),
        "letter_returned": Addresses("letters.returned", "letter_id", back="page"),
        "reply": Addresses("letters.show", "letter_id"),
        "parcel": Addresses("parcels.edit", "parcel_id", back="page"),
        "parcel_arrived": Addresses("parcels.arrived", "parcel_id", back="page"),
        "parcel_returned": Addresses("parcels.returned", "parcel_id", back="page"),
        "hearing": Addresses("hearings.show", "hearing_id"),
    }
