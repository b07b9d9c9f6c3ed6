"""From what somebody sent to sealed pages: drawn, brought to the disk, entered; or nothing of it is left."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from uuid import UUID, uuid4

from sqlalchemy.exc import DBAPIError

from tracker.scans.actions import KeptPage
from tracker.scans.drawing import Picture
from tracker.scans.files import DiskFull, NotKept, ScanFolder

log = logging.getLogger(__name__)

_FULL_TO_SQLITE = "database or disk is full"
_FULL_TO_POSTGRESQL = "53100"


@contextmanager
def on_disk(folder: ScanFolder, pictures: Sequence[Picture]) -> Iterator[list[KeptPage]]:
    """The pictures as sealed files, for as long as their rows are entered and committed inside of this block.

    Whatever goes wrong inside, the files are removed again; after a kill they are swept up the next day. Raises
    DiskFull or NotKept, also where it is the database that the full disk keeps from committing.
    """
    pages: list[KeptPage] = []
    try:
        for picture in pictures:
            page = KeptPage(uuid4(), picture.width, picture.height)
            folder.keep(page.id, picture.content)
            pages.append(page)
        yield pages
    except BaseException as error:
        if not _may_be_committed(error):
            _remove(folder, (page.id for page in pages))
        if _is_full(error):
            log.error("the disk is full: a scan was not kept")
            raise DiskFull from None
        if isinstance(error, NotKept):
            log.error("the disk failed: a scan was not kept")
        raise


def _remove(folder: ScanFolder, ids: Iterator[UUID]) -> None:
    for scan_id in ids:
        with suppress(NotKept):
            folder.destroy(scan_id)


def _may_be_committed(error: BaseException) -> bool:
    """The connection broke, so nobody knows whether the rows are there; if not, the files are swept up tomorrow."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _is_full(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return _FULL_TO_SQLITE in str(error.orig) or getattr(error.orig, "sqlstate", None) == _FULL_TO_POSTGRESQL
    return isinstance(error, DiskFull)
