"""Entering a person with all that is usually known at once: the place, the case and the charge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.cases.actions import CaseFacts, ChargeFacts, add_charge, open_case, put_in_case
from tracker.cases.models import CaseRole
from tracker.cases.rules import CaseGivenTwice, ChargeWithoutCase
from tracker.partial_date import PartialDate
from tracker.prisoners.actions import PersonFacts, add_prisoner
from tracker.prisoners.models import Prisoner
from tracker.prisoners.moves import PlacementFacts, move_prisoner
from tracker.prisoners.rules import Whereabouts


@dataclass(frozen=True)
class PartInCase:
    """In which case somebody is, one that is here or a new one, and as what."""

    case_id: UUID | None = None
    new_title: str | None = None
    role: CaseRole = CaseRole.DEFENDANT
    detained_on: PartialDate | None = None
    charge: ChargeFacts | None = None


@dataclass(frozen=True)
class NewPerson:
    """A person as first entered. ``whereabouts``: None follows from the placement."""

    facts: PersonFacts
    whereabouts: Whereabouts | None = None
    placement: PlacementFacts | None = None
    part: PartInCase = PartInCase()


def enter_prisoner(
    session: Session, prisoner_id: UUID, new: NewPerson, *, is_another: bool, now: datetime, today: date
) -> bool:
    """Enter a person, all or nothing as long as the caller commits once; False: the form was sent before.

    Raises CaseGivenTwice, ChargeWithoutCase, and whatever ``add_prisoner``, ``move_prisoner``, ``put_in_case`` and
    ``add_charge`` refuse.
    """
    part = new.part
    if part.case_id is not None and part.new_title:
        raise CaseGivenTwice
    if part.charge is not None and part.case_id is None and not part.new_title:
        raise ChargeWithoutCase
    facts = replace(new.facts, whereabouts=new.whereabouts or Whereabouts.NOT_TOLD)
    if not add_prisoner(session, prisoner_id, facts, is_another=is_another, now=now, today=today):
        return False
    if new.placement is not None:
        move_prisoner(session, prisoner_id, uuid5(prisoner_id, "placement"), new.placement, today=today, now=now)
        if new.whereabouts is not None:
            session.flush()
            session.execute(update(Prisoner).where(Prisoner.id == prisoner_id).values(whereabouts=new.whereabouts))
    _put(session, prisoner_id, part, now=now, today=today)
    return True


def _put(session: Session, prisoner_id: UUID, part: PartInCase, *, now: datetime, today: date) -> None:
    case_id = part.case_id
    if part.new_title:
        case_id = uuid5(prisoner_id, "case")
        open_case(session, case_id, CaseFacts(part.new_title), now)
    if case_id is None:
        return
    put_in_case(session, case_id, prisoner_id, role=part.role, detained_on=part.detained_on, now=now, today=today)
    session.flush()
    if part.charge is not None:
        # With others in the case, a charge that is only known of this person is not theirs.
        concerned = [prisoner_id] if part.case_id is not None else []
        add_charge(session, uuid5(prisoner_id, "charge"), case_id, part.charge, concerned=concerned, today=today)
