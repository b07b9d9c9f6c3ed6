"""Everything known about one person, each fact with its source."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from tracker.access import Audience
from tracker.cases.credit_inputs import TermEnd, term_ends
from tracker.cases.credit_rules import credit_rules_in_use
from tracker.cases.credit_words import counts_as
from tracker.cases.words import REGIME_WORDS, term_length
from tracker.lookup import visible_prisoner
from tracker.prisoners.blueprint import bp
from tracker.prisoners.forms import WhereForm
from tracker.prisoners.models import Prisoner
from tracker.prisoners.placements import placement_between
from tracker.prisoners.queries import placements_of
from tracker.prisoners.record_queries import Record, record_of
from tracker.prisoners.rules import Whereabouts
from tracker.web.access import actor, open_to
from tracker.web.session import session

_SERVE_NO_TERM = (Whereabouts.AT_LIBERTY, Whereabouts.ABROAD, Whereabouts.WANTED)


def _term_ends(prisoner: Prisoner, known: Record) -> list[TermEnd]:
    """When terms end, for those who may be serving one. Why it cannot be worked out is for coordinators, who can add
    what is missing."""
    if prisoner.whereabouts in _SERVE_NO_TERM:
        return []
    ends = term_ends(credit_rules_in_use(), known.cases, known.measures)
    return [each for each in ends if each.is_known or actor().is_coordinator]


@bp.get("/<uuid:prisoner_id>/record")
@open_to(Audience.VOLUNTEERS)
def record(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    known = record_of(session, prisoner_id, for_coordinator=actor().is_coordinator)
    return render_template(
        "prisoners/record.html",
        prisoner=prisoner,
        known=known,
        citations=known.citations,
        regimes=REGIME_WORDS,
        term_length=term_length,
        term_ends=_term_ends(prisoner, known),
        counts_as=counts_as,
    )


@bp.get("/<uuid:prisoner_id>/where")
@open_to(Audience.VOLUNTEERS)
def where(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    # What is asked for is no secret of a form: it changes nothing, so it stands in the address.
    form = WhereForm(request.args, meta={"csrf": False})
    is_asked = "on" in request.args
    is_answerable = is_asked and form.validate()
    stays = placements_of(session, prisoner_id)
    on = form.on.data if is_answerable else None
    return render_template(
        "prisoners/where.html",
        prisoner=prisoner,
        form=form,
        stays=stays,
        on=on,
        placed=placement_between(on.earliest(), on.latest(), stays) if on else None,
    ), 422 if is_asked and not is_answerable else 200
