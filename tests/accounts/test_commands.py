"""The first account, made from a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.accounts.conftest import PASSPHRASE
from tests.factories import make_volunteer
from tests.support.client import FormClient
from tracker.accounts.commands import create_admin
from tracker.app import create_app
from tracker.settings import Settings
from tracker.volunteers.models import Volunteer


def run(app: Flask, session: Session, *words: str, typed: str = f"{PASSPHRASE}\n") -> tuple[int, str]:
    session.commit()
    result = app.test_cli_runner().invoke(create_admin, list(words), input=typed)
    return result.exit_code, result.output


def test_an_operator_makes_the_first_admin(app: Flask, session: Session, client: FormClient) -> None:
    status, said = run(app, session, "Дуняша", "--email", "dunya@example.org")
    assert status == 0
    assert "Дуняша can sign in now" in said
    made = session.scalars(select(Volunteer)).one()
    assert (made.is_admin, made.is_coordinator, made.email) == (True, False, "dunya@example.org")
    assert client.post_form("/sign-in", {"handle": "дуняша", "passphrase": PASSPHRASE}).status_code == 302


def test_the_first_admin_may_be_a_coordinator_too(app: Flask, session: Session) -> None:
    run(app, session, "ada", "--coordinator")
    made = session.scalars(select(Volunteer)).one()
    assert (made.is_admin, made.is_coordinator, made.email) == (True, True, None)


@pytest.mark.parametrize(
    "handle, email, typed, sentence",
    [
        ("ada", "", "short\n", "at least fifteen characters"),
        ("ada", "", "", "at least fifteen characters"),
        ("ada", "", "aaaaaaaaaaaaaaaaaaa\n", "one of the first that somebody would try"),
        ("ada", "nonsense", f"{PASSPHRASE}\n", "not an e-mail address"),
        ("VERA", "", f"{PASSPHRASE}\n", "has this handle already"),
        ("", "", f"{PASSPHRASE}\n", "1 to 60 printable characters"),
        ("a" * 61, "", f"{PASSPHRASE}\n", "1 to 60 printable characters"),
        ("a\x07b", "", f"{PASSPHRASE}\n", "1 to 60 printable characters"),
    ],
)
def test_the_command_refuses_in_a_sentence(
    app: Flask, session: Session, handle: str, email: str, typed: str, sentence: str
) -> None:
    make_volunteer(session, "vera")
    status, said = run(app, session, handle, "--email", email, typed=typed)
    assert status == 1
    assert sentence in said
    assert "Traceback" not in said
    assert session.scalar(select(func.count()).select_from(Volunteer).where(Volunteer.is_admin)) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_tables_the_command_says_what_to_do_first(settings: Settings, tmp_path: Path) -> None:
    from dataclasses import replace

    app = create_app(replace(settings, database_url=f"sqlite:///{tmp_path / 'nothing.db'}"))
    result = app.test_cli_runner().invoke(create_admin, ["ada"], input=f"{PASSPHRASE}\n")
    app.extensions["tracker"].engine.dispose()
    assert result.exit_code == 1
    assert "run `flask init` first" in result.output
