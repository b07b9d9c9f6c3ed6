"""What tests of reminders ask for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tracker.app import create_app
from tracker.dates.occasions import other_occasions
from tracker.settings import Settings


@pytest.fixture(scope="session")
def quiet_app(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Iterator[Flask]:
    """The application without a database, for whatever only needs its words and templates."""
    folder = tmp_path_factory.mktemp("quiet")
    made = create_app(
        Settings(
            database_url=f"sqlite:///{folder / 'empty.db'}",
            secret_key="a secret of the tests, long enough to pass the check",
            key_file=key_file,
            smtp_url=f"folder://{folder / 'mail'}",
            mail_from="Tracker <post@tracker.example>",
            public_url="https://post.example.org",
        )
    )
    yield made
    made.extensions["tracker"].engine.dispose()


@pytest.fixture(autouse=True)
def _no_international_days() -> Iterator[None]:
    """Each test names all of its days."""
    with other_occasions(()):
        yield
