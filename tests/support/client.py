"""A test client that fills in forms as a browser does, so that CSRF protection stays on in every test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Fields = list[tuple[str, str]]


@dataclass
class Form:
    """A form on a page, with the values that a browser would send if nobody touched it."""

    action: str
    method: str
    fields: Fields = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """Every name a person can fill in or press, with a value or not."""

    def filled(self, data: Mapping[str, Any]) -> Fields:
        """The fields as sent after somebody typed `data`; a list sends several values, None sends none."""
        kept = [(name, value) for name, value in self.fields if name not in data]
        for name, value in data.items():
            if value is not None:
                values = value if isinstance(value, list | tuple | set) else [value]
                kept += [(name, str(one)) for one in values]
        return kept


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._textarea: str | None = None
        self._select: tuple[str, bool] | None = None
        self._options: list[tuple[str, bool]] = []
        self._text: list[str] = []
        self._option: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attr = dict(attrs)
        if tag == "form":
            self._form = Form(attr.get("action") or "", (attr.get("method") or "get").lower())
            self.forms.append(self._form)
            return
        if tag == "option":
            self._end_option()
            self._option, self._text = attr, []
            return
        name = attr.get("name")
        if self._form is None or not name or "disabled" in attr:
            return
        self._form.names.add(name)
        if tag == "input":
            self._input(self._form, name, attr)
        elif tag == "textarea":
            self._textarea, self._text = name, []
        elif tag == "select":
            self._select, self._options = (name, "multiple" in attr), []

    def _input(self, form: Form, name: str, attr: dict[str, str | None]) -> None:
        kind = (attr.get("type") or "text").lower()
        if kind in {"submit", "button", "image", "reset", "file"}:
            return
        if kind in {"checkbox", "radio"}:
            if "checked" in attr:
                form.fields.append((name, attr.get("value") or "on"))
            return
        form.fields.append((name, attr.get("value") or ""))

    def _end_option(self) -> None:
        if self._option is not None:
            value = self._option.get("value")
            self._options.append(("".join(self._text).strip() if value is None else value, "selected" in self._option))
            self._option = None

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "option":
            self._end_option()
        elif tag == "textarea" and self._textarea is not None and self._form is not None:
            # HTML drops the first line break.
            self._form.fields.append((self._textarea, "".join(self._text).removeprefix("\n")))
            self._textarea = None
        elif tag == "select" and self._select is not None and self._form is not None:
            self._end_option()
            name, several = self._select
            chosen = [value for value, selected in self._options if selected]
            if not several:
                chosen = (chosen or [value for value, _ in self._options])[:1]
            self._form.fields += [(name, value) for value in chosen]
            self._select = None


def forms(html: str) -> list[Form]:
    parser = _Forms()
    parser.feed(html)
    return parser.forms


class FormClient(FlaskClient):
    """`client.post_form("/letters/new", {"kind": "card"})` opens the page, fills in its form and sends it."""

    before_each: Callable[[], None] | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if self.before_each is not None:
            self.before_each()
        return super().open(*args, **kwargs)

    def post_form(
        self, url: str, data: Mapping[str, Any] | None = None, *, page: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Send the form that posts to `url`, as found on `page` (by default the page at `url` itself).

        What the form already holds is sent too, hidden fields and the CSRF token among them; `data` goes over it.
        """
        data = data or {}
        page = page or url
        shown = self.get(page)
        assert shown.status_code == 200, f"the page {page} with the form answered {shown.status}"
        form = find_form(shown.get_data(as_text=True), page, url, data)
        files = {name: value for name, value in data.items() if isinstance(value, tuple) and hasattr(value[0], "read")}
        filled = form.filled({name: value for name, value in data.items() if name not in files})
        body: dict[str, Any] = {}
        for name, value in filled:
            body.setdefault(name, []).append(value)
        return self.post(url, data={**body, **files}, **kwargs)


def find_form(html: str, page: str, url: str, data: Mapping[str, Any]) -> Form:
    """The form on a page that posts to `url`; of several, the one with the most of the fields in `data`."""
    target = urlsplit(url).path
    here = [
        form for form in forms(html) if form.method == "post" and urlsplit(urljoin(page, form.action)).path == target
    ]
    assert here, f"no form on {page} posts to {url}; those there post to {[form.action for form in forms(html)]}"
    return max(here, key=lambda form: len(form.names & set(data)))
