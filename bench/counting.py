"""How many statements a page asks of the database, sign-in included, and how much it weighs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import Engine, event

from bench.client import signed_in_cookie
from bench.pages import FIRST_PAGES, Page, Samples
from tests.support.client import find_form

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@dataclass(frozen=True)
class Counted:
    """One page: statements, the most that are aimed at, bytes, commits of a form."""

    title: str
    status: int
    statements: Sequence[str]
    most: int | None
    weight: int
    commits: int = 0


@contextmanager
def watching(engine: Engine) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile; a commit is one that begins so."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().upper().startswith(_NOT_COUNTED):
            seen.append(statement)

    def note_commit(_connection: Any) -> None:
        seen.append("COMMIT")

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", note_commit)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "commit", note_commit)


def count(app: Flask, samples: Samples, pages: Sequence[Page]) -> list[Counted]:
    """Every measured page and both first pages, in this process."""
    engine = app.extensions["tracker"].engine
    found = []
    for page in pages:
        if page.is_counted:
            path = page.path(samples, 0)
            found.append(_count(app, engine, page.who(samples), page.title, path, page.most_statements, page.typed))
    for title, who, path, most in FIRST_PAGES:
        found.append(_count(app, engine, who or samples.writer, title, path, most))
    return found


def _count(
    app: Flask,
    engine: Engine,
    handle: str,
    title: str,
    path: str,
    most: int | None,
    typed: Mapping[str, str] | None = None,
) -> Counted:
    client = app.test_client()
    name, _, value = signed_in_cookie(app, handle).partition("=")
    client.set_cookie(name, value)
    answer = client.get(path)
    if typed is not None and answer.status_code == 200:
        fields = dict(find_form(answer.get_data(as_text=True), path, path, {}).fields)
        with watching(engine) as seen:
            answer = client.post(path, data={**fields, **typed, "form_id": str(uuid4())})
    elif typed is None:
        with watching(engine) as seen:
            answer = client.get(path)
    else:
        seen = []
    statements = [statement for statement in seen if statement != "COMMIT"]
    commits = 0 if typed is None else len(seen) - len(statements)
    return Counted(title, answer.status_code, statements, most, len(answer.get_data()), commits)
