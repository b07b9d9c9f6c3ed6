"""A full disk, a process that is killed, a database that refuses: nothing half-kept, and nothing lost.

The faults are real: the kernel refuses to write beyond a limit, a process is killed, SQLite may take no further page.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.scans.conftest import files_in, pages_of, send
from tests.scans.pictures import drawing, jpeg, photograph, png, saved
from tests.support.client import FormClient
from tracker import clock
from tracker.db import make_sessions
from tracker.letters.models import Letter
from tracker.scans import jobs, routes
from tracker.scans.drawing import Picture, redrawn
from tracker.scans.files import DiskFull, FileIsMissing, NotKept, ScanFolder
from tracker.sealing.box import Keyring

ROOT = Path(__file__).parent.parent.parent


@contextmanager
def _files_no_larger_than(most: int) -> Iterator[None]:
    """The kernel refuses every write beyond it, to the pictures and to SQLite alike."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python ignores the signal that goes with it, and gets an error as from a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class TestADiskThatIsFull:
    def test_a_picture_is_kept_whole_or_not_at_all(self, folder: ScanFolder, keyring: Keyring) -> None:
        with _files_no_larger_than(50_000), pytest.raises(DiskFull):
            folder.keep(uuid4(), b"x" * 200_000)
        assert files_in(folder) == []

    def test_it_is_said_in_words_and_nothing_is_kept(
        self, as_vera: FormClient, session: Session, reply: Letter, folder: ScanFolder, caplog: Any
    ) -> None:
        large = jpeg(photograph((900, 1200)))
        with _files_no_larger_than(300_000), caplog.at_level(logging.INFO):
            answer = send(as_vera, reply, large)
        assert answer.status_code == 507
        assert "The disk is full, and nothing was kept: ask whoever runs" in answer.get_data(as_text=True)
        assert pages_of(session, reply) == []
        assert files_in(folder) == []
        said = [record for record in caplog.records if record.name.startswith("tracker")]
        assert [record.getMessage() for record in said] == ["the disk is full: a scan was not kept"]
        assert said[0].exc_info is None
        assert send(as_vera, reply, large).status_code == 302, "once there is room again"

    def test_a_disk_that_fills_up_between_two_pages_keeps_none(
        self, as_vera: FormClient, session: Session, reply: Letter, folder: ScanFolder
    ) -> None:
        both = saved(drawing(), "PDF", save_all=True, append_images=[photograph((900, 1200))])
        with _files_no_larger_than(300_000):
            assert send(as_vera, reply, both).status_code == 507
        assert pages_of(session, reply) == []
        assert files_in(folder) == []

    @pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
    def test_a_database_without_room_takes_no_row_and_the_file_goes_too(
        self, as_vera: FormClient, session: Session, reply: Letter, folder: ScanFolder, app: Flask
    ) -> None:
        engine = app.extensions["tracker"].engine
        url = f"/letters/{reply.id}/scans"
        as_vera.get(url)

        def full(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA max_page_count = 1")

        def fill(connection: Any) -> None:
            # The least that SQLite accepts is what it has; what is free in the file is used up first.
            if "filled" not in connection.info:
                connection.info["filled"] = True
                connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS filler (x)")

        with engine.begin() as connection:
            fill(connection)
            free = connection.exec_driver_sql("PRAGMA freelist_count").scalar()
            connection.exec_driver_sql("INSERT INTO filler VALUES (zeroblob(?))", (free * 4096 + 1,))
        engine.dispose()
        event.listen(engine, "connect", full)
        try:
            answers = [send(as_vera, reply, png()) for _ in range(60)]
        finally:
            event.remove(engine, "connect", full)
            engine.dispose()
        codes = [answer.status_code for answer in answers]
        assert 507 in codes, "the pages of the file were used up"
        assert set(codes) <= {302, 422, 507}
        assert len(files_in(folder)) == len(pages_of(session, reply)) == codes.count(302)
        assert send(as_vera, reply, png()).status_code in (302, 422)

    def test_a_folder_that_cannot_be_written_to_is_said_in_words(
        self, as_vera: FormClient, session: Session, reply: Letter, folder: ScanFolder
    ) -> None:
        folder.path.write_text("a file where the folder should be")
        answer = send(as_vera, reply, png())
        assert answer.status_code == 507
        assert "The disk does not take it" in answer.get_data(as_text=True)
        assert pages_of(session, reply) == []

    def test_a_page_that_the_disk_does_not_let_go_stays(
        self, as_vera: FormClient, session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder
    ) -> None:
        scan_id = kept()
        path = next(folder.path.glob(f"??/{scan_id}"))
        path.unlink()
        path.mkdir()
        assert as_vera.post_form(f"/scans/{scan_id}/remove").status_code == 302
        assert [scan.id for scan in pages_of(session, reply)] == [scan_id]
        assert "The disk does not let it go" in as_vera.get(f"/letters/{reply.id}/scans").get_data(as_text=True)


def test_what_is_not_there_is_missing(folder: ScanFolder, keyring: Keyring) -> None:
    with pytest.raises(FileIsMissing):
        folder.read(uuid4())
    folder.destroy(uuid4())


def test_the_reply_is_removed_while_its_page_is_drawn(
    as_vera: FormClient,
    session: Session,
    reply: Letter,
    folder: ScanFolder,
    monkeypatch: pytest.MonkeyPatch,
    app: Flask,
) -> None:
    reply_id = reply.id

    def slowly(content: bytes) -> list[Picture]:
        with app.extensions["tracker"].sessions.begin() as other:
            other.get_one(Letter, reply_id).removed_at = clock.now()
        return redrawn(content)

    monkeypatch.setattr(routes, "redrawn", slowly)
    assert send(as_vera, reply, png()).status_code == 404
    assert files_in(folder) == []
    assert pages_of(session, reply) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from tracker.scans.drawing import Picture
from tracker.scans.files import ScanFolder
from tracker.scans.keeping import on_disk
from tracker.sealing import column
from tracker.sealing.box import Keyring

column.unlock(Keyring({1: bytes(32)}, active=1))
if sys.argv[2] == "before the file has its name":
    os.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with on_disk(ScanFolder(Path(sys.argv[1])), [Picture(b"x", 1, 1)]):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["before the row is there", "before the file has its name"])
