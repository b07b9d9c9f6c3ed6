"""A prisoner's main page: for those who write, and for coordinators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import Row

from tracker import clock
from tracker.access import Audience
from tracker.dates.coming import ComingDay, coming_days
from tracker.dates.rules import DayKind
from tracker.facilities.rules import is_stale
from tracker.lookup import visible_person
from tracker.prisoners import page_queries
from tracker.prisoners.addressed import envelope_of
from tracker.prisoners.blueprint import bp
from tracker.prisoners.timeline import timeline
from tracker.transit.config import occasions_in_use, priors_in_use
from tracker.transit.outlook import Outlook, Recipient, outlook
from tracker.transit.rules import Leg
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
    envelope = envelope_of(person, today)
    coming = coming_days(session, [prisoner_id], first=today, last=today + AHEAD)
    return render_template(
        "prisoners/show.html",
        person=person,
        envelope=envelope,
        address_is_stale=is_stale(person.verified_on, person.came_back_on, today, person.stale_after_days),
        sealed=page_queries.sealed_of(person, actor()),
        around=page_queries.surroundings(session, prisoner_id),
        coming=coming,
        post=_post(person, coming, today, can_get_mail=envelope.blocked is None),
        leg=Leg,
        timeline=timeline(session, actor(), prisoner_id, today=today, page=wanted_page()),
        today=today,
        links=_links(),
    )


def _post(person: Row[*tuple[Any, ...]], coming: Sequence[ComingDay], today: date, *, can_get_mail: bool) -> Outlook:
    """What the page says of the post; a birthday of which only the month is known counts from its first day."""
    recipient = Recipient(
        id=person.id,
        sex=person.sex,
        facility_id=person.facility_id,
        country=person.country,
        e_letters=person.e_letter_services is not None,
        can_get_mail=can_get_mail,
    )
    birthday = next((each.on for each in coming if each.kind is DayKind.BIRTHDAY), None)
    return outlook(
        session,
        actor(),
        recipient,
        birthday_on=birthday,
        today=today,
        priors=priors_in_use(),
        occasions=occasions_in_use(),
    )


def _links() -> dict[str, Addresses]:
    """What one can do about an entry of the timeline."""
    return {
        "letter": Addresses("letters.show", "letter_id"),
        "letter_returned": Addresses("letters.returned", "letter_id", back="page"),
        "reply": Addresses("letters.show", "letter_id"),
        "parcel": Addresses("parcels.show", "parcel_id", back="page"),
        "parcel_arrived": Addresses("parcels.arrived", "parcel_id", back="page"),
        "parcel_returned": Addresses("parcels.returned", "parcel_id", back="page"),
        "hearing": Addresses("hearings.show", "hearing_id"),
    }
