from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.cast import as_cora, as_vera, assignment, cora, dunya, vera  # noqa: F401
from tests.factories import make_letter, make_scan
from tests.scans.pictures import png
from tests.support.client import FormClient, find_form
from tracker.assignments.models import Assignment
from tracker.collective.actions import decide
from tracker.collective.rules import CollectiveSettings
from tracker.letters.models import Letter
from tracker.letters.rules import Direction
from tracker.prisoners.models import Prisoner
from tracker.scans.files import ScanFolder
from tracker.scans.models import Scan
from tracker.volunteers.models import Volunteer


@pytest.fixture
def folder(tmp_path: Path) -> ScanFolder:
    """Where the application of the tests keeps scans."""
    return ScanFolder(tmp_path / "scans")


@pytest.fixture
def scans_allowed(session: Session) -> None:
    """The collective keeps scans, for 180 days."""
    decide(session, CollectiveSettings(scans_allowed=True))


@pytest.fixture
def reply(session: Session, dunya: Prisoner, vera: Volunteer, assignment: Assignment, scans_allowed: None) -> Letter:  # noqa: F811
    """A reply of Dunya's to Vera."""
    return make_letter(session, dunya, vera, date(2026, 3, 3), direction=Direction.REPLY)


@pytest.fixture
def kept(session: Session, reply: Letter, vera: Volunteer, folder: ScanFolder) -> Callable[..., UUID]:  # noqa: F811
    """Keeps another page of the reply, row and file: `kept(delete_on=None)`."""

    def keep(content: bytes = b"", **facts: Any) -> UUID:
        facts = {"uploaded_by_id": vera.id, "position": len(pages_of(session, reply))} | facts
        scan = make_scan(session, reply.id, **facts)
        folder.keep(scan.id, content or png())
        return scan.id

    return keep


def pages_of(session: Session, reply: Letter) -> list[Scan]:
    """The rows of a reply's pages as they stand in the database, in order."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(Scan).where(Scan.letter_id == reply.id).order_by(Scan.position)))


def files_in(folder: ScanFolder) -> list[Path]:
    return [path for path in folder.path.rglob("*") if path.is_file()]


def send(client: FormClient, reply: Letter, content: bytes, name: str = "page.jpg", **extra: Any) -> TestResponse:
    """Choose a file and press Send."""
    url = f"/letters/{reply.id}/scans"
    form = find_form(client.get(url).get_data(as_text=True), url, url, {"form_id": ""})
    return post_file(client, url, dict(form.filled(extra)), content, name)


def post_file(client: FormClient, url: str, fields: dict[str, str], content: bytes, name: str = "x") -> TestResponse:
    """Put together here: the test client would lay a large file down on the disk itself."""
    boundary, body = encode_multipart({**fields, "page": FileStorage(io.BytesIO(content), name)})
    return client.post(url, data=body, content_type=f"multipart/form-data; boundary={boundary}")
