"""Counting what a page asks the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass
class Statements:
    """What was asked, in order, and how often it was committed."""

    texts: list[str] = field(default_factory=list)
    commits: int = 0

    def __len__(self) -> int:
        return len(self.texts)

    def __str__(self) -> str:
        return "\n\n".join(self.texts)


@contextmanager
def counting(engine: Engine) -> Iterator[Statements]:
    """`with counting(engine) as asked: …; assert len(asked) <= 5, str(asked)`."""
    asked = Statements()

    def statement(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if not text.lstrip().upper().startswith(_NOT_COUNTED):
            asked.texts.append(text)

    def commit(_connection: Any) -> None:
        asked.commits += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)
