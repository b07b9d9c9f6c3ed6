"""What the scheduler does about scans: destroy those whose day has come, and sweep up what belongs to none.

Any number of schedulers may do both at once, and both may die at any point: the next turn takes it up.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from tracker.db import READS_ONLY
from tracker.scans import actions, queries
from tracker.scans.files import NotKept, ScanFolder

log = logging.getLogger(__name__)

ORPHANS_STAY = timedelta(days=1)
"""A file without a row may be one whose upload is not finished."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Destroyed:
    """What a turn has done."""

    pages: int
    faults: int
    """Pages that the disk did not let go; they are tried again in the next turn."""


def destroy_due(sessions: sessionmaker[Session], folder: ScanFolder, today: date, most: int | None = None) -> Destroyed:
    """Destroy every page whose day has come by ``today``, each by itself, at most so many."""
    with sessions() as session:
        session.connection(execution_options={READS_ONLY: True})
        ids = queries.due(session, today)[:most]
    pages = faults = 0
    for scan_id in ids:
        try:
            with sessions.begin() as session:
                pages += actions.destroy(session, folder, scan_id, if_due=today)
        except NotKept:
            faults += 1
    if faults:
        log.error("%d scans whose day has come could not be destroyed", faults)
    return Destroyed(pages, faults)


@dataclass(frozen=True)
class Findings:
    """How files and rows agree."""

    pages: int
    without_file: list[UUID]
    without_row: int
    """Files that belong to no page, finished or not."""


def findings(session: Session, folder: ScanFolder) -> Findings:
    """Compare the rows with the files."""
    files = {scan_id for scan_id, _path, _written_at in folder.files() if scan_id is not None}
    unfinished = sum(scan_id is None for scan_id, _path, _written_at in folder.files())
    rows = queries.all_ids(session)
    without_file = [scan_id for scan_id in rows if scan_id not in files]
    return Findings(len(rows), without_file, len(files - set(rows)) + unfinished)


def sweep_orphans(sessions: sessionmaker[Session], folder: ScanFolder, now: datetime) -> int:
    """Remove files that have belonged to no page for a day, finished or not; how many."""
    old = [(scan_id, path) for scan_id, path, written_at in folder.files() if written_at < now - ORPHANS_STAY]
    swept = 0
    for start in range(0, len(old), _AT_ONCE):
        some = old[start : start + _AT_ONCE]
        with sessions() as session:
            session.connection(execution_options={READS_ONLY: True})
            known = queries.known(session, [scan_id for scan_id, _path in some if scan_id is not None])
        for scan_id, path in some:
            if scan_id is None or scan_id not in known:
                path.unlink(missing_ok=True)
                swept += 1
    if swept:
        log.warning("%d files that belonged to no scan were removed", swept)
    return swept
