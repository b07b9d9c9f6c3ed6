"""The first page, which depends on who looks at it."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from tracker.access import Audience
from tracker.home.coordinator import coordinator_page, days_page, no_reply_page, silence_page
from tracker.home.post import post_page
from tracker.home.volunteer import volunteer_page
from tracker.web.access import actor, open_to

bp = Blueprint("home", __name__)


@bp.get("/")
@open_to(Audience.VOLUNTEERS)
def index() -> ResponseReturnValue:
    return coordinator_page() if actor().is_coordinator else volunteer_page()


@bp.get("/mine")
@open_to(Audience.VOLUNTEERS)
def mine() -> ResponseReturnValue:
    return volunteer_page()


@bp.get("/days")
@open_to(Audience.COORDINATORS)
def days() -> ResponseReturnValue:
    return days_page()


@bp.get("/prisoners/silence")
@open_to(Audience.COORDINATORS)
def silence() -> ResponseReturnValue:
    return no_reply_page() if request.args.get("about") == "replies" else silence_page()


@bp.get("/post")
@open_to(Audience.VOLUNTEERS)
def post() -> ResponseReturnValue:
    return post_page(actor())
