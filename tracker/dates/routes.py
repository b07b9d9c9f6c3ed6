"""Hearings: the list, one hearing with its history, calling off."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from tracker import clock
from tracker.access import Audience
from tracker.dates import actions, attendance_queries, hearing_days, hearing_page_queries, hearing_queries, told_queries
from tracker.dates.blueprint import bp
from tracker.dates.forms import WhyForm
from tracker.dates.hearing_list_queries import Show, hearings
from tracker.dates.models import Hearing, HearingStatus
from tracker.dates.rules import DayKind
from tracker.lookup import visible_hearing
from tracker.reminders.desk import ladders_in_use
from tracker.reminders.outlook import Coming, outlook_of_day
from tracker.web.access import actor, open_to
from tracker.web.paging import chosen, page_of, wanted_page
from tracker.web.parts import parts
from tracker.web.session import session

AHEAD = timedelta(days=400)
"""So far ahead the page of a hearing says what will be sent."""


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/hearings/")
@open_to(Audience.VOLUNTEERS)
def index() -> ResponseReturnValue:
    show = chosen(Show, "show") or Show.COMING
    page = page_of(session, hearings(actor(), today=_today(), show=show), wanted_page())
    return render_template(
        "hearings/index.html",
        page=page,
        names=hearing_queries.names_by_hearing(session, actor(), [row.id for row in page.rows]),
        show=show,
        shows=list(Show),
        today=_today(),
    )


@bp.get("/hearings/<uuid:hearing_id>")
@open_to(Audience.VOLUNTEERS)
def show(hearing_id: UUID) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    when = hearing_queries.when_of(session, hearing)
    now = clock.now()
    is_coordinator = actor().is_coordinator
    return render_template(
        "hearings/show.html",
        hearing=hearing,
        when=when,
        days=hearing_page_queries.days_shown(when, hearing.zone),
        court=hearing_page_queries.court_of(session, hearing),
        around=hearing_page_queries.around(session, hearing),
        prisoners=hearing_queries.names_by_hearing(session, actor(), [hearing.id]).get(hearing.id, []),
        changes=hearing_page_queries.changes_of(session, hearing),
        told=told_queries.told_of(session, hearing.id) if is_coordinator else [],
        coming=_coming(hearing, now) if is_coordinator else [],
        attendees=attendance_queries.attendees_of(session, hearing),
        may_have_said=attendance_queries.who_may_have_said(session, hearing) if is_coordinator else [],
        today=_today(),
        is_near=hearing_days.is_near(when, hearing.zone, now),
        has_begun=hearing_days.has_begun(when, hearing.zone, now),
        is_over=hearing_days.is_over(when, hearing.zone, now),
    )


def _coming(hearing: Hearing, now: datetime) -> list[Coming]:
    """What will be told of a hearing, and to whom, as things stand."""
    home_zone = parts().settings.zone
    found = outlook_of_day(session, ladders_in_use(), home_zone, DayKind.HEARING, hearing.id, now, now + AHEAD)
    return [each for each in found if each.goes_out]


@bp.get("/hearings/<uuid:hearing_id>/call-off")
@open_to(Audience.COORDINATORS)
def call_off(hearing_id: UUID) -> ResponseReturnValue:
    return _call_off_page(visible_hearing(hearing_id), WhyForm())


def _call_off_page(hearing: Hearing, form: WhyForm) -> str:
    when = hearing_queries.when_of(session, hearing)
    return render_template("hearings/call_off.html", form=form, hearing=hearing, when=when)


@bp.post("/hearings/<uuid:hearing_id>/cancel")
@open_to(Audience.COORDINATORS)
def cancel(hearing_id: UUID) -> ResponseReturnValue:
    return _called_off(hearing_id, actions.cancel_hearing, _("Cancelled. Nobody is reminded of it any more."))


@bp.post("/hearings/<uuid:hearing_id>/postpone")
@open_to(Audience.COORDINATORS)
def postpone(hearing_id: UUID) -> ResponseReturnValue:
    return _called_off(hearing_id, actions.postpone_without_date, _("Postponed without a date."))


class _CallingOff(Protocol):
    def __call__(
        self, session: Session, hearing: Hearing, *, why: str | None, changed_by_id: UUID, now: datetime
    ) -> None: ...


def _called_off(hearing_id: UUID, action: _CallingOff, done: str) -> ResponseReturnValue:
    hearing = visible_hearing(hearing_id)
    form = WhyForm()
    if not form.validate():
        return _call_off_page(hearing, form), 422
    try:
        action(session, hearing, why=form.why.data, changed_by_id=current_user.id, now=clock.now())
    except actions.NotInThisState:
        flash(_("That was so already."), "warning")
    except actions.OutcomeIsKnown:
        flash(_("What became of this hearing was said already. Take that back first."), "warning")
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


def is_open(status: HearingStatus) -> bool:
    """Whether a hearing can still be moved or called off."""
    return status in (HearingStatus.SCHEDULED, HearingStatus.SINE_DIE)


bp.add_app_template_test(is_open, "open_hearing")
