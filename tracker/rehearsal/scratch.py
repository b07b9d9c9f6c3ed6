"""A database in memory, as new for every story."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from tracker.db import IN_MEMORY, Base, make_engine, make_sessions
from tracker.sealing.box import KEY_BYTES, Keyring
from tracker.sealing.column import unlocked_with


class Scratch:
    """The tables of the tracker, empty. Making them takes half a second, so it is done once."""

    def __init__(self) -> None:
        self._engine = make_engine(IN_MEMORY)
        Base.metadata.create_all(self._engine)
        self._empty = sqlite3.connect(":memory:")
        self._connection().backup(self._empty)

    def fresh(self) -> sessionmaker[Session]:
        """Sessions on empty tables; those given out before see the same ones."""
        self._empty.backup(self._connection())
        return make_sessions(self._engine)

    def close(self) -> None:
        """Forget everything."""
        self._empty.close()
        self._engine.dispose()

    def _connection(self) -> sqlite3.Connection:
        proxied: Any = self._engine.raw_connection()
        try:
            driver: sqlite3.Connection = proxied.driver_connection
            return driver
        finally:
            proxied.close()


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Such a database, and keys of its own to seal with; the keys of the installation are not touched."""
    made = Scratch()
    try:
        with unlocked_with(Keyring({1: secrets.token_bytes(KEY_BYTES)}, active=1)):
            yield made
    finally:
        made.close()