def test_after_a_kill_between_file_and_row_the_file_is_swept_up_the_next_day(
    session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder, engine: Any, moment: str
) -> None:
    kept()
    session.commit()
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder.path), moment], cwd=ROOT, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert len(files_in(folder)) == 2
    found = jobs.findings(session, folder)
    assert (found.pages, found.without_file, found.without_row) == (1, [], 1)
    session.rollback()
    sessions = make_sessions(engine)
    assert jobs.sweep_orphans(sessions, folder, clock.now() + timedelta(hours=23)) == 0, "it may still be under way"
    assert jobs.sweep_orphans(sessions, folder, clock.now() + timedelta(hours=25)) == 1
    assert len(files_in(folder)) == 1
    assert jobs.findings(session, folder).without_row == 0


def test_after_a_kill_between_the_end_of_the_file_and_of_the_row_the_page_is_destroyed_in_the_next_turn(
    session: Session, reply: Letter, kept: Callable[..., UUID], folder: ScanFolder, engine: Any
) -> None:
    scan_id = kept(delete_on=clock.now().date())
    session.commit()
    folder.destroy(scan_id)
    done = jobs.destroy_due(make_sessions(engine), folder, clock.now().date())
    assert (done.pages, done.faults) == (1, 0)
    assert pages_of(session, reply) == []


def test_what_was_not_sealed_by_us_in_the_folder_is_left_alone_for_a_day(folder: ScanFolder, engine: Any) -> None:
    (folder.path / "ab").mkdir(parents=True)
    (folder.path / "ab" / "readme").write_text("?")
    assert [scan_id for scan_id, _path, _at in folder.files()] == [None]
    assert os.listdir(folder.path / "ab") == ["readme"]


def test_the_disk_refuses_and_says_so(folder: ScanFolder, keyring: Keyring) -> None:
    folder.path.write_text("in the way")
    with pytest.raises(NotKept):
        folder.keep(uuid4(), b"x")
    with pytest.raises(NotKept):
        folder.check()
