"""How a route gets at a calendar: it checks whose it is."""

from __future__ import annotations

from uuid import UUID

from flask import abort

from tracker.calendars.models import CalendarFeed
from tracker.calendars.queries import feed_of
from tracker.web.access import actor
from tracker.web.session import session


def own_feed(feed_id: UUID) -> CalendarFeed:
    """A calendar of the signed-in person, or 404; one that was taken back is gone."""
    return feed_of(session, actor().id, feed_id) or abort(404)
