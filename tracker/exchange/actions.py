"""Takes a bundle into the tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.exchange import rows
from tracker.exchange.account import Account, account_of
from tracker.exchange.derived import settle_derived
from tracker.exchange.doubles import possible_doubles
from tracker.exchange.kinds import with_children
from tracker.exchange.mapping import TOP
from tracker.exchange.models import Imported
from tracker.exchange.pieces import Known, take_apart
from tracker.exchange.plan import Fate, Plan, make_plan, needs_look
from tracker.exchange.queries import SOURCE_COLUMNS, Here, known_pieces, pieces_here, taken_keys
from tracker.exchange.reading import Document
from tracker.exchange.rules import BadBundle, Fault, normal_bundle
from tracker.sources.models import Source


def import_bundle(session: Session, document: Document, *, now: datetime, overwrite: bool = False) -> Account:
    """Take what a bundle says into the tables, and account for every piece of it.

    What an earlier import of the same source brought is brought up to date; the same bundle again changes nothing.
    What was changed here since then stays, unless the bundle changed it as well and ``overwrite`` says that the bundle
    shall win. What the bundle no longer has stays. ``document`` comes from ``read_bundle``.

    Raises BadBundle when a key belongs to something that another source brought.
    """
    session.flush()
    bundle = normal_bundle(document.data)
    source_id, title = _source(session, bundle["source"])
    known = known_pieces(session, source_id) if source_id else []
    _refuse_taken_keys(session, document, known)
    pieces = take_apart(bundle, known)
    here = pieces_here(session, source_id, known) if source_id and known and needs_look(pieces) else Here()
    plan = make_plan(pieces, known, here, overwrite=overwrite)
    doubts = possible_doubles(session, plan)
    source_id, source_changed = _write_source(session, source_id, bundle["source"])
    _write(session, plan, source_id, now)
    account = account_of(plan, title)
    account.source_changed = source_changed
    account.notes += doubts
    return account


def _source(session: Session, said: dict[str, Any]) -> tuple[UUID | None, str]:
    return session.scalars(select(Source.id).where(Source.key == said["key"])).one_or_none(), said["title"]


def _write_source(session: Session, source_id: UUID | None, said: dict[str, Any]) -> tuple[UUID, bool]:
    """The source's row, and whether it changed."""
    values = {name: said.get(name) for name in SOURCE_COLUMNS}
    if source_id is None:
        source_id = uuid4()
        session.execute(insert(Source), [{"id": source_id, **values}])
        return source_id, True
    source = session.get_one(Source, source_id)
    changed = any(getattr(source, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(source, name, value)
    session.flush()
    return source_id, changed


def _refuse_taken_keys(session: Session, document: Document, known: list[Known]) -> None:
    ours = [piece.subject_id for piece in known]
    faults: list[Fault] = []
    for kind in (kind for top in TOP for kind in with_children(top) if kind.key == "key" and kind.name != "dispute"):
        taken = taken_keys(session, kind, ours)
        for path in document.lines if taken else ():
            if path[-1:] != ("key",) or path[-3:-2] != (kind.list,):
                continue
            key = _at(document.data, path)
            if key in taken:
                faults.append(document.fault(path, f"The key “{key}” belongs to something from another source."))
    if faults:
        raise BadBundle(faults)


def _at(data: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


def _write(session: Session, plan: Plan, source_id: UUID, now: datetime) -> None:
    """Carry out a plan; the number of statements is that of the tables, not of the pieces."""
    rows.insert_added(session, plan, now)
    rows.fill_in_late_refs(session, plan)
    rows.update_changed(session, plan)
    rows.write_links(session, plan)
    rows.write_citations(session, plan, source_id)
    rows.move(session, plan)
    settle_derived(session, plan, now)
    _remember(session, plan, source_id)


def _remember(session: Session, plan: Plan, source_id: UUID) -> None:
    added = [step for step in plan.steps if step.fate is Fate.ADDED]
    rows.insert_rows(
        session,
        Imported.__table__,
        [
            {
                "id": uuid4(),
                "source_id": source_id,
                "path": step.piece.path,
                "subject_id": step.id,
                "digest": step.piece.digest,
                "position": step.piece.position,
            }
            for step in added
        ],
    )
    renewed = [
        {
            "path_": step.piece.path,
            # What was kept as it is here is asked about again by the next import.
            "digest": step.piece.known.digest if step.fate is Fate.KEPT else step.piece.digest,
            "position": step.piece.position,
        }
        for step in plan.steps
        if step.piece.known
        and step.fate is not Fate.GONE
        and (step.moved or (step.fate is not Fate.KEPT and step.piece.digest != step.piece.known.digest))
    ]
    vanished = [
        {"path_": one.path, "digest": one.digest, "position": None} for one in plan.vanished if one.position is not None
    ]
    rows.update_imported(session, source_id, renewed + vanished)
