"""All scanned replies of a prisoner, and what is held for the release."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.access import Audience
from tracker.lookup import visible_prisoner_with_scans
from tracker.scans import queries
from tracker.scans.routes import bp
from tracker.web.access import open_to
from tracker.web.paging import page_of, wanted_page
from tracker.web.session import session


@bp.get("/prisoners/<uuid:prisoner_id>/scans")
@open_to(Audience.VOLUNTEERS)
def of_prisoner(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner_with_scans(prisoner_id)
    only_held = request.args.get("show") == "held"
    return render_template(
        "scans/of_prisoner.html",
        prisoner=prisoner,
        is_free=queries.is_free(prisoner.placement),
        only_held=only_held,
        page=page_of(session, queries.replies(prisoner.id, only_held=only_held), wanted_page()),
    )
