"""Reads of what sources state, and of what is disputed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from tracker.sources.models import Citation, Claim, Dispute, Source


@dataclass(frozen=True)
class CitedSource:
    """A source that some facts on a page were taken from."""

    id: UUID
    title: str
    publisher: str
    year: int


@dataclass(frozen=True)
class Citations:
    """Who states the facts of a page, by the row that holds them and what in it is stated."""

    sources: tuple[CitedSource, ...] = ()
    """Each once; with more than one, lines are told apart by its number here."""
    _stated: Mapping[tuple[UUID, str], tuple[tuple[UUID, str], ...]] = field(default_factory=dict)
    _disputes: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)

    def of(self, subject_id: UUID, about: str = "") -> str:
        """``L207, L219``; with several sources ``[2] L207, L219``; empty when nobody is cited."""
        stated = self._stated.get((subject_id, about), ())
        return "; ".join(self._numbered(source_id, lines) for source_id, lines in stated)

    def _numbered(self, source_id: UUID, lines: str) -> str:
        printed = ", ".join(f"L{line}" for line in lines.split(","))
        if len(self.sources) < 2:
            return printed
        number = next(index for index, source in enumerate(self.sources, start=1) if source.id == source_id)
        return f"[{number}] {printed}"

    def disputes_of(self, subject_id: UUID) -> frozenset[UUID]:
        """The disputes to which what a row says is one side."""
        return self._disputes.get(subject_id, frozenset())


def citations_of(session: Session, subject_ids: Iterable[UUID]) -> Citations:
    """What is cited for these rows, in one statement."""
    rows = session.execute(
        select(
            Citation.subject_id,
            Citation.about,
            Citation.lines,
            Citation.dispute_id,
            Source.id,
            Source.title,
            Source.publisher,
            Source.year,
        )
        .join(Source, Source.id == Citation.source_id)
        .where(Citation.subject_id.in_(set(subject_ids)))
        .order_by(Source.year, Source.title, Source.id)
    )
    sources: dict[UUID, CitedSource] = {}
    stated: dict[tuple[UUID, str], tuple[tuple[UUID, str], ...]] = {}
    disputes: dict[UUID, frozenset[UUID]] = {}
    for row in rows:
        sources.setdefault(row.id, CitedSource(row.id, row.title, row.publisher, row.year))
        place = (row.subject_id, row.about)
        stated[place] = (*stated.get(place, ()), (row.id, row.lines))
        if row.dispute_id is not None:
            disputes[row.subject_id] = disputes.get(row.subject_id, frozenset()) | {row.dispute_id}
    return Citations(tuple(sources.values()), stated, disputes)


@dataclass(frozen=True)
class OpenClaim:
    """One answer to a disputed question."""

    id: UUID
    value: str
    is_accepted: bool


@dataclass(frozen=True)
class Disputed:
    """A question with answers that cannot all be true, side by side."""

    id: UUID
    question: str
    claims: tuple[OpenClaim, ...]
    accepted_by: str | None
    accepted_on: date | None
    accepted_because: str | None


def disputes_where(session: Session, condition: ColumnElement[bool]) -> list[Disputed]:
    """Disputes with all their claims, in one statement; ``condition`` is about ``Dispute``."""
    rows = session.execute(
        select(
            Dispute.id,
            Dispute.question,
            Dispute.accepted_claim_id,
            Dispute.accepted_by,
            Dispute.accepted_on,
            Dispute.accepted_because,
            Claim.id.label("claim_id"),
            Claim.value,
        )
        .join(Claim, Claim.dispute_id == Dispute.id)
        .where(condition)
        .order_by(Dispute.position, Dispute.key, Dispute.id, Claim.position)
    )
    found: dict[UUID, Disputed] = {}
    for row in rows:
        claim = OpenClaim(row.claim_id, row.value, row.claim_id == row.accepted_claim_id)
        before = found.get(row.id)
        found[row.id] = Disputed(
            row.id,
            row.question,
            (*before.claims, claim) if before else (claim,),
            row.accepted_by,
            row.accepted_on,
            row.accepted_because,
        )
    return list(found.values())


def claim_ids(disputes: Collection[Disputed]) -> list[UUID]:
    """The ids of all claims, for their citations."""
    return [claim.id for dispute in disputes for claim in dispute.claims]
