"""Sealed text on a table: an attribute that reads and writes plain text, over a column that holds only ciphertext."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, overload
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tracker.sealing.box import Keyring, Place

_in_use: list[Keyring] = []


class NotUnlocked(RuntimeError):
    """Sealed data was touched before the key was loaded."""


def unlock(keyring: Keyring) -> None:
    """Use these keys from now on, in this process."""
    _in_use[:] = [keyring]


@contextmanager
def unlocked_with(keyring: Keyring) -> Iterator[None]:
    """Use these keys for a while, and then again those that were in use before, if any were."""
    before = list(_in_use)
    unlock(keyring)
    try:
        yield
    finally:
        _in_use[:] = before


def keyring() -> Keyring:
    """The keys in use; raises NotUnlocked before the application has started."""
    if not _in_use:
        raise NotUnlocked
    return _in_use[0]


def sealed_column(*, nullable: bool = True) -> Mapped[bytes | None]:
    """The column under a ``Sealed`` attribute; name it like the attribute with ``_sealed`` behind."""
    return mapped_column(LargeBinary, nullable=nullable, info={"sealed": True}, deferred=False)


class Sealed:
    """A sealed attribute: ``email = Sealed()`` beside ``email_sealed = sealed_column()``.

    Writing seals at once, bound to table, column and row id; reading opens. ``None`` and the empty text stay ``None``.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self._column = f"{name}_sealed"

    @overload
    def __get__(self, row: None, owner: type) -> Sealed: ...
    @overload
    def __get__(self, row: Any, owner: type) -> str | None: ...
    def __get__(self, row: Any, owner: type) -> Sealed | str | None:
        if row is None:
            return self
        return open_sealed(getattr(row, self._column), row.__tablename__, self._column, row.id)

    def __set__(self, row: Any, text: str | None) -> None:
        place = Place(row.__tablename__, self._column, row.id)
        setattr(row, self._column, keyring().seal(text, place) if text else None)


def open_sealed(sealed: bytes | None, table: str, column: str, row: UUID) -> str | None:
    """Open a sealed value that was selected as a plain column, without loading its whole row."""
    return None if sealed is None else keyring().open(sealed, Place(table, column, row))
