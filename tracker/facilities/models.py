"""The table of facilities."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.facilities.rules import FacilityKind as FacilityKind
from tracker.facilities.rules import VerifiedFrom as VerifiedFrom
from tracker.facilities.rules import WhoMayWrite as WhoMayWrite
from tracker.letters.rules import Channel
from tracker.prisoners.rules import Regime


class Facility(Base):
    """A place with an address and rules, where a prisoner is held or a court sits."""

    __tablename__ = "facility"

    key: Mapped[str | None] = mapped_column(unique=True)
    """Its name in bundles; none for a facility entered by hand."""
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(index=True)
    """Its names and its city without differences of case (``rules.finding_form``), for sorting and finding; and those
    of the entries that were merged into it."""
    name_local: Mapped[str | None]
    """The name in the local script, as it stands on an envelope."""
    kind: Mapped[FacilityKind]
    city: Mapped[str | None]
    region: Mapped[str | None]
    country: Mapped[str | None]
    """ISO 3166-1 alpha-2."""
    zone: Mapped[str | None]
    """IANA time zone; hearings and deadlines here run by it. None: not known."""
    zone_from_source: Mapped[bool | None]
    """False: the zone was added by us, the source does not print it."""
    address: Mapped[str | None]
    """The postal address in the local script, one line each as on the envelope."""
    address_latin: Mapped[str | None]
    located_at: Mapped[str | None]
    """Where it stands, for visits and deliveries, when mail goes elsewhere; in the local script."""
    located_at_latin: Mapped[str | None]
    needs_birth_year: Mapped[bool | None]
    """Whether the year of birth must stand on the envelope. None: as usual in the country."""
    needs_number: Mapped[bool | None]
    """Whether the prisoner's number must stand on the envelope. None: not known."""
    number_label: Mapped[str | None]
    """What the place calls that number."""
    letter_languages: Mapped[str | None]
    """In words."""
    most_pages: Mapped[int | None]
    most_photos: Mapped[int | None]
    who_may_write: Mapped[WhoMayWrite | None]
    refused_things: Mapped[str | None]
    """What is not let in, one thing a line."""
    regime: Mapped[Regime | None]
    """Of everybody here; None: it differs, or is not known."""
    mail_note: Mapped[str | None]
    """What else the post has to know."""
    verified_on: Mapped[date | None]
    """When somebody last made sure of the address."""
    verified_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("volunteer.id"))
    verified_from: Mapped[VerifiedFrom | None]
    verified_note: Mapped[str | None]
    """From what exactly, in words."""
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("facility.id"), index=True)
    """It was a second entry of that place; nothing refers to it any more."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)


class FacilityChannel(Base):
    """A way by which letters reach a facility, with what is known about it. Services change, so they are data."""

    __tablename__ = "facility_channel"

    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"), index=True)
    channel: Mapped[Channel]
    service: Mapped[str | None]
    """The name of an e-letter service."""
    works: Mapped[bool | None]
    """None: not known."""
    note: Mapped[str | None]
    verified_on: Mapped[date | None]
    verified_from: Mapped[VerifiedFrom | None]
    removed_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
