"""What calendar programs read: a whole calendar by its secret, and a single hearing to download.

Nobody signs in to read a calendar. It shows what its owner may see at this moment; to whoever has another secret, or
one that was taken back, there is no such page.
"""

from __future__ import annotations

import hmac
import logging
from typing import Any
from uuid import UUID

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from sqlalchemy.exc import OperationalError

from tracker import clock
from tracker.access import Actor, Audience
from tracker.calendars import actions, queries
from tracker.calendars.day_queries import days_for, one_hearing
from tracker.calendars.document import Style, document
from tracker.calendars.routes import bp
from tracker.calendars.rules import Horizon, entries_of
from tracker.dates.rules import is_zone
from tracker.languages import OF_PAGES
from tracker.lookup import visible_hearing
from tracker.volunteers.rules import Disclosure, disclosure_of
from tracker.web.access import actor, open_to
from tracker.web.parts import parts
from tracker.web.session import session

log = logging.getLogger(__name__)

CALENDAR = "text/calendar; charset=utf-8"


@bp.get("/calendar/<feed_secret>.ics")
@open_to(Audience.ANYONE)
def feed(feed_secret: str) -> ResponseReturnValue:
    secret_hash = actions.hash_of(feed_secret)
    found = queries.open_feed(session, secret_hash)
    if found is None or not hmac.compare_digest(found.secret_hash, secret_hash):
        abort(404)
    content = _content(found)
    content_hash, content_at = actions.content_as_of(found, content, clock.now())
    _note_use(found, content_hash, content_at)
    response = Response(content, content_type=CALENDAR)
    response.set_etag(content_hash)
    response.last_modified = content_at
    return response.make_conditional(request)


def _content(found: Any) -> bytes:
    settings = parts().settings
    today = clock.today(found.zone if is_zone(found.zone) else settings.zone)
    horizon = Horizon(today, clock.now())
    reader = Actor(found.volunteer_id, is_coordinator=found.is_coordinator, is_admin=found.is_admin)
    style = Style(
        name=found.name,
        disclosure=disclosure_of(found.disclosure, found.most_disclosure),
        with_alarms=found.with_alarms,
        domain=settings.mail_domain,
        site=settings.public_url,
        today=today,
    )
    with force_locale(found.locale if found.locale in OF_PAGES else "en"):
        return document(entries_of(days_for(session, reader, horizon, settings.zone), horizon), style)


def _note_use(found: Any, content_hash: str, content_at: Any) -> None:
    """In a transaction of its own: that of a request which only reads may not write."""
    today = clock.today(found.zone if is_zone(found.zone) else parts().settings.zone)
    session.rollback()
    try:
        with parts().sessions() as own:
            if actions.note_use(own, found, today, content_hash, content_at):
                own.commit()
    except OperationalError:
        # The calendar is made already; that it was read is written down another time.
        log.warning("could not write down that a calendar was read")


@bp.get("/hearings/<uuid:hearing_id>.ics")
@open_to(Audience.VOLUNTEERS)
def hearing(hearing_id: UUID) -> ResponseReturnValue:
    """One hearing as a file, under the same UID as in calendars; with ``?full=1`` it says what and where."""
    visible_hearing(hearing_id)
    settings = parts().settings
    today = clock.today(settings.zone)
    horizon = Horizon(today, clock.now())
    wanted = Disclosure.FULL if request.args.get("full") else Disclosure.DISCREET
    style = Style(
        name="",
        disclosure=disclosure_of(wanted, queries.most_disclosure(session)),
        with_alarms=False,
        domain=settings.mail_domain,
        site=settings.public_url,
        today=today,
    )
    entries = entries_of(one_hearing(session, actor(), hearing_id, horizon), horizon)
    if not entries:
        abort(404)
    response = Response(document(entries, style), content_type=CALENDAR)
    response.headers["Content-Disposition"] = "attachment; filename=appointment.ics"
    return response
