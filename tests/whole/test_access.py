"""Every route, for everybody, over their own records, other people's and missing ones.

``authz.yml`` says of each route whom it is for; a person reviews it. Everything else follows here: whoever is not
signed in is sent to sign in, and what is forbidden looks exactly like what is missing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.support.client import FormClient, forms
from tests.whole.contents import fingerprint
from tests.whole.world import ACTORS, RELATIONS, SIGNED_IN, World, build, rules
from tracker.access import Audience
from tracker.web.access import UndeclaredRoute, open_to, refuse_undeclared

EXPECTED: dict[str, str] = yaml.safe_load((Path(__file__).parent / "authz.yml").read_text(encoding="utf-8"))

COORDINATORS = {"cleo", "cora"}
ADMINS = {"ada", "cora"}
EVERYBODY = COORDINATORS | ADMINS | {"vera", "sam", "frida"}
OUTSIDE = {"nobody", "dora", "late"}

GROUPS = {"outside": ("nobody", "dora", "late"), **{actor: (actor,) for actor in SIGNED_IN}}
"""Everybody. Each group is a test of its own, so that none is near the limit of time on a busy machine."""
by_group = pytest.mark.parametrize("actors", GROUPS.values(), ids=GROUPS)

LEAST_DENIED, LEAST_READ, LEAST_CHANGED = 4500, 500, 600
"""So many requests the three tests make together, of which each goes through some."""


def _is_open(whom: str, actor: str, relation: str) -> bool:
    """What the word in authz.yml means for one person and one record."""
    if whom == "anyone":
        return True
    if actor in OUTSIDE:
        return False
    return {
        "signed in": actor in EVERYBODY,
        "coordinators": actor in COORDINATORS,
        "admins": actor in ADMINS,
        "coordinators or admins": actor in COORDINATORS | ADMINS,
        # Those who write to the prisoner now, and coordinators.
        "the prisoner's": actor in COORDINATORS or (actor == "vera" and relation == "own"),
        # Whose letter or parcel it is, as long as she writes to the prisoner, and coordinators.
        "the writer's own": actor in COORDINATORS or (actor == "vera" and relation == "own"),
        "the asker's own": (actor, relation) in {("cleo", "own"), ("cora", "other")},
        "the inviter's own": (actor, relation) in {("cleo", "own"), ("cora", "other")},
        "only herself": actor == "vera" and relation == "own",
    }[whom]


def _token(client: FormClient) -> str:
    for page in ("/me", "/sign-in"):
        for form in forms(client.get(page).get_data(as_text=True)):
            for name, value in form.fields:
                if name == "csrf_token":
                    return value
    raise AssertionError("no page with a token")


def _call(client: FormClient, method: str, address: str, token: str) -> TestResponse:
    return client.open(address, method=method, data={"csrf_token": token} if method != "GET" else None)


def _text(answer: TestResponse) -> str:
    """The page without its token, which differs each time."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.get_data(as_text=True))


def _is_sent_to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")


def test_every_route_has_a_reviewed_entry_and_every_entry_a_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule, _ in rules(app)}
    assert endpoints - set(EXPECTED) == set(), "routes that nobody has thought about: add them to authz.yml"
    assert set(EXPECTED) - endpoints == set(), "entries without a route"
    assert len(endpoints) >= 40


def test_every_id_in_an_address_is_of_a_kind_that_cannot_be_guessed(app: Flask) -> None:
    for rule, _ in rules(app):
        for name in rule.arguments:
            if name.endswith("_id"):
                assert type(rule._converters[name]).__name__ == "UUIDConverter", rule.rule


def _denied(app: Flask, actor: str) -> Iterator[tuple[Rule, str, str]]:
    """Every route, method and relation that is not for somebody, or not there."""
    for rule, method in rules(app):
        whom = EXPECTED[rule.endpoint]
        for relation in RELATIONS if rule.arguments else ("own",):
            if whom != "anyone" and (relation == "missing" or not _is_open(whom, actor, relation)):
                yield rule, method, relation


def _allowed(app: Flask, actor: str) -> Iterator[tuple[Rule, str, str]]:
    """Every route, method and existing record that is for somebody."""
    for rule, method in rules(app):
        for relation in ("own", "other") if rule.arguments else ("own",):
            if _is_open(EXPECTED[rule.endpoint], actor, relation):
                yield rule, method, relation


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_is_left_out_of_what_is_asked_for(app: Flask) -> None:
    assert sorted(actor for group in GROUPS.values() for actor in group) == sorted(ACTORS)
    methods = [method for actor in ACTORS for _rule, method, _relation in _allowed(app, actor)]
    assert sum(1 for actor in ACTORS for _each in _denied(app, actor)) >= LEAST_DENIED
    assert methods.count("GET") >= LEAST_READ
    assert len(methods) - methods.count("GET") >= LEAST_CHANGED


