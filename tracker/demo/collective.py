"""Loads the demo collective of ``data/demo.yaml``, with days counted from today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tracker.demo import doings, people, places, post, watchers
from tracker.demo.loading import Facts, Loading
from tracker.letters.changes import count_everything
from tracker.transit.actions import recount
from tracker.volunteers.models import Volunteer

DATA = Path(__file__).resolve().parent.parent.parent / "data" / "demo.yaml"

BEFORE_COUNTING: dict[str, Callable[[Loading, Facts], None]] = {
    "facilities": places.facility,
    "cases": people.case,
    "prisoners": people.prisoner,
    "assignments": people.assignment,
    "letters": post.letter,
    "prepared": post.prepared,
    "needs": post.need,
    "parcels": post.parcel,
    "claims": post.claim,
}
AFTER_COUNTING: dict[str, Callable[[Loading, Facts], None]] = {
    "moves": people.move,
    "evenings": doings.evening,
    "handovers": doings.handover,
    "hearings": doings.hearing,
    "watchers": watchers.watched,
}


def load(session: Session, data: dict[str, Any], accounts: dict[str, Volunteer], *, now: datetime, today: date) -> None:
    """Put everything but the accounts, which are made before, into an empty database."""
    loading = Loading(session, now, today, dict(accounts))
    _read(loading, data, BEFORE_COUNTING)
    count_everything(session)
    recount(session)
    _read(loading, data, AFTER_COUNTING)


def _read(loading: Loading, data: dict[str, Any], parts: dict[str, Callable[[Loading, Facts], None]]) -> None:
    for part, add in parts.items():
        for facts in data[part]:
            add(loading, facts)
        loading.session.flush()
