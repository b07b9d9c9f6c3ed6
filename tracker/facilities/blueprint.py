"""The blueprint to which the pages about facilities are attached."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("facilities", __name__, url_prefix="/facilities")
