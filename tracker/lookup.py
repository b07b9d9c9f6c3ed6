"""The only ways by which a route gets at a record: each one checks. What is forbidden looks like what is missing."""

from __future__ import annotations

from uuid import UUID

from flask import abort
from sqlalchemy import select

from tracker.access import may_change_entry, scope, sees_prisoner
from tracker.dates.models import Hearing, HearingPrisoner
from tracker.letters.models import Letter
from tracker.parcels.models import Parcel
from tracker.prisoners.models import Prisoner
from tracker.web.access import actor
from tracker.web.session import session


def visible_prisoner(prisoner_id: UUID) -> Prisoner:
    """A prisoner whom the signed-in person may see, or 404."""
    found = session.scalar(scope(select(Prisoner).where(Prisoner.id == prisoner_id), actor(), Prisoner.id))
    return found or abort(404)


def changeable_letter(letter_id: UUID) -> Letter:
    """A letter that the signed-in person may correct or remove, or 404."""
    found = session.scalar(scope(select(Letter).where(Letter.id == letter_id), actor(), Letter.prisoner_id))
    if found is None or not may_change_entry(actor(), found.volunteer_id):
        abort(404)
    return found


def changeable_parcel(parcel_id: UUID) -> Parcel:
    """A parcel that the signed-in person may correct or remove, or 404."""
    found = session.scalar(scope(select(Parcel).where(Parcel.id == parcel_id), actor(), Parcel.prisoner_id))
    if found is None or not may_change_entry(actor(), found.volunteer_id):
        abort(404)
    return found


def visible_hearing(hearing_id: UUID) -> Hearing:
    """A hearing of somebody whom the signed-in person may see, or 404."""
    concerned = select(HearingPrisoner.hearing_id).where(sees_prisoner(actor(), HearingPrisoner.prisoner_id))
    found = session.scalar(select(Hearing).where(Hearing.id == hearing_id, Hearing.id.in_(concerned)))
    return found or abort(404)
