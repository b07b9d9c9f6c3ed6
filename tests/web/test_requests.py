"""What odd addresses and ended sessions meet."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.support.client import forms
from tests.whole.world import build
from tracker.accounts.actions import end_sessions_of


@pytest.mark.parametrize("query", ["endpoint=x", "_scheme=javascript", "_anchor=x", "_method=POST", "_external=1"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_name_in_a_query_is_taken_for_our_own(app: Flask, session: Session, query: str) -> None:
    with app.test_request_context(f"/prisoners/?{query}&q=%D0%96&page=3"):
        address = app.jinja_env.globals["page_url"](2)  # type: ignore[operator]
    assert address == f"/prisoners/?{query}&q=%D0%96&page=2"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_whoever_was_signed_out_over_a_form_is_told_that_it_was_not_saved(app: Flask, session: Session) -> None:
    world = build(app, session)
    client = world.client("vera")
    page = f"/prisoners/{world.ids['prisoner_id']['own']}/letters/new"
    form = next(each for each in forms(client.get(page).get_data(as_text=True)) if "dated_on" in each.names)
    end_sessions_of(session, world.accounts["vera"].id)
    session.commit()
    answer = client.post(page, data=dict(form.fields))
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"next={page}")
    assert "what you sent was not saved" in client.get(answer.headers["Location"]).get_data(as_text=True)


@pytest.mark.parametrize("wanted", ["/%5C%5B", "//%5B", "/%00", "//evil.example", "https://evil.example"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_odd_wish_leads_to_the_first_page(app: Flask, session: Session, wanted: str) -> None:
    world = build(app, session)
    client = world.client("nobody")
    page, typed = f"/sign-in?next={wanted}", {"handle": "vera", "passphrase": "linden street vera"}
    answer = client.post_form(page, typed)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
