"""Entering a hearing, and changing it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from tracker import clock
from tracker.access import Audience
from tracker.dates import actions, hearing_days, hearing_queries
from tracker.dates.blueprint import bp
from tracker.dates.forms import ChangeHearingForm, HearingForm, NewHearingForm
from tracker.dates.models import Hearing, HearingKind
from tracker.facilities.models import Facility
from tracker.facilities.queries import entry_that_holds
from tracker.lookup import visible_hearing, visible_prisoner
from tracker.web.access import open_to
from tracker.web.filters import clock as clock_words
from tracker.web.forms import offer, refuse
from tracker.web.session import session

_CourtNeedsZone = _l("This court has no time zone yet. Add it on the court's page first.")

_REFUSALS: dict[type[Exception], tuple[str, object]] = {
    hearing_days.DayNotTold: (
        "on",
        _l("Type the day, or further down the month or the year; if there is none, the hearing is postponed."),
    ),
    hearing_days.DayToldTwice: ("roughly", _l("Type either a day or only the month or the year, not both.")),
    hearing_days.WindowWithoutBeginning: ("on", _l("Type the first day on which it can be, too.")),
    hearing_days.WindowEndsBeforeItBegins: ("latest_on", _l("This lies before the first day.")),
    hearing_days.WindowOfSeveralDays: (
        "sittings",
        _l("If it is on some day in between, it has no further days yet. Leave one of the two empty."),
    ),
    hearing_days.TimeWithoutDay: ("at", _l("A time says nothing as long as the day is not known.")),
    hearing_days.SittingBeforeFirstDay: ("sittings", _l("A further day lies before the first one.")),
    hearing_days.SittingTwice: ("sittings", _l("The same day and time stands there twice.")),
    hearing_days.TooManySittings: (
        "sittings",
        _l("At most %(max)d further days, please.", max=hearing_days.MOST_SITTINGS),
    ),
    hearing_days.TooRough: ("roughly", _l("Type a month like 12.2026 or a year like 2027.")),
    actions.CourtWithoutZone: ("court", _CourtNeedsZone),
    actions.NobodyConcerned: ("prisoners", _l("Choose at least one person.")),
    actions.NotInThisState: ("on", _l("This hearing was called off. Set it up again first.")),
    actions.OutcomeIsKnown: ("on", _l("What became of this hearing was said already. Take that back first.")),
    actions.NothingToChange: ("on", _l("Nothing is different from before.")),
}


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
    except tuple(_REFUSALS) as refusal:
        _refused(form, refusal)
    except IntegrityError:
        # A double tap: the other one was first, and it is the same hearing.
        session.rollback()
        return _sent_before(form_id)
    else:
        flash(_("The hearing is entered. Reminders follow by themselves."))
        _tell_of_clocks(form, hearing.zone)
        return hearing.id
    session.rollback()
    return None


@bp.get("/hearings/<uuid:hearing_id>/change")
@open_to(Audience.COORDINATORS)
def edit(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    when = hearing_queries.when_of(session, hearing)
    people = hearing_queries.people_for(session, hearing_id)
    form = ChangeHearingForm(
        **{name: getattr(when, name) for name in ("on", "at", "roughly", "latest_on", "sittings")},
        court=str(hearing.court_id),
        kind=hearing.kind.value,
        expected=hearing.expected,
        prisoners=[str(row.id) for row in people if row.concerned],
    )
    _offer_courts(form, also=hearing.court_id)
    offer(form.prisoners, [(row.id, row.name) for row in people])
    return render_template("hearings/edit.html", form=form, hearing=hearing)


@bp.post("/hearings/<uuid:hearing_id>/change")
@open_to(Audience.COORDINATORS)
def update(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    form = ChangeHearingForm()
    _offer_courts(form, also=hearing.court_id)
    offer(form.prisoners, [(row.id, row.name) for row in hearing_queries.people_for(session, hearing_id)])
    if form.validate() and _day_is_meant(form):
        court = _court(form)
        if court is not None and _changed(form, hearing, court):
            return redirect(url_for("hearings.show", hearing_id=hearing_id))
    return render_template("hearings/edit.html", form=form, hearing=hearing), 422


def _changed(form: ChangeHearingForm, hearing: Hearing, court: Facility) -> bool:
    now = clock.now()
    try:
        others = actions.change_people(session, hearing, map(UUID, form.prisoners.data or ()), now=now)
        try:
            matters = actions.change_hearing(
                session,
                hearing,
                _facts(form, court, hearing.case_id),
                why=form.why.data,
                changed_by_id=current_user.id,
                now=now,
            )
        except actions.NothingToChange:
            if not others:
                raise
            matters = False
    except tuple(_REFUSALS) as refusal:
        _refused(form, refusal)
        session.rollback()
        return False
    session.commit()
    flash(_("Changed. Those who were told otherwise get a notice in ten minutes.") if matters else _("Changed."))
    _tell_of_clocks(form, hearing.zone)
    return True


def _refused(form: HearingForm, refusal: Exception) -> None:
    field, sentence = _REFUSALS[type(refusal)]
    refuse(form[field], sentence)


def _tell_of_clocks(form: HearingForm, zone: str) -> None:
    """A time that clocks skip is taken as they would show it; whoever typed it learns that at once."""
    for day in hearing_days.When(on=form.on.data, at=form.at.data, sittings=form.sittings.data or ()).days():
        taken = hearing_days.moved_by_clocks(day.on, day.at, zone) if day.at else None
        if taken is not None:
            flash(
                _(
                    "In that night the clocks there jump over %(typed)s; it is taken as %(taken)s.",
                    typed=clock_words(day.at),
                    taken=clock_words(taken),
                ),
                "warning",
            )


def _facts(form: HearingForm, court: Facility, case_id: UUID | None) -> actions.HearingFacts:
    return actions.HearingFacts(
        court=court,
        on=form.on.data,
        at=form.at.data,
        kind=HearingKind(form.kind.data),
        expected=form.expected.data,
        case_id=case_id,
        roughly=form.roughly.data,
        latest_on=form.latest_on.data,
        sittings=form.sittings.data or (),
    )


def _day_is_meant(form: HearingForm) -> bool:
    """A day that is over is entered only when somebody says that it is meant."""
    roughly = form.roughly.data if form.roughly.data and form.roughly.data.year else None
    when = hearing_days.When(form.on.data, None, roughly, form.latest_on.data, form.sittings.data or ())
    today: date = clock.today(current_user.zone)
    if when.last_on is None or when.last_on >= today or form.past_is_meant.data:
        return True
    refuse(
        form.on if form.on.data else form.roughly,
        _("This day is over. If it is meant, tick the box at the end of the form."),
    )
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
