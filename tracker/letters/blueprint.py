"""The one blueprint to which all pages about letters and replies are attached."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("letters", __name__)
