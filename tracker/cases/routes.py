"""Cases: the list, one with everything that is known of it, entering, changing, closing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.cases import actions, queries
from tracker.cases.actions import CaseFacts
from tracker.cases.credit_rules import credit_rules_in_use
from tracker.cases.forms import CaseForm, NewCaseForm
from tracker.cases.models import CaseKind
from tracker.cases.words import REGIME_WORDS, term_length
from tracker.lookup import coordinators_case
from tracker.prisoners.rules import id_of_entry
from tracker.sources.models import Dispute
from tracker.sources.queries import citations_of, claim_ids, disputes_where
from tracker.web.access import actor, open_to
from tracker.web.paging import chosen, page_of, typed, wanted_page
from tracker.web.session import session

bp = Blueprint("cases", __name__)


@bp.record_once
def _refuse_bad_rules(_state: Any) -> None:
    # A fault in a file is told to whoever starts the application, not to somebody who opens a record.
    credit_rules_in_use()


def today() -> date:
    """By the clock of whoever is signed in."""
    return clock.today(current_user.zone)


@bp.get("/cases/")
@open_to(Audience.COORDINATORS)
def index() -> ResponseReturnValue:
    words, kind, closed = typed("q"), chosen(CaseKind, "kind"), request.args.get("show") == "closed"
    page = page_of(session, queries.case_list(words, kind, closed=closed), wanted_page())
    return render_template("cases/index.html", page=page, words=words, kind=kind, kinds=list(CaseKind), closed=closed)


@bp.get("/cases/<uuid:case_id>")
@open_to(Audience.COORDINATORS)
def show(case_id: UUID) -> ResponseReturnValue:
    case = coordinators_case(case_id)
    people = queries.people_in_case(session, case_id)
    charges = queries.charges_of(session, case_id)
    proceedings = queries.proceedings_of(session, case_id)
    sentences = queries.whole_sentences(queries.sentences_of(session, case_id))
    others = queries.others_in_case(session, case_id)
    disputes = disputes_where(session, Dispute.case_id == case_id)
    rows = [row.id for part in (charges, proceedings, sentences, others) for row in part]
    places = [person.place_id for person in people]
    return render_template(
        "cases/show.html",
        case=case,
        people=people,
        names={person.id: person.name for person in people},
        against=queries.witnesses_against(session, case_id),
        charges=charges,
        proceedings=proceedings,
        concerned=queries.concerned_by(session, [row.id for part in (charges, proceedings) for row in part]),
        sentences=sentences,
        others=others,
        disputes=disputes,
        citations=citations_of(session, [case_id, *places, *rows, *claim_ids(disputes)]),
        regimes=REGIME_WORDS,
        term_length=term_length,
    )


@bp.get("/cases/new")
@open_to(Audience.COORDINATORS)
def new() -> ResponseReturnValue:
    return render_template("cases/new.html", form=NewCaseForm(country="RU"))


@bp.post("/cases/new")
@open_to(Audience.COORDINATORS)
def create() -> ResponseReturnValue:
    form = NewCaseForm()
    if not form.validate():
        return render_template("cases/new.html", form=form), 422
    case_id = id_of_entry(form.form_id.uuid(), actor().id)
    actions.open_case(session, case_id, _facts(form), clock.now())
    session.commit()
    flash(_("The case is entered. Now add the people in it."))
    return redirect(url_for("cases.show", case_id=case_id))


@bp.get("/cases/<uuid:case_id>/edit")
@open_to(Audience.COORDINATORS)
def edit(case_id: UUID) -> ResponseReturnValue:
    case = coordinators_case(case_id)
    return render_template("cases/edit.html", form=CaseForm(obj=case), case=case)


@bp.post("/cases/<uuid:case_id>/edit")
@open_to(Audience.COORDINATORS)
def update(case_id: UUID) -> ResponseReturnValue:
    case = coordinators_case(case_id)
    form = CaseForm()
    if not form.validate():
        return render_template("cases/edit.html", form=form, case=case), 422
    actions.change_case(session, case, _facts(form))
    session.commit()
    flash(_("The changes are saved."))
    return redirect(url_for("cases.show", case_id=case_id))


def _facts(form: CaseForm) -> CaseFacts:
    return CaseFacts(
        title=form.title.data or "",
        kind=CaseKind(form.kind.data),
        country=form.country.data,
        summary=form.summary.data,
    )


@bp.get("/cases/<uuid:case_id>/close")
@open_to(Audience.COORDINATORS)
def close(case_id: UUID) -> ResponseReturnValue:
    return render_template("cases/close.html", case=coordinators_case(case_id))


@bp.post("/cases/<uuid:case_id>/close")
@open_to(Audience.COORDINATORS)
def close_it(case_id: UUID) -> ResponseReturnValue:
    actions.close_case(coordinators_case(case_id), clock.now())
    session.commit()
    flash(_("The case is closed. Its page can open it again."))
    return redirect(url_for("cases.show", case_id=case_id))


@bp.post("/cases/<uuid:case_id>/reopen")
@open_to(Audience.COORDINATORS)
def reopen(case_id: UUID) -> ResponseReturnValue:
    actions.reopen_case(coordinators_case(case_id))
    session.commit()
    flash(_("The case is open again."))
    return redirect(url_for("cases.show", case_id=case_id))
