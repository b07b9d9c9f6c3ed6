"""Hearings: the list, one hearing with its history, entering, changing, calling off."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.access import Audience
from tracker.dates import actions, hearing_queries
from tracker.dates.forms import ChangeHearingForm, HearingForm, NewHearingForm, WhyForm
from tracker.dates.models import Hearing, HearingKind, HearingStatus
from tracker.facilities.models import Facility
from tracker.facilities.queries import entry_that_holds
from tracker.lookup import visible_hearing, visible_prisoner
from tracker.web.access import actor, open_to
from tracker.web.forms import offer, refuse
from tracker.web.paging import page_of, wanted_page
from tracker.web.session import session

bp = Blueprint("hearings", __name__)


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/hearings/")
@open_to(Audience.VOLUNTEERS)
def index() -> ResponseReturnValue:
    show = request.args.get("show")
    past = show == "past"
    statement = hearing_queries.hearings(actor(), today=_today(), past=past)
    page = page_of(session, statement, wanted_page())
    names = hearing_queries.names_by_hearing(session, actor(), [row.id for row in page.rows])
    return render_template("hearings/index.html", page=page, names=names, past=past, today=_today())


@bp.get("/hearings/<uuid:hearing_id>")
@open_to(Audience.VOLUNTEERS)
def show(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    return render_template(
        "hearings/show.html",
        hearing=hearing,
        court=hearing_queries.court_of(session, hearing),
        case_title=hearing_queries.case_title_of(session, hearing),
        prisoners=hearing_queries.names_by_hearing(session, actor(), [hearing.id]).get(hearing.id, []),
        changes=hearing_queries.changes_of(session, hearing.id),
        starts_at=hearing_queries.start_of(hearing),
        days_left=(hearing.on - _today()).days if hearing.on else None,
    )


@bp.get("/prisoners/<uuid:prisoner_id>/hearings/new")
@open_to(Audience.COORDINATORS)
def new(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = NewHearingForm(prisoners=[str(prisoner_id)])
    _offer_courts(form)
    _offer_people(form, prisoner_id)
    return render_template("hearings/new.html", form=form, prisoner=prisoner)


@bp.post("/prisoners/<uuid:prisoner_id>/hearings/new")
@open_to(Audience.COORDINATORS)
def create(prisoner_id: UUID) -> ResponseReturnValue:
    prisoner = visible_prisoner(prisoner_id)
    form = NewHearingForm()
    _offer_courts(form)
    _offer_people(form, prisoner_id)
    if form.validate() and _day_is_meant(form):
        hearing_id = _sent_before(form.form_id.uuid()) or _entered(form)
        if hearing_id is not None:
            return redirect(url_for("hearings.show", hearing_id=hearing_id))
    return render_template("hearings/new.html", form=form, prisoner=prisoner), 422


def _sent_before(form_id: UUID) -> UUID | None:
    hearing_id = hearing_queries.hearing_of_form(session, form_id)
    if hearing_id is not None:
        flash(_("This form was sent before; nothing new was entered."), "warning")
    return hearing_id


def _entered(form: NewHearingForm) -> UUID | None:
    court = _court(form)
    if court is None:
        return None
    form_id = form.form_id.uuid()
    try:
        hearing = actions.enter_hearing(
            session,
            _facts(form, court, UUID(form.case.data) if form.case.data else None),
            prisoner_ids=[UUID(each) for each in form.prisoners.data or ()],
            entered_by_id=current_user.id,
            form_id=form_id,
            now=clock.now(),
        )
        session.commit()
    except actions.CourtWithoutZone:
        refuse(form.court, _CourtNeedsZone)
    except actions.NobodyConcerned:
        refuse(form.prisoners, _("Choose at least one person."))
    except IntegrityError:
        # A double tap: the other one was first, and it is the same hearing.
        session.rollback()
        return _sent_before(form_id)
    else:
        flash(_("The hearing is entered. Reminders follow by themselves."))
        return hearing.id
    session.rollback()
    return None


@bp.get("/hearings/<uuid:hearing_id>/change")
@open_to(Audience.COORDINATORS)
def edit(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    form = ChangeHearingForm(
        on=hearing.on, at=hearing.at, court=str(hearing.court_id), kind=hearing.kind.value, expected=hearing.expected
    )
    _offer_courts(form, also=hearing.court_id)
    return render_template("hearings/edit.html", form=form, hearing=hearing)


@bp.post("/hearings/<uuid:hearing_id>/change")
@open_to(Audience.COORDINATORS)
def update(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    form = ChangeHearingForm()
    _offer_courts(form, also=hearing.court_id)
    if form.validate() and _day_is_meant(form):
        court = _court(form)
        if court is not None and _changed(form, hearing, court):
            return redirect(url_for("hearings.show", hearing_id=hearing_id))
    return render_template("hearings/edit.html", form=form, hearing=hearing), 422


def _changed(form: ChangeHearingForm, hearing: Hearing, court: Facility) -> bool:
    try:
        matters = actions.change_hearing(
            session,
            hearing,
            _facts(form, court, hearing.case_id),
            why=form.why.data,
            changed_by_id=current_user.id,
            now=clock.now(),
        )
    except actions.CourtWithoutZone:
        refuse(form.court, _CourtNeedsZone)
    except actions.NothingToChange:
        refuse(form.on, _("Nothing is different from before."))
    except actions.NotInThisState:
        refuse(form.on, _("This hearing was called off. Set it up again first."))
    else:
        session.commit()
        flash(_("Changed. Those who were told otherwise get a notice in ten minutes.") if matters else _("Changed."))
        return True
    session.rollback()
    return False


@bp.get("/hearings/<uuid:hearing_id>/call-off")
@open_to(Audience.COORDINATORS)
def call_off(hearing_id: UUID) -> ResponseReturnValue:
    return render_template("hearings/call_off.html", form=WhyForm(), hearing=visible_hearing(hearing_id))


@bp.post("/hearings/<uuid:hearing_id>/cancel")
@open_to(Audience.COORDINATORS)
def cancel(hearing_id: UUID) -> ResponseReturnValue:
    return _called_off(hearing_id, actions.cancel_hearing, _("Cancelled. Nobody is reminded of it any more."))


@bp.post("/hearings/<uuid:hearing_id>/postpone")
@open_to(Audience.COORDINATORS)
def postpone(hearing_id: UUID) -> ResponseReturnValue:
    return _called_off(hearing_id, actions.postpone_without_date, _("Postponed without a date."))


def _called_off(hearing_id: UUID, action: object, done: str) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    form = WhyForm()
    if not form.validate():
        return render_template("hearings/call_off.html", form=form, hearing=hearing), 422
    try:
        action(session, hearing, why=form.why.data, changed_by_id=current_user.id, now=clock.now())  # type: ignore[operator]
    except actions.NotInThisState:
        flash(_("That was so already."), "warning")
    else:
        session.commit()
        flash(done)
    return redirect(url_for("hearings.show", hearing_id=hearing_id))


@bp.post("/hearings/<uuid:hearing_id>/reinstate")
@open_to(Audience.COORDINATORS)
def reinstate(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    try:
        actions.reinstate_hearing(session, hearing, changed_by_id=current_user.id, now=clock.now())
    except actions.NotInThisState:
        flash(_("That was so already."), "warning")
    else:
        session.commit()
        flash(_("The hearing takes place after all."))
    return redirect(url_for("hearings.show", hearing_id=hearing_id))


_CourtNeedsZone = _l("This court has no time zone yet. Add it on the court's page first.")


def _facts(form: HearingForm, court: Facility, case_id: UUID | None) -> actions.HearingFacts:
    if form.on.data is None:
        abort(400)
    return actions.HearingFacts(
        court=court,
        on=form.on.data,
        at=form.at.data,
        kind=HearingKind(form.kind.data),
        expected=form.expected.data,
        case_id=case_id,
    )


def _day_is_meant(form: HearingForm) -> bool:
    """A day that is over is entered only when somebody says that it is meant."""
    if form.on.data is None or form.on.data >= _today() or form.past_is_meant.data:
        return True
    refuse(form.on, _("This day is over. If it is meant, tick the box at the end of the form."))
    return False


def _court(form: HearingForm) -> Facility | None:
    """The court that was chosen, or a new one with a name and a zone; refusals are put at the fields."""
    if form.new_court.data:
        if not form.new_court_zone.data:
            refuse(form.new_court_zone, _("Choose the time zone of the new court."))
            return None
        return actions.new_court(session, form.new_court.data, form.new_court_zone.data, clock.now())
    if not form.court.data:
        refuse(form.court, _("Choose a court, or name one that is not in the list."))
        return None
    # Its entry may be merged into another one just now.
    return session.get(Facility, entry_that_holds(session, UUID(form.court.data)))


def _offer_courts(form: HearingForm, also: UUID | None = None) -> None:
    courts = hearing_queries.courts(session, also=also)
    offer(form.court, [("", _("choose")), *((row.id, _court_name(row.name, row.city)) for row in courts)])


def _court_name(name: str, city: str | None) -> str:
    return f"{name}, {city}" if city and city not in name else name


def _offer_people(form: NewHearingForm, prisoner_id: UUID) -> None:
    people = hearing_queries.people_of_same_cases(session, prisoner_id)
    offer(form.prisoners, [(row.id, row.name) for row in people])
    cases = hearing_queries.cases_of(session, prisoner_id)
    offer(form.case, [("", _("none, or not known")), *((row.id, row.title) for row in cases)])


def is_open(status: HearingStatus) -> bool:
    """Whether a hearing can still be moved or called off."""
    return status in (HearingStatus.SCHEDULED, HearingStatus.SINE_DIE)


bp.add_app_template_test(is_open, "open_hearing")
