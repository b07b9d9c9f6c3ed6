"""What every part of the demo is told while it is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

Facts = dict[str, Any]
"""One entry of ``data/demo.yaml``."""


@dataclass
class Loading:
    """An empty database that is being filled, and what was put into it so far."""

    session: Session
    now: datetime
    today: date
    made: dict[str, Any] = field(default_factory=dict)
    """By the key in the file; assignments, stays and letters by keys made of those."""

    def day(self, days: int | None) -> date | None:
        """So many days from today; None stays None."""
        return None if days is None else self.on(days)

    def on(self, days: int) -> date:
        """So many days from today."""
        return self.today + timedelta(days=days)

    def add(self, row: Any) -> Any:
        """Put a row into the database, and give it back."""
        self.session.add(row)
        return row

    def stay_on(self, prisoner: str, day: date) -> Any:
        """Where somebody was on a day, or in the first place that is known."""
        stays = self.made[f"stays of {prisoner}"]
        begun = [stay for stay in stays if stay.since.earliest() <= day]
        return begun[-1] if begun else stays[0]
