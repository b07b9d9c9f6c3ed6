"""What the database knows of an envelope: the columns, and the envelope that a row of them makes.

One list of columns serves whatever writes to somebody, a page or a printed sheet, so that no two of them can differ.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Row

from tracker.facilities.models import Facility
from tracker.prisoners.envelope import Envelope, EnvelopeFacts, envelope
from tracker.prisoners.models import Placement, Prisoner
from tracker.prisoners.rules import mail_is_forbidden

OF_PERSON: tuple[Any, ...] = (
    Prisoner.name,
    Prisoner.name_local,
    Prisoner.birth,
    Prisoner.whereabouts,
    Prisoner.no_mail,
    Prisoner.no_mail_since,
    Prisoner.no_mail_until,
)
OF_PLACE: tuple[Any, ...] = (
    Placement.kind.label("placement"),
    Placement.implied,
    Placement.envelope_line,
    Facility.name.label("facility"),
    Facility.name_local.label("facility_local"),
    Facility.country,
    Facility.address,
    Facility.address_latin,
    Facility.needs_birth_year,
    Facility.needs_number,
    Facility.who_may_write,
)
"""Of the present placement and its facility, either of which may be missing: outer joins."""


def envelope_of(row: Row[*tuple[Any, ...]], today: date) -> Envelope:
    """What must stand on an envelope today, or what keeps it from being written. ``row`` has ``OF_PERSON`` and
    ``OF_PLACE`` among its columns."""
    return envelope(
        EnvelopeFacts(
            name=row.name,
            name_local=row.name_local,
            birth=row.birth,
            placement=row.placement,
            whereabouts=row.whereabouts,
            place_implied=bool(row.implied),
            mail_forbidden=mail_is_forbidden(row.no_mail, row.no_mail_since, row.no_mail_until, today),
            envelope_line=row.envelope_line,
            facility_name=row.facility,
            facility_name_local=row.facility_local,
            address=row.address,
            address_latin=row.address_latin,
            country=row.country,
            needs_birth_year=row.needs_birth_year,
            needs_number=row.needs_number,
            who_may_write=row.who_may_write,
        )
    )
