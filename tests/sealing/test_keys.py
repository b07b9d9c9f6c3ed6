"""From the key file to the keyring; a wrong key refuses to start."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tracker.app import create_app
from tracker.sealing.keys import BadKeyFile, WrongKey, add_data_key, load_keyring, read_key_file, write_key_file
from tracker.settings import Settings

NOW = datetime(2026, 2, 28, tzinfo=UTC)


def test_a_new_key_file_is_for_its_owner_only_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "tracker.key"
    write_key_file(path)
    assert path.stat().st_mode & 0o777 == 0o400
    assert len(read_key_file(path)) == 32
    with pytest.raises(FileExistsError):
        write_key_file(path)


@pytest.mark.parametrize(
    "content, says",
    [
        (None, "cannot be read"),
        ("no key", "base64"),
        (base64.b64encode(b"short").decode(), "5 bytes"),
        ("ключ", "base64"),
    ],
)
def test_a_bad_key_file_is_refused_in_words(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadKeyFile, match=says):
        read_key_file(path)


def test_the_application_does_not_start_with_the_key_of_another_database(settings: Settings, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    write_key_file(other)
    with pytest.raises(WrongKey, match="does not belong to this database"):
        create_app(replace(settings, key_file=other))


def test_the_newest_data_key_seals_and_all_of_them_open(session: Session, key_file: Path) -> None:
    add_data_key(session, read_key_file(key_file), number=2, now=NOW)
    session.flush()
    keyring = load_keyring(session, read_key_file(key_file))
    assert keyring is not None
    assert keyring.active == 2
    assert set(keyring.keys) == {1, 2}
