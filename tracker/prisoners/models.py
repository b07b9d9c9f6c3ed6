"""Prisoners, their names, their placements, and what is known about them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.dates.rules import Leap
from tracker.db import Base
from tracker.letters.rules import Channel
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import Conditions as Conditions
from tracker.prisoners.rules import PlacementKind as PlacementKind
from tracker.prisoners.rules import Regime as Regime
from tracker.prisoners.rules import Sex as Sex
from tracker.prisoners.rules import Whereabouts as Whereabouts
from tracker.sealing.column import Sealed, sealed_column


class SupportState(StrEnum):
    """Whether the collective supports somebody. Its grounds are never stored."""

    UNDECIDED = "undecided"
    GIVEN = "given"
    GIVEN_WITH_CAVEAT = "given_with_caveat"
    WITHHELD = "withheld"


class Prisoner(Base):
    """The person supported, inside or out on a measure."""

    __tablename__ = "prisoner"

    key: Mapped[str | None] = mapped_column(unique=True)
    """The name in bundles; none for a person entered by hand."""
    name: Mapped[str]
    """The name that the tracker shows, usually in Latin script."""
    name_folded: Mapped[str] = mapped_column(index=True)
    """For sorting: the name without differences of case."""
    name_local: Mapped[str | None]
    """The full name in the local script, as it must stand on the envelope. None: nobody supplied it yet."""
    standing: Mapped[str | None]
    """In an imported source: ``main`` or only ``named``."""

    sex: Mapped[Sex | None]
    """None: not known, and then no rule that depends on it is applied."""
    birth: Mapped[PartialDate | None]
    birth_place: Mapped[str | None]
    minor_at_arrest: Mapped[bool] = mapped_column(default=False)
    """Was a minor when arrested; stricter rules of publication hold for ever (R47)."""
    whereabouts: Mapped[Whereabouts] = mapped_column(default=Whereabouts.NOT_TOLD)
    whereabouts_implied: Mapped[bool] = mapped_column(default=False)
    """The source only implies it (R42)."""
    release_on: Mapped[PartialDate | None]
    """When the term is expected to end. A release is a plan that can fail."""

    support: Mapped[SupportState] = mapped_column(default=SupportState.UNDECIDED)
    support_by: Mapped[str | None]
    support_on: Mapped[PartialDate | None]
    support_caveat: Mapped[str | None]
    """Seen by coordinators before they assign somebody."""

    no_mail: Mapped[bool] = mapped_column(default=False)
    """A court forbade correspondence."""
    no_mail_since: Mapped[PartialDate | None]
    no_mail_until: Mapped[PartialDate | None]
    on_official_list: Mapped[bool] = mapped_column(default=False)
    """On the state's list of «terrorists and extremists»: advice is needed before any transfer of money (R49)."""
    official_list_since: Mapped[PartialDate | None]

    languages: Mapped[str | None]
    """What languages one can write in, in words."""
    write_about_sealed: Mapped[bytes | None] = sealed_column()
    write_about = Sealed()
    never_write_sealed: Mapped[bytes | None] = sealed_column()
    never_write = Sealed()
    note_sealed: Mapped[bytes | None] = sealed_column()
    note = Sealed()
    """For coordinators only."""

    last_letter_on: Mapped[date | None] = mapped_column(index=True)
    """The day of the newest letter out. Kept up by letters/actions.py, so that finding who is forgotten needs no walk
    through the archive."""
    last_reply_on: Mapped[date | None]
    waiting_since: Mapped[date | None] = mapped_column(index=True)
    """The day of the first letter after that reply, whoever wrote it, that can still be answered; None: nobody waits.
    Kept up by letters/changes.py, too."""
    waiting_by: Mapped[Channel | None]
    """How that letter went."""
    created_at: Mapped[datetime] = mapped_column(index=True)
    birth_changed_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the day of birth was entered or changed; None: with the record."""
    keeps_leap_day_on: Mapped[Leap] = mapped_column(default=Leap.FEB28)
    """When somebody born on 29 February keeps the birthday in other years."""
    release_changed_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the day of release was entered or changed; reminders follow once it has settled. None: with the record."""
    release_revision: Mapped[int] = mapped_column(default=0)
    """Goes up with every change of the day of release; SEQUENCE in calendars."""
    archived_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)


