"""The first page."""

from flask import Blueprint

from tracker.access import Audience
from tracker.web.access import open_to

bp = Blueprint("home", __name__)


@bp.get("/")
@open_to(Audience.VOLUNTEERS)
def index() -> str:
    return "home"
