"""The blueprint to which the pages about volunteers are attached, one's own among them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("volunteers", __name__)
