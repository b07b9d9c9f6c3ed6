"""What the collective decides for itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import make_letter, make_prisoner, make_volunteer, sign_in
from tests.support.client import FormClient
from tracker.collective.models import Collective
from tracker.collective.queries import settings
from tracker.collective.rules import CollectiveSettings
from tracker.letters.rules import Direction
from tracker.scans.files import ScanFolder
from tracker.scans.models import Scan
from tracker.volunteers.rules import Disclosure

TYPED = {
    "scans_allowed": "y",
    "scans_kept_days": "90",
    "stale_after_days": "365",
    "claim_days": "3",
    "currency": "RUB",
    "most_disclosure": "full",
    "mails_kept_days": "90",
}


@pytest.fixture
def as_ada(new_visitor: Any, session: Session) -> FormClient:
    """Ada, an admin and nothing else."""
    return sign_in(new_visitor(), session, make_volunteer(session, "ada", is_admin=True))


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> ScanFolder:
    return ScanFolder(tmp_path / "scans")


def _page_of_a_reply(session: Session, folder: ScanFolder, delete_on: date | None) -> Scan:
    vera = make_volunteer(session, f"vera{uuid4().hex[:4]}")
    reply = make_letter(session, make_prisoner(session), vera, date(2026, 3, 1), direction=Direction.REPLY)
    scan = Scan(
        letter_id=reply.id,
        position=0,
        width=10,
        height=10,
        uploaded_by_id=vera.id,
        uploaded_at=datetime(2026, 3, 1, 22, tzinfo=UTC),
        form_id=uuid4(),
        delete_on=delete_on,
    )
    session.add(scan)
    session.flush()
    folder.keep(scan.id, b"the page")
    return scan


def _pages(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Scan)) or 0


def test_without_a_decision_the_defaults_hold(session: Session) -> None:
    assert settings(session) == CollectiveSettings(False, 180, 180, 7, None)


def test_a_decision_with_gaps_falls_back_on_the_defaults(session: Session) -> None:
    session.add(Collective(scans_allowed=True, claim_days=2))
    session.flush()
    assert settings(session) == CollectiveSettings(True, 180, 180, 2, None)


def test_an_admin_decides_and_later_decides_anew(as_ada: FormClient, session: Session) -> None:
    assert as_ada.post_form("/collective", TYPED).status_code == 302
    assert settings(session) == CollectiveSettings(True, 90, 365, 3, "RUB")
    page = as_ada.get("/collective").get_data(as_text=True)
    assert 'value="365"' in page
    assert "RUB · Russian Ruble" in page
    as_ada.post_form("/collective", {"claim_days": "5", "currency": ""})
    session.rollback()
    assert settings(session) == CollectiveSettings(True, 90, 365, 5, None)
    assert session.scalar(select(func.count()).select_from(Collective)) == 1


@pytest.mark.parametrize("days", ["0", "-1", "3651", "99999999999999999999", "", "many", "1.5"])
def test_a_period_that_cannot_be_is_refused_at_its_field(as_ada: FormClient, session: Session, days: str) -> None:
    answer = as_ada.post_form("/collective", {**TYPED, "scans_kept_days": days})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'id="scans_kept_days-error"' in page
    assert 'value="365"' in page, "the rest is kept"
    assert settings(session) == CollectiveSettings()


@pytest.mark.parametrize("days", ["1", "3650"])
def test_the_shortest_and_the_longest_period_are_taken(as_ada: FormClient, session: Session, days: str) -> None:
    assert as_ada.post_form("/collective", {**TYPED, "scans_kept_days": days}).status_code == 302


MAIL = {
    "most_disclosure": "discreet",
    "mails_kept_days": "30",
    "reply_to": "post@example.org",
    "ping_url": "https://monitor.example.org/ping/4f?x=1",
}


def test_what_holds_of_mails_is_decided_and_kept_when_something_else_is(as_ada: FormClient, session: Session) -> None:
    as_ada.post_form("/collective", {**TYPED, **MAIL})
    as_ada.post_form("/collective", {"claim_days": "5"})
    session.rollback()
    found = settings(session)
    assert (found.most_disclosure, found.mails_kept_days) == (Disclosure.DISCREET, 30)
    assert (found.reply_to, found.ping_url) == ("post@example.org", MAIL["ping_url"])
    row = session.scalars(select(Collective)).one()
    assert b"monitor" not in (row.ping_url_sealed or b"")
    as_ada.post_form("/collective", {"reply_to": "", "ping_url": ""})
    session.rollback()
    assert (settings(session).reply_to, settings(session).ping_url) == (None, None)


@pytest.mark.parametrize("field, typed", [
    ("reply_to", "nobody"), ("reply_to", "a@example.org\r\nBcc: all@example.org"), ("reply_to", "a@b@example.org"),
    ("ping_url", "http://monitor.example.org/"), ("ping_url", "ftp://monitor.example.org/"), ("ping_url", "monitor"),
    ("ping_url", "https://localhost/"), ("ping_url", "https://127.0.0.1/"), ("ping_url", "https://10.0.0.7/x"),
    ("ping_url", "https://[::1]/"), ("ping_url", "https://169.254.169.254/latest"), ("ping_url", "https://nas.local/"),
    ("ping_url", "https://me:secret@monitor.example.org/"), ("ping_url", "https://monitor.example.org:99999/"),
    ("ping_url", "https://127.1/"), ("ping_url", "https://127.0.0.1./"), ("ping_url", "https://0x7f.0.0.0x1/"),
    ("ping_url", "https://monitor.example.org/a b"), ("ping_url", "https://[monitor"), ("ping_url", "https:///x"),
    ("mails_kept_days", "0"), ("mails_kept_days", "many"), ("most_disclosure", "everything"),
])  # fmt: skip
def test_what_cannot_be_decided_about_mails_is_refused_at_its_field(
    as_ada: FormClient, session: Session, field: str, typed: str
) -> None:
    answer = as_ada.post_form("/collective", {**TYPED, **MAIL, "reply_to": "", field: typed})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.get_data(as_text=True)
    assert settings(session) == CollectiveSettings()


def test_a_currency_that_nobody_uses_is_refused(as_ada: FormClient, session: Session) -> None:
    assert as_ada.post_form("/collective", {**TYPED, "currency": "XYZ"}).status_code == 422


def test_the_page_is_linked_for_admins_only(as_ada: FormClient, new_visitor: Any, session: Session) -> None:
    assert 'href="/collective"' in as_ada.get("/me").get_data(as_text=True)
    as_cora = sign_in(new_visitor(), session, make_volunteer(session, "cora", is_coordinator=True))
    assert 'href="/collective"' not in as_cora.get("/me").get_data(as_text=True)
    assert as_cora.get("/collective").status_code == 404


def test_the_page_makes_few_statements(as_ada: FormClient, count_statements: Any) -> None:
    with count_statements() as asked:
        as_ada.get("/collective")
    assert len(asked) <= 3, str(asked)


class TestTurningScansOff:
    def test_without_pages_nothing_is_asked(self, as_ada: FormClient, session: Session) -> None:
        as_ada.post_form("/collective", TYPED)
        assert as_ada.post_form("/collective", {"scans_allowed": None}).status_code == 302
        assert not settings(session).scans_allowed

    def test_it_is_asked_what_happens_to_the_pages(
        self, as_ada: FormClient, session: Session, folder: ScanFolder
    ) -> None:
        as_ada.post_form("/collective", TYPED)
        _page_of_a_reply(session, folder, None)
        _page_of_a_reply(session, folder, date(2999, 1, 1))
        answer = as_ada.post_form("/collective", {"scans_allowed": None})
        assert answer.status_code == 422
        page = answer.get_data(as_text=True)
        assert "2 pages are kept now." in page
        assert "One of them is held for a release" in page
        assert "Choose what happens to the pages" in page
        session.rollback()
        assert settings(session).scans_allowed

    def test_they_can_stay_until_their_day(self, as_ada: FormClient, session: Session, folder: ScanFolder) -> None:
        as_ada.post_form("/collective", TYPED)
        scan = _page_of_a_reply(session, folder, date(2999, 1, 1))
        answer = as_ada.post_form("/collective", {"scans_allowed": None, "kept_scans": "until_their_day"})
        assert answer.status_code == 302
        assert _pages(session) == 1
        assert folder.has(scan.id)
        assert not settings(session).scans_allowed

    def test_they_can_be_destroyed_at_once(self, as_ada: FormClient, session: Session, folder: ScanFolder) -> None:
        as_ada.post_form("/collective", TYPED)
        scans = [_page_of_a_reply(session, folder, day) for day in (None, date(2999, 1, 1))]
        ids = [scan.id for scan in scans]
        answer = as_ada.post_form("/collective", {"scans_allowed": None, "kept_scans": "destroyed_now"})
        assert answer.status_code == 302
        assert _pages(session) == 0
        assert not any(folder.has(scan_id) for scan_id in ids)


def test_a_new_period_is_for_new_pages_unless_it_is_applied_to_all(
    as_ada: FormClient, session: Session, folder: ScanFolder
) -> None:
    as_ada.post_form("/collective", TYPED)
    scan_id = _page_of_a_reply(session, folder, date(2026, 5, 30)).id
    held_id = _page_of_a_reply(session, folder, None).id
    as_ada.post_form("/collective", {"scans_kept_days": "30"})
    session.rollback()
    assert session.scalar(select(Scan.delete_on).where(Scan.id == scan_id)) == date(2026, 5, 30)
    as_ada.post_form("/collective", {"scans_kept_days": "10", "applies_to_all": "y"})
    session.rollback()
    assert session.scalar(select(Scan.delete_on).where(Scan.id == scan_id)) == date(2026, 3, 11)
    assert session.scalar(select(Scan.delete_on).where(Scan.id == held_id)) is None


def test_scans_are_not_allowed_where_there_is_no_folder_for_them(as_ada: FormClient, app: Flask) -> None:
    parts = app.extensions["tracker"]
    parts.settings = _without_folder(parts.settings)
    answer = as_ada.post_form("/collective", TYPED)
    assert answer.status_code == 422
    assert "in which folder" in answer.get_data(as_text=True)


def _without_folder(settings: Any) -> Any:
    return replace(settings, scans_folder=None, database_url="postgresql:///elsewhere")


def test_scans_are_not_allowed_where_the_folder_cannot_be_made(as_ada: FormClient, app: Flask, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("in the way")
    parts = app.extensions["tracker"]
    parts.settings = replace(parts.settings, scans_folder=tmp_path / "a file" / "scans")
    answer = as_ada.post_form("/collective", TYPED)
    assert answer.status_code == 422
    assert "cannot be written to" in answer.get_data(as_text=True)
