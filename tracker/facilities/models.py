"""The table of facilities."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.facilities.rules import FacilityKind as FacilityKind


class Facility(Base):
    """A place with an address and rules, where a prisoner is held or a court sits."""

    __tablename__ = "facility"

    key: Mapped[str | None] = mapped_column(unique=True)
    """Its name in bundles; none for a facility entered by hand."""
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(index=True)
    """Its names and its city without differences of case (``rules.finding_form``), for sorting and finding."""
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
    accepts_e_letters: Mapped[bool | None]
    """None: not known."""
    mail_note: Mapped[str | None]
    """What the post has to know: page limits, language, what is refused."""
    verified_on: Mapped[date | None]
    """When somebody last made sure of the address."""
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
