"""What is in a database, so that a test can say that nothing has changed."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Engine, select

from tracker.db import Base

NOT_COUNTED = {
    # By every request, rounded to ten minutes.
    ("sign_in_session", "last_seen_at"),
    # When a calendar program reads: the day of it, and since when the content is what it is.
    ("calendar_feed", "last_used_on"),
    ("calendar_feed", "content_hash"),
    ("calendar_feed", "content_at"),
}
"""What looking writes down all the same."""


def fingerprint(engine: Engine) -> dict[str, str]:
    """A hash of every table."""
    result = {}
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            columns = [column for column in table.columns if (table.name, column.name) not in NOT_COUNTED]
            rows = connection.execute(select(*columns).order_by(table.c.id)).all()
            result[table.name] = sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
        connection.rollback()
    return result