class NameKind(StrEnum):
    """What kind of form of a name it is."""

    SHOWN = "shown"
    SPELLING = "spelling"
    FULL = "full"
    GIVEN = "given"
    FAMILIAR = "familiar"
    FAMILY = "family"
    LOCAL = "local"
    """In the script of the country."""


class PrisonerName(Base):
    """One printed form of a prisoner's name. Any of them finds the person (R1)."""

    __tablename__ = "prisoner_name"

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    kind: Mapped[NameKind]
    position: Mapped[int] = mapped_column(default=0)


class NameKey(Base):
    """A word of a name, transliterated and folded, under which search finds the person in either script."""

    __tablename__ = "name_key"
    __table_args__ = (Index("ix_name_key_key_prisoner_id", "key", "prisoner_id"),)

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(Text().with_variant(Text(collation="C"), "postgresql"))
    """Compared byte by byte on every database, so that the index answers for the beginning of a word."""


class Placement(Base):
    """A prisoner in a place, from, until. Dates are kept as far as they are known; the order is kept always."""

    __tablename__ = "placement"
    __table_args__ = (
        Index(
            "uq_placement_current",
            "prisoner_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    """Order in time, from 0."""
    kind: Mapped[PlacementKind]
    facility_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility.id"), index=True)
    place: Mapped[str | None]
    """The place as far as it is known, when it is no facility that we know."""
    since: Mapped[PartialDate | None]
    since_printed: Mapped[str | None]
    until: Mapped[PartialDate | None]
    until_printed: Mapped[str | None]
    is_current: Mapped[bool] = mapped_column(default=False)
    """Where the person is now; at most one."""
    stated_current: Mapped[bool] = mapped_column(default=False)
    """The source says so in words, as of its own date."""
    implied: Mapped[bool] = mapped_column(default=False)
    regime: Mapped[Regime | None]
    """None: as the facility's, if that is known."""
    conditions: Mapped[Conditions | None]
    """None: not known. Other conditions in the same place are another stay."""
    envelope_line: Mapped[str | None]
    """What must stand on the envelope here besides the name: number, unit, cell."""


class PrisonerAge(Base):
    """An age as printed; never turned into a birth date (R7)."""

    __tablename__ = "prisoner_age"

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    years: Mapped[int]
    at: Mapped[str | None]
    """The event at which the age held."""
    on: Mapped[PartialDate | None]
    position: Mapped[int] = mapped_column(default=0)


class DetailKind(StrEnum):
    """What a detail is about."""

    INTEREST = "interest"
    """What one can write about (R52)."""
    WORK = "work"
    CITIZENSHIP = "citizenship"


class Detail(Base):
    """Something known about a prisoner, in words."""

    __tablename__ = "detail"

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    kind: Mapped[DetailKind]
    text: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class Recognition(Base):
    """Who recognises somebody as a political prisoner; can differ inside a case (R10)."""

    __tablename__ = "recognition"

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    by: Mapped[str]
    on: Mapped[PartialDate | None]
    position: Mapped[int] = mapped_column(default=0)


class NeedKind(StrEnum):
    """A kind of support (R50)."""

    LETTER = "letter"
    POSTCARD = "postcard"
    PARCEL = "parcel"
    MONEY_FOR_LAWYERS = "money_for_lawyers"
    MONEY_FOR_FAMILY = "money_for_family"
    APPEAL = "appeal"
    PETITION = "petition"
    EVENT = "event"
    PUBLICITY = "publicity"
    TRANSLATION = "translation"
    MEDICINE = "medicine"
    OTHER = "other"


class Need(Base):
    """Support that somebody asks for."""

    __tablename__ = "need"
    __table_args__ = (
        Index(
            "ix_need_open",
            "promised_until",
            sqlite_where=text("done_on IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=text("done_on IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    prisoner_id: Mapped[UUID] = mapped_column(ForeignKey("prisoner.id", ondelete="CASCADE"), index=True)
    kind: Mapped[NeedKind]
    text: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)
    asked_on: Mapped[date | None]
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"), index=True)
    """The reply in which it was asked for."""
    promised_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"), index=True)
    promised_until: Mapped[date | None]
    """The day by which it is promised."""
    done_on: Mapped[date | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    parcel_id: Mapped[UUID | None] = mapped_column(ForeignKey("parcel.id"), index=True)
    """The parcel in which it went."""
    withdrawn_at: Mapped[datetime | None]
    entered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    created_at: Mapped[datetime | None]
