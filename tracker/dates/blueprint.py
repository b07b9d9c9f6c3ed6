"""The blueprint of hearings. Its pages stand in several files; blueprints.py names them."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("hearings", __name__)
