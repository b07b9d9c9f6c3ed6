"""Measures of restraint: imposing, extending, correcting and ending them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.cases import measures
from tracker.cases.forms import EndForm, ExtensionForm, MeasureForm, NewMeasureForm
from tracker.cases.measures import MeasureFacts, TermFacts
from tracker.cases.models import Measure, MeasureKind
from tracker.cases.rules import ExtendsNothing, MeasureIsOver
from tracker.dates.hearing_queries import cases_of
from tracker.lookup import coordinators_measure, visible_prisoner
from tracker.prisoners.queries import zone_of_prisoner
from tracker.prisoners.rules import DatedInTheFuture, EndsBeforeBegin, id_of_entry
from tracker.web.access import actor, open_to
from tracker.web.forms import offer, refuse
from tracker.web.session import session

bp = Blueprint("measures", __name__)


def _today() -> date:
    return clock.today(current_user.zone)


def _record(prisoner_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("prisoners.record", prisoner_id=prisoner_id))


def _offer_cases(form: MeasureForm, prisoner_id: UUID) -> None:
    cases = cases_of(session, prisoner_id)
    offer(form.case, [("", _("not known, or in none")), *((row.id, row.title) for row in cases)])


@bp.get("/prisoners/<uuid:prisoner_id>/measures/new")
@open_to(Audience.COORDINATORS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = NewMeasureForm(kind=MeasureKind.CUSTODY, zone=zone_of_prisoner(session, prisoner_id))
    _offer_cases(form, prisoner_id)
    return render_template("cases/new_measure.html", form=form, prisoner=prisoner)


@bp.post("/prisoners/<uuid:prisoner_id>/measures/new")
@open_to(Audience.COORDINATORS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = NewMeasureForm()
    _offer_cases(form, prisoner_id)
    if form.validate() and _is_imposed(form, prisoner_id):
        flash(_("The measure is entered. Reminders of its end follow by themselves."))
        return _record(prisoner_id)
    return render_template("cases/new_measure.html", form=form, prisoner=prisoner), 422


def _is_imposed(form: NewMeasureForm, prisoner_id: UUID) -> bool:
    try:
        measures.impose_measure(
            session,
            id_of_entry(form.form_id.uuid(), actor().id, prisoner_id),
            prisoner_id,
            _facts(form),
            TermFacts(until=form.until.data, ordered_on=form.since.data, court=form.court.data),
            now=clock.now(),
            today=_today(),
        )
    except DatedInTheFuture:
        refuse(form.since, _("This day has not come yet."))
    except EndsBeforeBegin:
        refuse(form.until, _("It cannot end before it begins."))
    else:
        session.commit()
        return True
    session.rollback()
    return False


def _facts(form: MeasureForm) -> MeasureFacts:
    return MeasureFacts(
        kind=MeasureKind(form.kind.data),
        since=form.since.data,
        place=form.place.data,
        zone=form.zone.data,
        case_id=UUID(form.case.data) if form.case.data else None,
        note=form.note.data,
    )


@bp.get("/measures/<uuid:measure_id>/edit")
@open_to(Audience.COORDINATORS)
def edit(measure_id: UUID) -> ResponseReturnValue:
    measure = coordinators_measure(measure_id)
    form = MeasureForm(obj=measure, case=measure.case_id)
    _offer_cases(form, measure.prisoner_id)
    return render_template("cases/edit_measure.html", form=form, measure=measure)


@bp.post("/measures/<uuid:measure_id>/edit")
@open_to(Audience.COORDINATORS)
def update(measure_id: UUID) -> ResponseReturnValue:
    measure = coordinators_measure(measure_id)
    form = MeasureForm()
    _offer_cases(form, measure.prisoner_id)
    if form.validate() and _is_corrected(form, measure):
        flash(_("The changes are saved."))
        return _record(measure.prisoner_id)
    return render_template("cases/edit_measure.html", form=form, measure=measure), 422


def _is_corrected(form: MeasureForm, measure: Measure) -> bool:
    try:
        measures.correct_measure(session, measure, _facts(form), form.until.data, now=clock.now(), today=_today())
    except DatedInTheFuture:
        refuse(form.since, _("This day has not come yet."))
    except EndsBeforeBegin:
        refuse(form.until, _("It cannot end before it begins."))
    else:
        session.commit()
        return True
    session.rollback()
    return False


@bp.get("/measures/<uuid:measure_id>/extend")
@open_to(Audience.COORDINATORS)
def extend(measure_id: UUID) -> ResponseReturnValue:
    return render_template("cases/extend_measure.html", form=ExtensionForm(), measure=coordinators_measure(measure_id))


@bp.post("/measures/<uuid:measure_id>/extend")
@open_to(Audience.COORDINATORS)
def extend_it(measure_id: UUID) -> ResponseReturnValue:
    measure = coordinators_measure(measure_id)
    form = ExtensionForm()
    if form.validate() and _is_extended(form, measure):
        flash(_("The extension is entered. Whoever was told the former end gets a notice, and reminders follow."))
        return _record(measure.prisoner_id)
    return render_template("cases/extend_measure.html", form=form, measure=measure), 422


def _is_extended(form: ExtensionForm, measure: Measure) -> bool:
    try:
        measures.extend_measure(
            session,
            measure,
            id_of_entry(form.form_id.uuid(), actor().id, measure.id),
            TermFacts(until=form.until.data, ordered_on=form.ordered_on.data, court=form.court.data),
            now=clock.now(),
            today=_today(),
        )
    except MeasureIsOver:
        refuse(form.until, _("This measure is over, so it cannot be extended. Enter a new one."))
    except ExtendsNothing:
        refuse(form.until, _("An extension ends later than the present term. To correct the term, change the measure."))
    except EndsBeforeBegin:
        refuse(form.until, _("It cannot end before it was ordered."))
    except DatedInTheFuture:
        refuse(form.ordered_on, _("This day has not come yet."))
    else:
        session.commit()
        return True
    session.rollback()
    return False


@bp.get("/measures/<uuid:measure_id>/end")
@open_to(Audience.COORDINATORS)
def end(measure_id: UUID) -> ResponseReturnValue:
    return render_template("cases/end_measure.html", form=EndForm(), measure=coordinators_measure(measure_id))


@bp.post("/measures/<uuid:measure_id>/end")
@open_to(Audience.COORDINATORS)
def end_it(measure_id: UUID) -> ResponseReturnValue:
    measure = coordinators_measure(measure_id)
    form = EndForm()
    if form.validate() and _is_ended(form, measure):
        flash(_("The measure is over. Nobody is reminded of its end any more."))
        return _record(measure.prisoner_id)
    return render_template("cases/end_measure.html", form=form, measure=measure), 422


def _is_ended(form: EndForm, measure: Measure) -> bool:
    try:
        measures.end_measure(
            measure, ended_on=form.ended_on.data, reason=form.reason.data, now=clock.now(), today=_today()
        )
    except MeasureIsOver:
        refuse(form.ended_on, _("That it is over was entered already."))
    except EndsBeforeBegin:
        refuse(form.ended_on, _("It cannot end before it begins."))
    except DatedInTheFuture:
        refuse(form.ended_on, _("This day has not come yet. When it is extended or ends is entered when it happens."))
    else:
        session.commit()
        return True
    session.rollback()
    return False


@bp.post("/measures/<uuid:measure_id>/resume")
@open_to(Audience.COORDINATORS)
def resume(measure_id: UUID) -> ResponseReturnValue:
    measure = coordinators_measure(measure_id)
    measures.resume_measure(measure, now=clock.now())
    session.commit()
    flash(_("The measure goes on."))
    return _record(measure.prisoner_id)
