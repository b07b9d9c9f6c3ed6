"""The folder of sealed pictures: each is a file that says nothing by its name and opens only in its own place.

A picture is kept whole or not at all: it is written under another name, brought to the disk, and then renamed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from tracker.sealing.box import Place
from tracker.sealing.column import keyring

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class NotKept(Exception):
    """The disk does not take it."""


class DiskFull(NotKept):
    """The disk is full."""


class FileIsMissing(Exception):
    """There is no such file in the folder, or the disk does not give it."""


def _place(scan_id: UUID) -> Place:
    return Place("scan", "file", scan_id)


@dataclass(frozen=True)
class ScanFolder:
    """Where the sealed pictures are."""

    path: Path

    def keep(self, scan_id: UUID, content: bytes) -> None:
        """Seal a picture and bring it to the disk; raises DiskFull or NotKept, and then nothing of it is left."""
        sealed = keyring().seal_bytes(content, _place(scan_id))
        path = self._path(scan_id)
        unfinished = path.with_name(f".{scan_id}.new")
        try:
            self._folder_for(path)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(sealed)
                file.flush()
                os.fsync(file.fileno())
            os.rename(unfinished, path)
            _bring_to_disk(path.parent)
        except OSError as error:
            for left in (unfinished, path):
                with suppress(OSError):
                    left.unlink()
            raise (DiskFull if error.errno in _FULL else NotKept) from None

    def read(self, scan_id: UUID) -> bytes:
        """The picture; raises FileIsMissing, or CannotOpen if it was not sealed here."""
        try:
            sealed = self._path(scan_id).read_bytes()
        except OSError:
            raise FileIsMissing from None
        return keyring().open_bytes(sealed, _place(scan_id))

    def has(self, scan_id: UUID) -> bool:
        """Whether there is a file for a scan."""
        return self._path(scan_id).is_file()

    def destroy(self, scan_id: UUID) -> None:
        """Remove the file, for good; one that is gone already is no fault. Raises NotKept if the disk refuses."""
        path = self._path(scan_id)
        try:
            path.unlink()
            _bring_to_disk(path.parent)
        except FileNotFoundError:
            return
        except OSError:
            raise NotKept from None

    def files(self) -> Iterator[tuple[UUID | None, Path, datetime]]:
        """Every file: whose it is (None: an unfinished or a foreign one), where, and when it was written."""
        for path in sorted(self.path.glob("??/*")):
            with suppress(FileNotFoundError):
                yield _id_of(path), path, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def check(self) -> None:
        """Raises NotKept unless files can be written here."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            raise NotKept from None
        if not os.access(self.path, os.W_OK | os.X_OK):
            raise NotKept

    def _path(self, scan_id: UUID) -> Path:
        return self.path / scan_id.hex[:2] / str(scan_id)

    def _folder_for(self, path: Path) -> None:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _bring_to_disk(self.path)


def _id_of(path: Path) -> UUID | None:
    try:
        found = UUID(path.name)
    except ValueError:
        return None
    return found if str(found) == path.name else None


def _bring_to_disk(folder: Path) -> None:
    """A name in a folder is safe only when the folder itself has reached the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
