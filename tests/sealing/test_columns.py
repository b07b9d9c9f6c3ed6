"""Sealed attributes, and the promise that what must be sealed is."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from tracker.db import Base
from tracker.sealing.column import Sealed, open_sealed
from tracker.volunteers.models import Volunteer

NOW = datetime(2026, 2, 28, tzinfo=UTC)

SEALED_WORDS = (
    "email",
    "note",
    "token",
    "never_write",
    "write_about",
    "why",
    "address_of",
    "payload",
    "phone",
    "fingerprint",
)
"""A column with one of these in its name holds what could hurt somebody."""


def _volunteer(**facts: object) -> Volunteer:
    return Volunteer(handle="вера", handle_folded="вера", created_at=NOW, **facts)


def test_it_reads_and_writes_like_any_attribute(session: Session) -> None:
    volunteer = _volunteer(email="vera@example.org")
    session.add(volunteer)
    session.commit()
    session.expire_all()
    assert volunteer.email == "vera@example.org"
    volunteer.email = ""
    session.commit()
    assert volunteer.email is None
    assert volunteer.email_sealed is None


def test_a_plain_column_can_be_opened_without_its_row(session: Session) -> None:
    volunteer = _volunteer(note="Осторожно: не звонить")
    session.add(volunteer)
    session.commit()
    row = session.execute(select(Volunteer.id, Volunteer.note_sealed)).one()
    assert open_sealed(row.note_sealed, "volunteer", "note_sealed", row.id) == "Осторожно: не звонить"
    assert open_sealed(None, "volunteer", "note_sealed", row.id) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_file_of_the_database_holds_nothing_readable(session: Session, database_url: str) -> None:
    session.add(_volunteer(email="canary-7f3a@example.org", note="canary-note-91cc"))
    session.commit()
    path = database_url.removeprefix("sqlite:///")
    content = b"".join(Path(path + suffix).read_bytes() for suffix in ("", "-wal"))
    assert "вера".encode() in content, "the search itself finds what is there in clear"
    assert b"canary-7f3a" not in content
    assert b"canary-note-91cc" not in content
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


WHOLE_FILES = {"print_job.file_sealed"}
"""Sealed as bytes where they are made, because they are no text."""


def test_every_sealed_attribute_has_its_column_and_every_sealed_column_its_attribute() -> None:
    found = 0
    for mapper in Base.registry.mappers:
        attributes = {name for name, value in vars(mapper.class_).items() if isinstance(value, Sealed)}
        sealed = [column for column in mapper.columns if column.info.get("sealed")]
        columns = {column.name for column in sealed if str(column) not in WHOLE_FILES}
        assert columns == {f"{name}_sealed" for name in attributes}, mapper.class_
        found += len(columns)
    assert found >= 10


def test_what_sounds_dangerous_is_sealed_or_known_to_be_harmless() -> None:
    harmless = {
        # About places and public facts, in the words of published sources or of the collective's own rules.
        "facility.mail_note", "facility.verified_note", "facility_channel.note", "facility_rule.note",
        "source.note", "organisation.note", "measure.note", "sentence.note",
        # Hashes of 256 random bits.
        "invitation.token_hash", "sign_in_session.token_hash", "family_link.token_hash", "watch_link.token_hash",
        "outbox.lease_token",
        "volunteer.address_state",
    }  # fmt: skip
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(word in column.name for word in SEALED_WORDS) and not column.info.get("sealed"):
                assert f"{table.name}.{column.name}" in harmless, f"{table.name}.{column.name}: seal it, or say why not"
            if column.info.get("sealed"):
                assert isinstance(column.type, LargeBinary)
