"""Cases, who is in them, charges, measures of restraint, proceedings and sentences."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.partial_date import PartialDate


class CaseKind(StrEnum):
    """What sort of case it is."""

    CRIMINAL = "criminal"
    ADMINISTRATIVE = "administrative"
    NO_CASE = "no_case"
    """Persecution without a case."""


class Case(Base):
    """A case as in court. A prisoner has several, in time; a case has many people."""

    __tablename__ = "legal_case"

    key: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str]
    title_folded: Mapped[str] = mapped_column(index=True)
    heading: Mapped[bool | None]
    """In an imported source: it has a heading of its own."""
    told_under_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_case.id"))
    kind: Mapped[CaseKind]
    country: Mapped[str | None]
    summary: Mapped[str | None]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)


class Organisation(Base):
    """An organisation as the object of a case, its names and its end (R21)."""

    __tablename__ = "organisation"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("legal_case.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    other_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    founded: Mapped[PartialDate | None]
    ended: Mapped[PartialDate | None]
    note: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)


class CaseRole(StrEnum):
    """What somebody is in a case."""

    MAIN_DEFENDANT = "main_defendant"
    DEFENDANT = "defendant"
    WITNESS = "witness"
    SEARCHED = "searched"
    PURSUED_WITHOUT_CASE = "pursued_without_case"
    MENTIONED = "mentioned"


class CasePerson(Base):
    """A prisoner in a case."""

    __tablename__ = "case_person"
    __table_args__ = (UniqueConstraint("case_id", "prisoner_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("legal_case.id", ondelete="CASCADE"))
    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    role: Mapped[CaseRole]
    detained_on: Mapped[PartialDate | None]
    """First detention or arrest in this case; its anniversary is remembered."""
    detained_printed: Mapped[str | None]
    detained_changed_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the day was entered or changed; None: with the case."""
    detained_at: Mapped[str | None]
    has_agreement: Mapped[bool] = mapped_column(default=False)
    """An agreement with the investigation was reported; for coordinators only, never a field of its own judgement."""
    agreement_on: Mapped[PartialDate | None]
    position: Mapped[int] = mapped_column(default=0)


class TestifiedAgainst(Base):
    """Somebody testified against a co-defendant: the two must never be brought in contact through us (R46)."""

    __tablename__ = "testified_against"
    __table_args__ = (UniqueConstraint("case_person_id", "prisoner_id"),)

    case_person_id: Mapped[UUID] = mapped_column(ForeignKey("case_person.id", ondelete="CASCADE"))
    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)


class UnnamedPeople(Base):
    """People of a case without a name, counted so that they are not lost (R6)."""

    __tablename__ = "unnamed_people"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("legal_case.id", ondelete="CASCADE"), index=True)
    count: Mapped[int | None]
    text: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class LawCode(StrEnum):
    """The code of law an article belongs to."""

    CRIMINAL = "criminal"
    ADMINISTRATIVE = "administrative"
    SOVIET_CRIMINAL = "soviet_criminal"
    DPR_CRIMINAL = "dpr_criminal"
    FOREIGN = "foreign"
    NOT_TOLD = "not_told"


class ChargeState(StrEnum):
    """What became of a charge."""

    STANDING = "standing"
    ADDED = "added"
    CHANGED = "changed"
    DROPPED = "dropped"
    DISMISSED = "dismissed"
    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    NOT_TOLD = "not_told"


class Charge(Base):
    """A charge in a case, against everybody in it or against some (see ConcernedBy)."""

    __tablename__ = "charge"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("legal_case.id", ondelete="CASCADE"), index=True)
    code: Mapped[LawCode | None]
    articles: Mapped[str | None]
    """Normalised: ``205.4``, ``30(1)+281(2)(a,c)``. None: no article is known."""
    articles_printed: Mapped[str | None]
    wording: Mapped[str | None]
    brought_on: Mapped[PartialDate | None]
    brought_printed: Mapped[str | None]
    state: Mapped[ChargeState | None]
    state_on: Mapped[PartialDate | None]
    faces_up_to: Mapped[str | None]
    """A threat of punishment, which is never a sentence (R19)."""
    position: Mapped[int] = mapped_column(default=0)


class ProceedingKind(StrEnum):
    """What happened in a case."""

    OPENED = "opened"
    SEARCH = "search"
    DETENTION = "detention"
    INTERROGATION = "interrogation"
    REMAND = "remand"
    EXTENSION = "extension"
    TRIAL_BEGINS = "trial_begins"
    HEARING = "hearing"
    VERDICT = "verdict"
    APPEAL = "appeal"
    CASSATION = "cassation"
    REVIEW = "review"
    RELEASE = "release"
    REARREST = "rearrest"
    LISTED = "listed"
    DEADLINE = "deadline"
    RAID = "raid"
    DEPORTATION = "deportation"
    DISAPPEARANCE = "disappearance"
    FOUND = "found"
    OTHER = "other"


