"""Whatever is typed into whatever field: the form again with a sentence at the field, never a failure."""

from __future__ import annotations

import html as html_entities
from urllib.parse import quote_from_bytes, urljoin, urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.support.client import Form, FormClient, forms
from tests.whole.world import World, build, rules

NASTY: dict[str, bytes] = {
    "nothing": b"",
    "far too long": "я".encode() * 20_000,
    "NUL": b"a\x00b",
    "broken UTF-8": b"\xff\xfe\xd0",
    "half a surrogate": b"\xed\xa0\x80",
    "turned around": "\u202etxt.exe".encode(),
    "the year 0": b"0000-01-01",
    "the year 9999": b"9999-12-31",
    "no such day": b"2026-02-30",
    "a huge number": b"9" * 40,
    "a negative number": b"-1",
    "an id of nobody": str(uuid4()).encode(),
    "no id": b"' OR 1=1 --",
    "a template": b"{{ 7 * 7 }}",
    "a new header": b"a@example.org\r\nBcc: all@example.org",
    "markup": b"<script>alert(1)</script>",
}

PARTS = 4
"""So many tests share the forms of one person, so that none is near its limit of time on a busy machine."""

WAY_OUT = ("/sign-out",)
"""Ends the session that the test stands on."""


def _encoded(fields: list[tuple[str, str]], name: str, value: bytes) -> bytes:
    pairs = [(key, text.encode()) for key, text in fields if key != name] + [(name, value)]
    return b"&".join(
        quote_from_bytes(key.encode(), safe="").encode() + b"=" + quote_from_bytes(content, safe="").encode()
        for key, content in pairs
    )


def _forms_of(world: World, client: FormClient) -> dict[str, tuple[str, Form]]:
    """Every form that somebody can reach, by the address it posts to."""
    found: dict[str, tuple[str, Form]] = {}
    for rule, method in rules(world.app):
        if method != "GET":
            continue
        page = world.address(rule, "own")
        answer = client.get(page)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in forms(answer.get_data(as_text=True)):
            target = urlsplit(urljoin(page, form.action)).path
            if form.method == "post" and target not in WAY_OUT:
                if target not in found or len(form.names) > len(found[target][1].names):
                    found[target] = (page, form)
    return found


@pytest.mark.parametrize(
    "actor, part",
    [*(("cora", part) for part in range(PARTS)), *(("vera", part) for part in range(PARTS)), ("nobody", None)],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_that_is_typed_breaks_a_form(app: Flask, session: Session, actor: str, part: int | None) -> None:
    _try_everything(build(app, session), actor, list(NASTY), part)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_refuses_as_politely(app: Flask, session: Session, part: int) -> None:
    """It is stricter about NUL, surrogates, lengths and numbers than SQLite."""
    nasty = ["NUL", "broken UTF-8", "half a surrogate", "a huge number", "far too long", "the year 9999"]
    _try_everything(build(app, session), "cora", nasty, part)


def _try_everything(world: World, actor: str, nasty: list[str], part: int | None) -> None:
    """All forms that somebody can reach, or every so manyth of them, from the one with the number ``part`` on."""
    client = world.client(actor)
    tried = refused = 0
    for target, (_page, form) in list(_forms_of(world, client).items())[part :: 1 if part is None else PARTS]:
        names = sorted(form.names - {"csrf_token"})
        for name in names:
            for what in nasty:
                body = _encoded(form.fields, name, NASTY[what])
                answer = client.post(target, data=body, content_type="application/x-www-form-urlencoded")
                tried += 1
                assert answer.status_code < 500, (target, name, what, answer.status)
                if answer.status_code == 302 and _signed_out(answer.headers["Location"], actor):
                    # Changing her own passphrase or roles may end the session; sign in anew.
                    client = world.client(actor)
                    continue
                if answer.status_code == 422:
                    refused += 1
                    shown = answer.get_data(as_text=True)
                    assert 'class="error"' in shown, f"{target}: no sentence at a field for {name} = {what}"
                    assert "{{" not in shown.replace("{{ 7 * 7 }}", ""), target
                    assert "<script>alert" not in shown, target
    assert tried >= (20 if part is None else 100)
    assert refused >= 5


def _signed_out(location: str, actor: str) -> bool:
    return actor != "nobody" and urlsplit(location).path == "/sign-in"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_refused_form_comes_back_with_what_was_typed(app: Flask, session: Session) -> None:
    """Everything but passphrases: those are typed again."""
    world = build(app, session)
    client = world.client("cora")
    checked = 0
    for target, (page, _) in _forms_of(world, client).items():
        shown = client.get(page).get_data(as_text=True)
        form = max((each for each in forms(shown) if _posts_to(each, page, target)), key=lambda each: len(each.names))
        typed = {name: "Слово о Полку" for name in form.names if _is_text(shown, name)}
        if not typed:
            continue
        # A day that is none makes every form with a day refuse; the others have to be refused by an odd character.
        fields = {**{name: value for name, value in form.fields if name not in typed}, **typed}
        odd = next(iter(typed))
        answer = client.post(target, data={**fields, odd: typed[odd] + "\x00"})
        if answer.status_code != 422:
            continue
        text = html_entities.unescape(answer.get_data(as_text=True))
        for name, value in typed.items():
            assert value in text, f"{target}: what was typed into {name} is lost"
        checked += 1
    assert checked >= 8


def _posts_to(form: Form, page: str, target: str) -> bool:
    return form.method == "post" and urlsplit(urljoin(page, form.action)).path == target


def _is_text(shown: str, name: str) -> bool:
    return f'name="{name}" type="text"' in shown or (
        '<textarea' in shown and f'name="{name}"' in shown.partition("<textarea")[2] and '<textarea' in shown
        and any(f'name="{name}"' in part.partition(">")[0] for part in shown.split("<textarea")[1:])
    )  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_damaged_addresses_are_pages_too(app: Flask, session: Session) -> None:
    client = build(app, session).client("cora")
    for address in (
        "/prisoners/?page=99999999999999999999",
        "/prisoners/?page=-1",
        "/prisoners/?page=%D9%A1",
        "/prisoners/?q=%00",
        "/prisoners/?q=%FF%FE",
        "/prisoners/?q=" + "a" * 5000,
        "/prisoners/?sort=nothing&show=nothing",
        "/hearings/?show=%00",
        "/prisoners/not-an-id",
        "/prisoners/00000000-0000-0000-0000-00000000000g",
        "/volunteers/?q=%25%5F",
        "/sign-in?next=%2F%2Fevil.example",
    ):
        answer = client.get(address)
        assert answer.status_code in (200, 302, 400, 404), (address, answer.status)
        assert "evil.example" not in answer.headers.get("Location", "")
