"""No unsafe request is taken without a token that belongs to the session."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support.client import forms
from tests.whole.contents import fingerprint
from tests.whole.world import build, rules

WITHOUT_TOKEN = {"unsubscribe.change"}
"""Mail programs post there by themselves (RFC 8058); what a forger would need is the address."""


def _token(html: str) -> str:
    return next(value for form in forms(html) for name, value in form.fields if name == "csrf_token")


def test_every_unsafe_route_wants_a_token_of_its_own_session(app: Flask, session: Session, engine: Engine) -> None:
    world = build(app, session)
    someone_elses = _token(world.client("sam").get("/me").get_data(as_text=True))
    client = world.client("cora")
    her_own = _token(client.get("/me").get_data(as_text=True))
    before = fingerprint(engine)
    tried = 0
    for rule, method in rules(app):
        if method == "GET" or rule.endpoint in WITHOUT_TOKEN:
            continue
        address = world.address(rule, "own")
        for token in (None, "", "not a token", someone_elses):
            data = {} if token is None else {"csrf_token": token}
            answer = client.open(address, method=method, data=data)
            assert answer.status_code == 400, f"{method} {rule.rule} with the token {token!r}"
            tried += 1
        query = f"{'&' if '?' in address else '?'}csrf_token={her_own}"
        in_the_address = client.open(address + query, method=method)
        assert in_the_address.status_code == 400, rule.rule
    assert tried >= 100
    assert fingerprint(engine) == before
    assert app.config["WTF_CSRF_ENABLED"] is not False