@by_group
def test_what_is_denied_looks_missing_and_changes_nothing(
    app: Flask, session: Session, engine: Engine, actors: tuple[str, ...]
) -> None:
    world = build(app, session)
    before = fingerprint(engine)
    for actor in actors:
        client = world.client(actor)
        token = _token(client)
        missing_page = _text(client.get("/there-is-no-such-page"))
        for rule, method, relation in _denied(app, actor):
            answer = _call(client, method, world.address(rule, relation), token)
            where = f"{actor}: {method} {rule.rule} ({relation}) answered {answer.status}"
            if actor in OUTSIDE:
                assert _is_sent_to_sign_in(answer), where
            else:
                assert answer.status_code == 404, where
                assert _text(answer) == missing_page, f"{where}, but differs from a missing page"
    assert fingerprint(engine) == before


@by_group
def test_what_is_allowed_opens(app: Flask, session: Session, actors: tuple[str, ...]) -> None:
    """Reading, on both databases."""
    world = build(app, session)
    for actor in actors:
        client = world.client(actor)
        for rule, method, relation in _allowed(app, actor):
            if method == "GET":
                answer = client.get(world.address(rule, relation))
                where = f"{actor}: {rule.rule} ({relation}) answered {answer.status}"
                assert answer.status_code in (200, 302, 304), where
                assert not _is_sent_to_sign_in(answer), where


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@by_group
def test_what_is_allowed_can_be_done(app: Flask, session: Session, database_url: str, actors: tuple[str, ...]) -> None:
    """Each unsafe route by everybody it is for, each time over the same database."""
    world = build(app, session)
    session.close()
    for actor in actors:
        for rule, method, relation in _allowed(app, actor):
            if method != "GET":
                _over_a_copy(world, rule, method, actor, relation, database_url)


def _over_a_copy(world: World, rule: Rule, method: str, actor: str, relation: str, url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    kept = path.with_suffix(".kept")
    _let_go_of_the_file(world)
    shutil.copyfile(path, kept)
    try:
        client = world.client(actor)
        answer = _call(client, method, world.address(rule, relation), _token(client))
        assert answer.status_code in (200, 302, 303, 422, 409), (actor, method, rule.rule, relation, answer.status)
        if rule.endpoint != "accounts.sign_out":
            assert actor in OUTSIDE or not _is_sent_to_sign_in(answer), (actor, rule.rule)
    finally:
        _let_go_of_the_file(world)
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(kept, path)


def _let_go_of_the_file(world: World) -> None:
    world.session.close()
    bound: Any = world.session.get_bind()
    for engine in (bound, world.app.extensions["tracker"].engine):
        engine.dispose()


def test_an_ended_assignment_ends_access_at_the_next_request(app: Flask, session: Session) -> None:
    world = build(app, session)
    client = world.client("vera")
    page = f"/prisoners/{world.ids['prisoner_id']['own']}"
    assert client.get(page).status_code == 200
    from tracker.assignments.models import Assignment

    for running in session.query(Assignment).filter_by(volunteer_id=world.accounts["vera"].id):
        running.until = running.since
    session.commit()
    assert client.get(page).status_code == 404


def test_the_application_refuses_to_start_with_an_undeclared_route() -> None:
    bare = Flask("bare")
    refuse_undeclared(bare)

    @bare.get("/declared")
    @open_to(Audience.ANYONE)
    def declared() -> str:
        return ""

    refuse_undeclared(bare)
    bare.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(UndeclaredRoute, match="forgotten"):
        refuse_undeclared(bare)


def test_the_file_uses_only_words_that_have_a_meaning() -> None:
    for whom in set(EXPECTED.values()):
        assert isinstance(_is_open(whom, "vera", "own"), bool)


def test_lists_and_counts_show_a_volunteer_nothing_of_others(app: Flask, session: Session) -> None:
    """Side channels: whatever list or search she opens, nobody else's prisoner, letter or person stands in it."""
    world = build(app, session)
    foreign = ("Svetlana", "Чудо", "Kuzma", "Lukerya", "cleo", "ines", "frida")
    client = world.client("vera")
    pages: dict[str, Any] = {}
    for rule, method in rules(app):
        if method == "GET" and not rule.arguments:
            for query in ("", "?q=svetlana", "?q=Чудо", "?show=no_writer", "?sort=silence", "?page=2", "?past=1"):
                answer = client.get(rule.rule + query)
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    pages[rule.rule + query] = answer.get_data(as_text=True)
    assert len(pages) >= 14
    for address, text in pages.items():
        shown = text.replace("?q=svetlana", "").replace('value="svetlana"', "").replace('value="Чудо"', "")
        for word in foreign:
            assert not re.search(rf"\b{word}\b", shown), (address, word)
