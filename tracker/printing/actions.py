"""A print from being asked for to being destroyed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, or_, update
from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.printing.models import PrintJob
from tracker.printing.rules import KEPT_FOR, LEASE, PrintKind, PrintReason, PrintState
from tracker.sealing.box import Place
from tracker.sealing.column import keyring


def ask_for_print(
    session: Session,
    print_id: UUID,
    kind: PrintKind,
    facts: Mapping[str, Any],
    *,
    of: int,
    asked_by_id: UUID,
    now: datetime,
) -> bool:
    """Note what is to be printed; False: the form was sent before. Old prints are destroyed on the occasion."""
    destroy_old_prints(session, now)
    job = PrintJob(
        id=print_id,
        kind=kind,
        facts=dict(facts),
        state=PrintState.WAITING,
        of=of,
        asked_by_id=asked_by_id,
        asked_at=now,
        lease_until=now + LEASE,
    )
    return add_once(session, job, "id")


def destroy_old_prints(session: Session, now: datetime) -> int:
    """Delete whatever is kept for long enough; gives how many prints that were."""
    old = delete(PrintJob).where(PrintJob.asked_at <= now - KEPT_FOR)
    return _rows(session, old)


def claim_print(session: Session, print_id: UUID, *, now: datetime) -> bool:
    """Take a print to make it; False: it is finished, gone, or somebody else is at it."""
    return bool(
        _rows(
            session,
            update(PrintJob)
            .where(
                PrintJob.id == print_id,
                or_(
                    PrintJob.state == PrintState.WAITING,
                    (PrintJob.state == PrintState.AT_WORK) & (PrintJob.lease_until <= now),
                ),
            )
            .values(state=PrintState.AT_WORK, lease_until=now + LEASE),
        )
    )


def wait_again(session: Session, print_id: UUID, *, now: datetime) -> bool:
    """Put a print whose maker has died, or that failed, in the queue once more; False: there is no need."""
    return bool(
        _rows(
            session,
            update(PrintJob)
            .where(
                PrintJob.id == print_id,
                or_(
                    PrintJob.state == PrintState.FAILED,
                    PrintJob.state.in_((PrintState.WAITING, PrintState.AT_WORK)) & (PrintJob.lease_until <= now),
                ),
            )
            .values(state=PrintState.WAITING, reason=None, lease_until=now + LEASE),
        )
    )


def finish_print(
    session: Session, print_id: UUID, file: bytes, *, of: int, notes: Mapping[str, Any], facts: Mapping[str, Any]
) -> None:
    """Keep the finished file, sealed, with ``notes`` about what is not in it."""
    sealed = keyring().seal_bytes(file, Place(PrintJob.__tablename__, "file_sealed", print_id))
    _settle(session, print_id, state=PrintState.READY, file_sealed=sealed, of=of, facts={**facts, **notes})


def fail_print(
    session: Session, print_id: UUID, reason: PrintReason, *, facts: Mapping[str, Any], stuck: Collection[UUID] = ()
) -> None:
    """Say why there will be no file; ``stuck``: because of whom."""
    named = {"stuck": [str(each) for each in stuck]} if stuck else {}
    _settle(session, print_id, state=PrintState.FAILED, reason=reason, facts={**facts, **named})


def _settle(session: Session, print_id: UUID, **values: Any) -> None:
    _rows(
        session,
        update(PrintJob).where(PrintJob.id == print_id, PrintJob.state == PrintState.AT_WORK).values(**values),
    )


def _rows(session: Session, statement: Any) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(done, CursorResult)
    return int(done.rowcount)
