"""The address prefix of ledgers, claims, rules of facilities and links; their pages are added by the routes files."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from tracker.quotas.mail_rules import rules_in_use

bp = Blueprint("quotas", __name__)


@bp.record_once
def _refuse_bad_rules(_state: Any) -> None:
    # A fault in a file is told to whoever starts the application, not to a volunteer in a queue at the post office.
    rules_in_use()
