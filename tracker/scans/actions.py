"""Changes of scans. Rows only, except ``destroy``, which takes the file along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tracker.letters.models import Letter
from tracker.scans.files import ScanFolder
from tracker.scans.models import Scan
from tracker.scans.queries import is_due
from tracker.scans.rules import (
    MOST_PAGES_OF_REPLY,
    AlreadyKept,
    TooManyPages,
    destroy_on,
    destroy_on_after_release,
)


@dataclass(frozen=True)
class KeptPage:
    """A picture whose file is on the disk already, under this id."""

    id: UUID
    width: int
    height: int


@dataclass(frozen=True)
class Upload:
    """Who brought pages, when, by which form, and how long the collective keeps such."""

    volunteer_id: UUID
    form_id: UUID
    now: datetime
    zone: str
    """The collective's, by which days are counted."""
    kept_days: int


def add_pages(session: Session, letter_id: UUID, pages: Sequence[KeptPage], upload: Upload) -> None:
    """Put pages behind those of a reply. They are held for release if the others are.

    Raises AlreadyKept for a form that was sent before, and TooManyPages.
    """
    _lock(session, letter_id)
    there = session.execute(
        select(Scan.form_id, Scan.position, Scan.delete_on).where(Scan.letter_id == letter_id)
    ).all()
    if any(row.form_id == upload.form_id for row in there):
        raise AlreadyKept
    if len(there) + len(pages) > MOST_PAGES_OF_REPLY:
        raise TooManyPages
    is_held = bool(there) and all(row.delete_on is None for row in there)
    first = max((row.position for row in there), default=-1) + 1
    for number, page in enumerate(pages):
        session.add(
            Scan(
                id=page.id,
                letter_id=letter_id,
                position=first + number,
                width=page.width,
                height=page.height,
                uploaded_by_id=upload.volunteer_id,
                uploaded_at=upload.now,
                form_id=upload.form_id,
                delete_on=None if is_held else destroy_on(_day(upload.now, upload.zone), upload.kept_days),
            )
        )
    session.flush()


def _lock(session: Session, letter_id: UUID) -> None:
    """Whoever changes the pages of a reply does so alone; on SQLite whoever writes is alone anyway."""
    session.execute(select(Letter.id).where(Letter.id == letter_id).with_for_update())


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


def move_page(session: Session, letter_id: UUID, scan_id: UUID, *, down: bool) -> None:
    """Let a page change places with the one after it (``down``) or before it; at the end nothing happens."""
    _lock(session, letter_id)
    order = list(session.scalars(select(Scan.id).where(Scan.letter_id == letter_id).order_by(Scan.position, Scan.id)))
    if scan_id not in order:
        return
    at = order.index(scan_id)
    to = min(at + 1, len(order) - 1) if down else max(at - 1, 0)
    order[at], order[to] = order[to], order[at]
    session.execute(update(Scan), [{"id": each, "position": position} for position, each in enumerate(order)])


def hold_for_release(session: Session, letter_id: UUID) -> None:
    """Keep the pages of a reply until somebody lets them go."""
    _lock(session, letter_id)
    session.execute(update(Scan).where(Scan.letter_id == letter_id).values(delete_on=None))


def let_go(session: Session, letter_id: UUID, *, kept_days: int, today: date, zone: str) -> None:
    """Give the pages of a reply a day again: as if they had never been held, but not before a week is over."""
    _lock(session, letter_id)
    held = select(Scan.id, Scan.uploaded_at).where(Scan.letter_id == letter_id, Scan.delete_on.is_(None))
    _set_days(
        session,
        {
            row.id: destroy_on_after_release(_day(row.uploaded_at, zone), kept_days, today)
            for row in session.execute(held).all()
        },
    )


def apply_period(session: Session, *, kept_days: int, zone: str) -> None:
    """Count anew, for all pages that are not held, how long they are kept."""
    # Whoever holds one of them for the release just now waits, or is waited for: her pages must get no day.
    counted = select(Scan.id, Scan.uploaded_at).where(Scan.delete_on.is_not(None)).order_by(Scan.id).with_for_update()
    _set_days(
        session, {row.id: destroy_on(_day(row.uploaded_at, zone), kept_days) for row in session.execute(counted).all()}
    )


def _set_days(session: Session, days: dict[UUID, date]) -> None:
    values: list[dict[str, Any]] = [{"id": scan_id, "delete_on": day} for scan_id, day in days.items()]
    if values:
        session.execute(update(Scan), values)


def make_all_due(session: Session, today: date) -> None:
    """Let the day of every page be today, of those held for release too."""
    session.execute(update(Scan).values(delete_on=today))


def destroy(session: Session, folder: ScanFolder, scan_id: UUID, *, if_due: date | None = None) -> bool:
    """Destroy one page, file and row; whether it was there (and, if asked, due by that day). Commit each by itself.

    The row is taken first, so that nobody can hold it for release meanwhile; the file goes while the row can still come
    back. If the commit then fails, a row without a file is left, which the next turn destroys. Raises NotKept.
    """
    statement = delete(Scan).where(Scan.id == scan_id)
    if if_due is not None:
        statement = statement.where(is_due(if_due))
    if session.scalar(statement.returning(Scan.id)) is None:
        return False
    folder.destroy(scan_id)
    return True
