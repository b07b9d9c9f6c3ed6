"""What the application refuses to start with, and what it starts with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.passphrases import Passphrases
from tracker.app import create_app
from tracker.demo.actions import load_demo
from tracker.settings import BadSettings, Settings


def _load_demo(session: Session) -> None:
    load_demo(session, Passphrases(8), with_people=False, now=clock.now(), today=clock.today("UTC"))
    session.commit()


def test_accounts_of_the_demo_keep_a_real_installation_from_starting(settings: Settings, session: Session) -> None:
    _load_demo(session)
    with pytest.raises(BadSettings, match="accounts of the demo"):
        create_app(settings)


def test_a_demo_starts_with_them(settings: Settings, session: Session) -> None:
    _load_demo(session)
    app = create_app(replace(settings, demo=True))
    assert isinstance(app, Flask)
    app.extensions["tracker"].engine.dispose()


def test_the_mailbox_exists_in_a_demo_only(settings: Settings, session: Session) -> None:
    session.commit()
    for demo, status in ((False, 404), (True, 200)):
        app = create_app(replace(settings, demo=demo))
        assert app.test_client().get("/mailbox/").status_code == status
        app.extensions["tracker"].engine.dispose()


def test_people_of_a_published_source_are_not_called_invented(settings: Settings, session: Session) -> None:
    session.commit()
    for real, says in ((False, "everyone in it is invented"), (True, "the people are real")):
        app = create_app(replace(settings, demo=True, demo_of_real_people=real))
        assert says in app.test_client().get("/sign-in").get_data(as_text=True)
        app.extensions["tracker"].engine.dispose()
