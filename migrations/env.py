"""How migrations run: on both databases, in one transaction, with foreign keys checked before it is kept.

SQLite rebuilds a table to alter it; with foreign keys on, dropping the old table would delete the rows that point to
it. So they are off meanwhile, and every one is checked before the commit.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum

import tracker.models  # noqa: F401  every table
from tracker.db import Base, PartialDateType, UtcDateTime, make_engine


class BrokenReferences(Exception):
    """The migration left rows that point to nothing; it was rolled back."""


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Migrations name plain types: they must still run when ours have changed."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, PartialDateType):
        return "sa.String(10)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String({item.length})"
    return False


def _run(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Has no effect inside a transaction, so before it begins.
        driver.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=_render,
        compare_type=True,
        transaction_per_migration=False,
    )
    with connection.begin():
        context.run_migrations()
        if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone():
            raise BrokenReferences
    if sqlite:
        driver.execute("PRAGMA foreign_keys=ON")


def _main() -> None:
    given = context.config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    from tracker.settings import from_environment

    with make_engine(from_environment().database_url).connect() as connection:
        _run(connection)


_main()