class Proceeding(Base):
    """Something that happened in a case, with everybody in it or with some (see ConcernedBy). Hearings to come are in
    ``dates``."""

    __tablename__ = "proceeding"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("legal_case.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ProceedingKind]
    on: Mapped[PartialDate | None]
    on_printed: Mapped[str | None]
    court: Mapped[str | None]
    sat_at: Mapped[str | None]
    """Where it sat, if not at the court's own seat (R16)."""
    text: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class ConcernedBy(Base):
    """A charge or a proceeding that concerns some people of its case; without any, it concerns everybody in it."""

    __tablename__ = "concerned_by"
    __table_args__ = (UniqueConstraint("subject_id", "prisoner_id"),)

    subject_id: Mapped[UUID]
    """The id of the charge or the proceeding."""
    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)


class MeasureKind(StrEnum):
    """A measure of restraint, or another state with a deadline."""

    DETENTION = "detention"
    CUSTODY = "custody"
    HOUSE_ARREST = "house_arrest"
    BAN_ON_ACTIONS = "ban_on_actions"
    NIGHT_CURFEW = "night_curfew"
    TRAVEL_BAN = "travel_ban"
    SEARCH = "search"
    WANTED = "wanted"
    DEPORTATION_RISK = "deportation_risk"
    EXPERT_EXAMINATION = "expert_examination"


class Measure(Base):
    """A measure of restraint, from its beginning to its end, through all its extensions (R32)."""

    __tablename__ = "measure"

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("legal_case.id"), index=True)
    kind: Mapped[MeasureKind]
    since: Mapped[PartialDate | None]
    since_printed: Mapped[str | None]
    place: Mapped[str | None]
    zone: Mapped[str | None]
    """IANA time zone in which its end is counted."""
    until: Mapped[PartialDate | None] = mapped_column(index=True)
    """The end of its latest term; reminders follow it. None: not known."""
    ended_on: Mapped[PartialDate | None]
    """When it was over in fact."""
    end_reason: Mapped[str | None]
    note: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=0)
    """Goes up with every change that people who were reminded have to hear of."""
    changed_at: Mapped[datetime] = mapped_column(index=True)
    position: Mapped[int] = mapped_column(default=0)


class MeasureTerm(Base):
    """The first term of a measure, or an extension of it: each is an event of its own."""

    __tablename__ = "measure_term"

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id", ondelete="CASCADE"), index=True)
    ordered_on: Mapped[PartialDate | None]
    until: Mapped[PartialDate | None]
    length_printed: Mapped[str | None]
    court: Mapped[str | None]
    position: Mapped[int]


class SentenceKind(StrEnum):
    """What somebody was sentenced to."""

    IMPRISONMENT = "imprisonment"
    FORCED_LABOUR = "forced_labour"
    PROBATION = "probation"
    SUSPENDED = "suspended"
    COMPULSORY_TREATMENT = "compulsory_treatment"
    FINE = "fine"
    ACQUITTAL = "acquittal"
    NOT_TOLD = "not_told"


class Stage(StrEnum):
    """The instance that decided."""

    FIRST_INSTANCE = "first_instance"
    APPEAL = "appeal"
    CASSATION = "cassation"
    REVIEW = "review"
    NOT_TOLD = "not_told"


class SentenceChange(StrEnum):
    """How a later decision treated an earlier sentence."""

    UPHELD = "upheld"
    REDUCED = "reduced"
    TOUGHENED = "toughened"
    CANCELLED = "cancelled"
    MERGED = "merged"
    CHANGED = "changed"


class Sentence(Base):
    """A sentence, as printed. A changed sentence is a new row that replaces the old one, so that the chain is kept."""

    __tablename__ = "sentence"

    key: Mapped[str | None] = mapped_column(unique=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("legal_case.id", ondelete="CASCADE"), index=True)
    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    stage: Mapped[Stage | None]
    on: Mapped[PartialDate | None]
    on_printed: Mapped[str | None]
    court: Mapped[str | None]
    sat_at: Mapped[str | None]
    kind: Mapped[SentenceKind]
    months: Mapped[int | None]
    """None: the length is not known, or the kind has none."""
    length_printed: Mapped[str | None]
    regime: Mapped[str | None]
    regime_printed: Mapped[str | None]
    """The printed words: which expressions of a source mean the same regime is not always told (R23)."""
    parts: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    """Parts of one term in different regimes: ``[{"regime": "prison", "months": 30}]`` (R24)."""
    fine: Mapped[str | None]
    damages: Mapped[str | None]
    ban: Mapped[str | None]
    requested: Mapped[str | None]
    requested_months: Mapped[int | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("sentence.id"))
    change: Mapped[SentenceChange | None]
    in_force: Mapped[bool | None]
    early_release_on: Mapped[PartialDate | None]
    note: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)


class SentenceMerge(Base):
    """A sentence of which another one is the aggregate (R26)."""

    __tablename__ = "sentence_merge"
    __table_args__ = (UniqueConstraint("sentence_id", "merged_id"),)

    sentence_id: Mapped[UUID] = mapped_column(ForeignKey("sentence.id", ondelete="CASCADE"))
    merged_id: Mapped[UUID] = mapped_column(ForeignKey("sentence.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
