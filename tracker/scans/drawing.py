"""Has a file drawn anew by redraw.py, in a process of its own, and believes little of what comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tracker.scans import rules
from tracker.scans.rules import (
    Damaged,
    Locked,
    MovingPicture,
    NotAPicture,
    NothingSent,
    ScanRefused,
    TooHeavy,
    TooLarge,
    TooManyPdfPages,
    TooManyPoints,
    bare_kind,
)

PROGRAM = Path(__file__).with_name("redraw.py")
LIMITS = {
    "points": rules.MOST_POINTS,
    "side": rules.LONGEST_SIDE,
    "pdf_pages": rules.MOST_PDF_PAGES,
    "file_bytes": rules.LARGEST_FILE_BYTES,
    "memory_bytes": 768 * 1024 * 1024,
    "seconds": 40,
}
LONGEST_SECONDS = 60
"""By the clock on the wall; the limit above is of the processor's time."""
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
AT_ONCE = 2
"""So many files are drawn at once in one process of the site; others wait."""

_REFUSALS: dict[str, type[ScanRefused]] = {
    each.__name__: each
    for each in (Damaged, Locked, MovingPicture, NotAPicture, TooHeavy, TooManyPdfPages, TooManyPoints)
}
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Picture:
    """One page, drawn anew: a PNG or JPEG with its points and nothing else."""

    content: bytes
    width: int
    height: int


def redrawn(content: bytes) -> list[Picture]:
    """The pages in the file that somebody sent. Takes up to a minute, so let go of the database before.

    Raises NothingSent, TooLarge, NotAPicture, Damaged, TooManyPoints, MovingPicture, Locked, TooManyPdfPages or
    TooHeavy.
    """
    if not content:
        raise NothingSent
    if len(content) > rules.LARGEST_FILE_BYTES:
        raise TooLarge
    if not _places.acquire(timeout=LONGEST_SECONDS):
        raise TooHeavy
    try:
        answer = _answer_to(content)
    finally:
        _places.release()
    return _pictures(answer)


def _answer_to(content: bytes) -> bytes:
    # Isolated: no environment of ours, no folder of ours on the path.
    libraries = {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}
    process = subprocess.Popen(  # noqa: S603  our own program, and nothing that somebody typed among the words
        [sys.executable, "-I", str(PROGRAM), json.dumps(LIMITS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=libraries,
        cwd="/",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    feeding = threading.Thread(target=_feed, args=(process, content), name="feed the drawing", daemon=True)
    end = threading.Timer(LONGEST_SECONDS, process.kill)
    end.daemon = True
    feeding.start()
    end.start()
    try:
        answer = process.stdout.read(LARGEST_ANSWER_BYTES + 1)
    finally:
        end.cancel()
        process.stdout.close()
        process.kill()
        process.wait()
        feeding.join()
        end.join()
    if len(answer) > LARGEST_ANSWER_BYTES:
        raise TooHeavy
    return answer


def _feed(process: subprocess.Popen[bytes], content: bytes) -> None:
    # It may end before it has read everything.
    with suppress(BrokenPipeError):
        assert process.stdin is not None
        process.stdin.write(content)
    with suppress(BrokenPipeError):
        assert process.stdin is not None
        process.stdin.close()


def _pictures(answer: bytes) -> list[Picture]:
    head, _, rest = answer.partition(b"\n")
    try:
        told = json.loads(head)
    except ValueError:
        # It died: out of memory, out of time, or a decoder fell over the file.
        raise TooHeavy from None
    if "refused" in told:
        raise _REFUSALS.get(told["refused"], Damaged)
    found = []
    for width, height, length in told["pages"]:
        picture, rest = rest[:length], rest[length:]
        if len(picture) != length or bare_kind(picture) is None:
            raise TooHeavy
        found.append(Picture(picture, int(width), int(height)))
    if not found or rest:
        raise TooHeavy
    return found
