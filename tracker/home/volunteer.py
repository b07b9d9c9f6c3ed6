"""A volunteer's first page."""

from __future__ import annotations

from flask import render_template, request
from flask_login import current_user

from tracker import clock
from tracker.home.volunteer_queries import cards
from tracker.tasks.links import closing
from tracker.tasks.queries import MOST_ON_FIRST_PAGE, first_tasks
from tracker.transit.config import priors_in_use
from tracker.volunteers.rules import is_away
from tracker.web.access import actor
from tracker.web.paging import Page, wanted_page
from tracker.web.session import session

PAGE_CARDS = 20


def volunteer_page() -> str:
    """Whom the signed-in person writes to, and what she can do about it with one tap."""
    today = clock.today(current_user.zone)
    found = cards(session, actor().id, today, priors_in_use())
    page = Page([], min(wanted_page(), -(-len(found) // PAGE_CARDS) or 1), len(found), PAGE_CARDS)
    return render_template(
        "home/volunteer.html",
        cards=found[max(page.first - 1, 0) : page.last],
        page=page,
        tasks=first_tasks(session, actor()),
        few=MOST_ON_FIRST_PAGE,
        links=closing(),
        today=today,
        is_away=is_away(current_user.away_from, current_user.away_until, today),
        # From here she gets back to here.
        back="mine" if request.endpoint == "home.mine" else None,
    )
