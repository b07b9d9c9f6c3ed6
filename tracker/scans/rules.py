"""What a scan may be, how long it is kept, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

LARGEST_FILE_BYTES = 10 * 1024 * 1024
"""A larger file is refused. A photograph of a page by a telephone has 2 to 6 MiB."""
MOST_PDF_PAGES = 20
MOST_PAGES_OF_REPLY = 40
MOST_POINTS = 40_000_000
"""Points of one picture. A little file can claim to be a picture that fills all memory."""
LONGEST_SIDE = 3000
"""Points along the longer side of what is kept: a sheet of A4 at 250 points an inch, enough for small handwriting."""
DAYS_WITH_REMOVED_REPLY = 30
"""A removed reply takes its pages along, even held ones, after so many days: by then nobody brings it back."""
LEAST_DAYS_AFTER_RELEASE = 7
"""A reply that is no longer held is kept so long at least, so that a slip can be put right."""


class ScanRefused(Exception):
    """A file cannot be kept as pages of a reply."""


class NothingSent(ScanRefused):
    """No file was chosen, or an empty one."""


class TooLarge(ScanRefused):
    """The file is larger than LARGEST_FILE_BYTES."""


class NotAPicture(ScanRefused):
    """The file is neither a JPEG, PNG or WebP picture nor a PDF, whatever its name says."""


class Damaged(ScanRefused):
    """The file ends too early, or is damaged in another way."""


class TooManyPoints(ScanRefused):
    """The picture has more points than MOST_POINTS."""


class MovingPicture(ScanRefused):
    """The picture moves; of a page one is enough."""


class Locked(ScanRefused):
    """The PDF opens only with a passphrase."""


class TooManyPdfPages(ScanRefused):
    """The PDF has more pages than MOST_PDF_PAGES."""


class TooHeavy(ScanRefused):
    """Drawing it anew takes more time or memory than one file may have."""


class TooManyPages(ScanRefused):
    """The reply would have more pages than MOST_PAGES_OF_REPLY."""


class AlreadyKept(ScanRefused):
    """The same form was sent before, and its pages are here."""


def destroy_on(uploaded_on: date, kept_days: int) -> date:
    """The day on which a page that came on ``uploaded_on`` is destroyed, if it is kept for so many days."""
    return uploaded_on + timedelta(days=kept_days)


def destroy_on_after_release(uploaded_on: date, kept_days: int, today: date) -> date:
    """The same for a page that is no longer held for release from ``today`` on; never at once."""
    return max(destroy_on(uploaded_on, kept_days), today + timedelta(days=LEAST_DAYS_AFTER_RELEASE))


def bare_kind(content: bytes) -> str | None:
    """``image/png`` or ``image/jpeg`` if this is such a picture with points and nothing else in it, else None.

    Nothing else: no metadata, no comment, no colour profile, nothing behind the end. What comes out of the drawing
    process is believed only so far.
    """
    if content.startswith(_PNG):
        return "image/png" if _is_bare_png(content) else None
    if content.startswith(b"\xff\xd8"):
        return "image/jpeg" if _is_bare_jpeg(content) else None
    return None


_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = (b"IHDR", b"PLTE", b"IDAT", b"IEND")


def _is_bare_png(content: bytes) -> bool:
    at = len(_PNG)
    while at + 12 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        part = content[at + 4 : at + 8]
        at += 12 + length
        if part not in _PNG_PARTS:
            return False
        if part == b"IEND":
            return length == 0 and at == len(content)
    return False


_JFIF = 0xE0
_TABLES_AND_FRAMES = {0xDB, 0xC0, 0xC4, 0xDD}
_SCAN_OF_POINTS = 0xDA


def _is_bare_jpeg(content: bytes) -> bool:
    """A baseline JPEG with one scan: a JFIF head, tables, one frame, points, the end."""
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == _JFIF:
            # 16 bytes: a head with a small picture of its own in it is longer.
            if at != 2 or length != 16 or content[at + 4 : at + 9] != b"JFIF\0":
                return False
        elif marker != _SCAN_OF_POINTS and marker not in _TABLES_AND_FRAMES:
            return False
        at += 2 + length
        if marker == _SCAN_OF_POINTS:
            return _ends_with_its_points(content, at)
    return False


def _ends_with_its_points(content: bytes, at: int) -> bool:
    """Whether from here on there are only points, and then the end."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            return False
        marker = content[at + 1]
        if marker == 0xD9:
            return at + 2 == len(content)
        if marker != 0x00 and not 0xD0 <= marker <= 0xD7:
            return False
        at += 2
