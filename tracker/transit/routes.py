"""Threads, the post of a facility in numbers, and the birthdays of a month."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from tracker import clock
from tracker.access import Audience
from tracker.lookup import coordinators_facility, visible_thread
from tracker.partial_date import PartialDate
from tracker.transit import actions, queries, thread_queries
from tracker.transit.config import occasions_in_use, priors_in_use
from tracker.transit.forms import ThreadForm
from tracker.transit.rules import TIMED, Leg
from tracker.transit.silence import ThreadState
from tracker.transit.thread_queries import WantedThreads
from tracker.web.access import actor, open_to
from tracker.web.pages import Addresses
from tracker.web.paging import chosen, page_of, typed, wanted_page
from tracker.web.session import session

bp = Blueprint("transit", __name__)


def _today() -> date:
    return clock.today(current_user.zone)


@bp.get("/threads")
@open_to(Audience.VOLUNTEERS)
def threads() -> ResponseReturnValue:
    """Her own; for coordinators all."""
    is_coordinator = actor().is_coordinator
    wanted = WantedThreads(
        writer_id=None if is_coordinator else actor().id,
        state=chosen(ThreadState, "state"),
        writer=typed("writer") if is_coordinator else "",
        prisoner=typed("q"),
    )
    today, priors = _today(), priors_in_use()
    page = page_of(session, thread_queries.threads(wanted, today, priors), wanted_page())
    return render_template(
        "transit/threads.html",
        page=page,
        lines=thread_queries.lines(session, page.rows, today, priors),
        wanted=wanted,
        states=list(ThreadState),
        today=today,
    )


@bp.get("/threads/<uuid:thread_id>")
@open_to(Audience.VOLUNTEERS)
def thread(thread_id: UUID) -> ResponseReturnValue:
    assignment = visible_thread(thread_id)
    form = ThreadForm(pen_name=assignment.pen_name, rhythm_days=assignment.rhythm_days)
    return _thread_page(thread_id, form)


@bp.post("/threads/<uuid:thread_id>")
@open_to(Audience.VOLUNTEERS)
def change_thread(thread_id: UUID) -> ResponseReturnValue:
    assignment = visible_thread(thread_id)
    form = ThreadForm()
    if not form.validate():
        return _thread_page(thread_id, form), 422
    actions.agree(assignment, pen_name=form.pen_name.data, rhythm_days=form.rhythm_days.data)
    session.commit()
    flash(_("The changes are saved."))
    return redirect(url_for("transit.thread", thread_id=thread_id))


def _thread_page(thread_id: UUID, form: ThreadForm) -> str:
    today = _today()
    line = thread_queries.thread(session, thread_id, today, priors_in_use())
    assert line is not None
    between = thread_queries.letters_between(line.prisoner_id, line.volunteer_id)
    return render_template(
        "transit/thread.html",
        line=line,
        form=form,
        page=page_of(session, between, wanted_page()),
        show=Addresses("letters.show", "letter_id"),
        today=today,
    )


@bp.get("/facilities/<uuid:facility_id>/post")
@open_to(Audience.COORDINATORS)
def facility(facility_id: UUID) -> ResponseReturnValue:
    place = coordinators_facility(facility_id)
    learned = queries.learned_at(session, [facility_id], priors_in_use())[facility_id]
    return render_template(
        "transit/facility.html",
        facility=place,
        learned=learned,
        histogram=queries.histogram(session, facility_id),
        legs=TIMED,
        leg=Leg,
        priors=priors_in_use(),
    )


@bp.get("/birthdays")
@open_to(Audience.COORDINATORS)
def birthdays() -> ResponseReturnValue:
    today = _today()
    first = _wanted_month(today)
    return render_template(
        "transit/birthdays.html",
        people=queries.birthdays(session, month=first.month, year=first.year, today=today, priors=priors_in_use()),
        occasions=[each for each in occasions_in_use() if each.month == first.month and each.cards],
        first=first,
        months=[PartialDate(month=month) for month in range(1, 13)],
        today=today,
    )


def _wanted_month(today: date) -> date:
    """The first day of the month asked for, the next time it comes; this month for anything else."""
    text = request.args.get("month", "")
    month = int(text) if text.isascii() and text.isdigit() and len(text) < 3 and 1 <= int(text) <= 12 else today.month
    return date(today.year + (month < today.month), month, 1)
