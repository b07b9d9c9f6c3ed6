"""A coordinator's first page, and the longer lists behind it."""

from __future__ import annotations

from flask import render_template, request
from flask_login import current_user

from tracker import clock
from tracker.dates import words as words
from tracker.dates.models import HearingKind
from tracker.dates.needed_queries import needy_hearings
from tracker.home import coordinator_queries as queries
from tracker.home.silence_queries import unanswered
from tracker.prisoners.queries import writers_of
from tracker.tasks.links import closing
from tracker.tasks.queries import MOST_ON_FIRST_PAGE, first_tasks
from tracker.transit.config import priors_in_use
from tracker.web.access import actor
from tracker.web.paging import PAGE_ROWS, wanted_page
from tracker.web.parts import parts
from tracker.web.session import session

LONGEST_SILENCE = 3650


def coordinator_page() -> str:
    """What has to be done today."""
    today = clock.today(current_user.zone)
    days = _coming_days()
    few = queries.MOST_ROWS
    shown = [*days.hearings[:few], *days.custody[:few], *days.others[:few]]
    return render_template(
        "home/coordinator.html",
        board=queries.board(session, today, clock.now()),
        days=days,
        names=queries.names_for(session, shown),
        few=few,
        tasks=first_tasks(session, actor()),
        few_tasks=MOST_ON_FIRST_PAGE,
        links=closing(),
        today=today,
        hearing_kind=HearingKind,
        silence_days=queries.SILENCE_DAYS,
        needy=needy_hearings(session, clock.now()),
    )


def days_page() -> str:
    """All days of the coming weeks."""
    days = _coming_days()
    return render_template(
        "home/days.html",
        days=days,
        names=queries.names_for(session, [*days.hearings, *days.custody, *days.others]),
        today=clock.today(current_user.zone),
        hearing_kind=HearingKind,
    )


def _coming_days() -> queries.ComingDays:
    today = clock.today(current_user.zone)
    return queries.coming_days(session, today=today, now=clock.now(), home_zone=parts().settings.zone)


def no_reply_page() -> str:
    """From whom no reply comes for longer than is usual there."""
    today = clock.today(current_user.zone)
    number = wanted_page()
    rows = unanswered(session, today, priors_in_use(), limit=PAGE_ROWS + 1, offset=(number - 1) * PAGE_ROWS)
    return render_template(
        "home/no_reply.html",
        rows=rows[:PAGE_ROWS],
        writers=writers_of(session, [row.id for row in rows[:PAGE_ROWS]]),
        number=number,
        has_more=len(rows) > PAGE_ROWS,
    )


def silence_page() -> str:
    """Who has had no letter for so many days, the longest first. No total: counting would cost more than the page."""
    today = clock.today(current_user.zone)
    text = request.args.get("days", "")
    days = (
        min(int(text), LONGEST_SILENCE) if text.isascii() and text.isdigit() and len(text) < 6 else queries.SILENCE_DAYS
    )
    number = wanted_page()
    rows = session.execute(queries.silence(today, days).limit(PAGE_ROWS + 1).offset((number - 1) * PAGE_ROWS)).all()
    return render_template(
        "home/silence.html",
        rows=rows[:PAGE_ROWS],
        writers=writers_of(session, [row.id for row in rows[:PAGE_ROWS]]),
        number=number,
        has_more=len(rows) > PAGE_ROWS,
        days=days,
        today=today,
    )
