"""One way to the database: the base of all tables, their column types, and the engine.

SQLite needs no set-up and PostgreSQL is one setting away; every table and every query works on both.
"""

from __future__ import annotations

import enum
import sqlite3
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import DateTime, Engine, Enum, MetaData, String, Text, Uuid, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.pool import StaticPool
from sqlalchemy.types import TypeDecorator

from tracker.partial_date import PartialDate

__all__ = ["Base", "PartialDateType", "UtcDateTime", "add_once", "make_engine", "make_sessions"]

IN_MEMORY = "sqlite:///:memory:"
"""A database that lives as long as its engine."""

READS_ONLY = "tracker_reads_only"
"""Execution option of a connection: this transaction will not write, so SQLite need not take the write lock."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: an aware datetime, kept and given back in UTC. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        # SQLite keeps no zone; what is stored there is UTC by convention of this type.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PartialDateType(TypeDecorator[PartialDate]):
    """A date as far as it is known, kept in its text form."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: PartialDate | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> PartialDate | None:
        return None if value is None else PartialDate.parse(value)


class Base(DeclarativeBase):
    """What every table has: a random id made by us, so that a row can be sealed before it is stored."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        PartialDate: PartialDateType,
        # Kept as text: a value can be added without rebuilding the table on SQLite.
        enum.StrEnum: Enum(
            enum.StrEnum, native_enum=False, length=32, values_callable=lambda kind: [str(value) for value in kind]
        ),
        UUID: Uuid,
        str: Text,
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)

    def __init__(self, **facts: Any) -> None:
        facts.setdefault("id", uuid4())
        # The id first: sealed attributes are bound to it.
        self.id = facts.pop("id")
        for name, value in facts.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name!r}")
            setattr(self, name, value)


def make_engine(url: str, *, pool_size: int = 5) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://…``, set up the same way for web, commands and scheduler."""
    if url.startswith("sqlite"):
        # A database in memory is there for one connection only.
        pool: dict[str, Any] = (
            {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
            if url == IN_MEMORY
            else {"pool_size": pool_size, "max_overflow": 10}
        )
        engine = create_engine(url, hide_parameters=True, **pool)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(url, hide_parameters=True, pool_size=pool_size, max_overflow=5, pool_pre_ping=True)


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # Python's own transaction handling starts a transaction too late to hold a lock; we begin it ourselves.
    connection.isolation_level = None
    # SQLite's own lower() knows no letters but a to z.
    connection.create_function("lower", 1, _lower, deterministic=True)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=15000",
        "foreign_keys=ON",
        "secure_delete=ON",
        "journal_size_limit=16777216",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another one wrote in between, in spite of the
    # busy timeout. Whatever may write therefore takes the write lock at its start.
    reads_only = connection.get_execution_options().get(READS_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions that may write. Rows stay readable after a commit, so that an answer can show what was saved."""
    return sessionmaker(engine, expire_on_commit=False)


def add_once(session: Session, row: Base, unique: str = "form_id") -> bool:
    """Insert a row unless there is one with the same ``unique`` column already; whether it was inserted.

    One statement, and certain even when the same form arrives twice at the same instant: the second waits for the
    first, and finds it. The row does not become part of the session.
    """
    table = row.__table__
    values = {name: value for name, value in vars(row).items() if name in table.columns}
    dialect = session.get_bind().dialect.name
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(table).values(values).on_conflict_do_nothing(index_elements=[unique]).returning(table.c.id)
    return session.scalar(statement) is not None
