"""The only place that asks what time it is.

Everything below the edge is told the time as an argument, so that rules can be tested with literals.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The calendar day that it is now in an IANA time zone such as ``Asia/Vladivostok``."""
    return now().astimezone(ZoneInfo(zone)).date()
