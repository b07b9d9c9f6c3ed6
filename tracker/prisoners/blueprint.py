"""The one blueprint to which all pages about prisoners are attached."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("prisoners", __name__, url_prefix="/prisoners")
