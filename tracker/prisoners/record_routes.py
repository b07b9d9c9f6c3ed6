"""Everything known about one person, each fact with its source."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from tracker.access import Audience
from tracker.cases.words import REGIME_WORDS, term_length
from tracker.lookup import visible_prisoner
from tracker.prisoners.blueprint import bp
from tracker.prisoners.placements import placement_on
from tracker.prisoners.record_queries import record_of
from tracker.web.access import actor, open_to
from tracker.web.paging import typed
from tracker.web.session import session


def _day_asked() -> date | None:
    try:
        return date.fromisoformat(typed("on"))
    except ValueError:
        return None


@bp.get("/<uuid:prisoner_id>/record")
@open_to(Audience.VOLUNTEERS)
def record(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    known = record_of(session, prisoner_id, for_coordinator=actor().is_coordinator)
    asked = _day_asked()
    return render_template(
        "prisoners/record.html",
        prisoner=prisoner,
        known=known,
        citations=known.citations,
        asked=asked,
        placed=placement_on(asked, known.placements) if asked else None,
        regimes=REGIME_WORDS,
        term_length=term_length,
    )
