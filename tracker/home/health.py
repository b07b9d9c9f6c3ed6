"""Whether the installation is well, for a monitor outside: 200, or 503 when the database or the scheduler is not."""

from __future__ import annotations

from flask import Blueprint, Response

from tracker import clock
from tracker.access import Audience
from tracker.reminders.beats import heartbeats, standstill
from tracker.web.access import open_to
from tracker.web.session import session

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@open_to(Audience.ANYONE)
def healthz() -> Response:
    beats = {name: beat.at for name, beat in heartbeats(session).items()}
    late = standstill(beats, clock.now())
    # One word: a page that anybody may ask for tells nothing else.
    return Response("late\n" if late else "well\n", 503 if late else 200, mimetype="text/plain")
