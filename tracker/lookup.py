"""The only ways by which a route gets at a record: each one checks. What is forbidden looks like what is missing."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from flask import abort
from sqlalchemy import Row, select

from tracker import clock
from tracker.access import may_change_entry, may_keep_accounts, scope, sees_prisoner
from tracker.accounts.models import Invitation
from tracker.assignments.models import Assignment, Part
from tracker.cases.models import Case, CasePerson, Charge, Measure
from tracker.dates.models import Deadline, Hearing, HearingPrisoner, ParcelWindow
from tracker.db import Base
from tracker.evenings.models import Evening, TallyBatch
from tracker.facilities.models import Facility, FacilityChannel
from tracker.handover.models import Handover
from tracker.letters.models import Direction, Letter, PreparedLetter
from tracker.letters.queries import Recipient, recipient
from tracker.parcels.models import Parcel
from tracker.printing.queries import print_of
from tracker.printing.rules import KEPT_FOR
from tracker.prisoners.models import Need, Placement, Prisoner
from tracker.prisoners.page_queries import person
from tracker.quotas.family_queries import open_family_link
from tracker.quotas.models import FacilityRule, FamilyLink, ParcelClaim
from tracker.scans import queries as scans
from tracker.scans.queries import ScannedReply
from tracker.tasks.models import Task
from tracker.tasks.queries import may_close
from tracker.volunteers.models import Volunteer
from tracker.web.access import actor
from tracker.web.session import session

Entry = TypeVar("Entry", Letter, Parcel)
Record = TypeVar("Record", bound=Base)


def visible_prisoner(prisoner_id: UUID) -> Prisoner:
    """A prisoner whom the signed-in person may see, or 404."""
    found = session.scalar(scope(select(Prisoner).where(Prisoner.id == prisoner_id), actor(), Prisoner.id))
    return found or abort(404)


def visible_recipient(prisoner_id: UUID) -> Recipient:
    """The same prisoner as far as the post is concerned, or 404."""
    return recipient(session, actor(), prisoner_id) or abort(404)


def visible_person(prisoner_id: UUID) -> Row[*tuple[Any, ...]]:
    """The same prisoner with the present place, as plain columns for a page, or 404."""
    found = person(session, actor(), prisoner_id)
    return found if found is not None else abort(404)


def changeable_letter(letter_id: UUID, *, also_removed: bool = False) -> Letter:
    """A letter or reply that the signed-in person may correct or remove, or 404."""
    found = session.scalar(scope(select(Letter).where(Letter.id == letter_id), actor(), Letter.prisoner_id))
    return _changeable(found, also_removed)


def sent_letter(letter_id: UUID) -> Letter:
    """A letter to a prisoner that the signed-in person may correct, or 404; replies have pages of their own."""
    found = changeable_letter(letter_id)
    return found if found.direction is Direction.OUT else abort(404)


def changeable_prepared(prepared_id: UUID, *, also_dropped: bool = False) -> PreparedLetter:
    """A letter in preparation that the signed-in person may change, or 404. Whoever only translated it may not."""
    statement = select(PreparedLetter).where(PreparedLetter.id == prepared_id)
    found = session.scalar(scope(statement, actor(), PreparedLetter.prisoner_id))
    if found is None or not may_change_entry(actor(), found.volunteer_id):
        abort(404)
    if found.dropped_at is not None and not also_dropped:
        abort(404)
    return found


def changeable_parcel(parcel_id: UUID, *, also_removed: bool = False) -> Parcel:
    """A parcel that the signed-in person may correct or remove, or 404."""
    found = session.scalar(scope(select(Parcel).where(Parcel.id == parcel_id), actor(), Parcel.prisoner_id))
    return _changeable(found, also_removed)


def visible_need(need_id: UUID) -> Need:
    """What a prisoner whom the signed-in person may see has asked for, or 404."""
    found = session.scalar(scope(select(Need).where(Need.id == need_id), actor(), Need.prisoner_id))
    return found or abort(404)


def changeable_claim(claim_id: UUID) -> ParcelClaim:
    """A claim that the signed-in person may give back, or 404: her own, or for coordinators any."""
    statement = select(ParcelClaim).where(ParcelClaim.id == claim_id)
    found = session.scalar(scope(statement, actor(), ParcelClaim.prisoner_id))
    if found is None or not (actor().is_coordinator or found.claimed_by_id == actor().id):
        abort(404)
    return found


def coordinators_facility_rule(rule_id: UUID) -> FacilityRule:
    """Any rule of a facility, for coordinators; 404 for others."""
    return _for_coordinators(FacilityRule, rule_id)


def coordinators_family_link(link_id: UUID) -> FamilyLink:
    """Any link for a family, for coordinators; 404 for others."""
    return _for_coordinators(FamilyLink, link_id)


def family_link(token: str) -> Row[*tuple[Any, ...]]:
    """What a private link for a family opens, without account: id, prisoner_id, name of the prisoner. 404 when it is
    unknown, revoked or over."""
    return open_family_link(session, token, clock.now()) or abort(404)


def family_claim(link_id: UUID, claim_id: UUID) -> ParcelClaim:
    """A claim made by that link, or 404."""
    found = session.scalar(select(ParcelClaim).where(ParcelClaim.id == claim_id, ParcelClaim.family_link_id == link_id))
    return found or abort(404)


def _changeable(found: Entry | None, also_removed: bool) -> Entry:
    if found is None or not may_change_entry(actor(), found.volunteer_id):
        abort(404)
    if found.removed_at is not None and not also_removed:
        abort(404)
    return found


def closable_task(task_id: UUID) -> Task:
    """A task that the signed-in person may close or open again, or 404: her own, or any for coordinators."""
    return session.scalar(select(Task).where(Task.id == task_id, may_close(actor()))) or abort(404)


def visible_hearing(hearing_id: UUID) -> Hearing:
    """A hearing of somebody whom the signed-in person may see, or 404."""
    concerned = select(HearingPrisoner.hearing_id).where(sees_prisoner(actor(), HearingPrisoner.prisoner_id))
    found = session.scalar(select(Hearing).where(Hearing.id == hearing_id, Hearing.id.in_(concerned)))
    return found or abort(404)


def coordinators_deadline(deadline_id: UUID) -> Deadline:
    """Any term to be kept, for coordinators; 404 for others."""
    return _for_coordinators(Deadline, deadline_id)


def visible_parcel_window(window_id: UUID) -> ParcelWindow:
    """A chance to send parcels to somebody whom the signed-in person may see, or 404."""
    statement = select(ParcelWindow).where(ParcelWindow.id == window_id)
    return session.scalar(scope(statement, actor(), ParcelWindow.prisoner_id)) or abort(404)


def visible_prisoner_with_scans(prisoner_id: UUID) -> Row[*tuple[Any, ...]]:
    """A prisoner of whose replies the signed-in person may see the pages, or 404; 404 too while no scans are kept."""
    return scans.prisoner_with_scans(session, actor(), prisoner_id) or abort(404)


def visible_scanned_reply(letter_id: UUID) -> ScannedReply:
    """A reply whose pages the signed-in person may see, or 404; 404 too while the collective keeps no scans."""
    return scans.scanned_reply(session, actor(), letter_id) or abort(404)


def changeable_scanned_reply(letter_id: UUID) -> ScannedReply:
    """The same reply, if she may add and remove its pages, or 404."""
    found = visible_scanned_reply(letter_id)
    return found if may_change_entry(actor(), found.volunteer_id) else abort(404)


def visible_scan(scan_id: UUID) -> Row[*tuple[Any, ...]]:
    """A page of a reply that the signed-in person may see, or 404; 404 too while the collective keeps no scans."""
    return scans.scan(session, actor(), scan_id) or abort(404)


def changeable_scan(scan_id: UUID) -> Row[*tuple[Any, ...]]:
    """The same page, if she may move and remove it, or 404."""
    found = visible_scan(scan_id)
    return found if may_change_entry(actor(), found.volunteer_id) else abort(404)


def _for_coordinators(model: type[Record], record_id: UUID) -> Record:
    if not actor().is_coordinator:
        abort(404)
    return session.get(model, record_id) or abort(404)


def oneself() -> Volunteer:
    """The whole row of the signed-in person."""
    return session.get(Volunteer, actor().id) or abort(404)


def volunteer_of_collective(volunteer_id: UUID) -> Volunteer:
    """Any volunteer, for coordinators and admins; 404 for others."""
    if not may_keep_accounts(actor()):
        abort(404)
    return session.get(Volunteer, volunteer_id) or abort(404)


def invitation_of_collective(invitation_id: UUID) -> Invitation:
    """Any invitation, for coordinators and admins; 404 for others."""
    if not may_keep_accounts(actor()):
        abort(404)
    return session.get(Invitation, invitation_id) or abort(404)


def own_invitation(invitation_id: UUID) -> Invitation:
    """An invitation that the signed-in person has sent, or 404."""
    found = invitation_of_collective(invitation_id)
    return found if found.invited_by_id == actor().id else abort(404)


def visible_thread(thread_id: UUID) -> Assignment:
    """The assignment of a writer to a prisoner: her own while it is running, any for coordinators; 404 for others."""
    found = session.get(Assignment, thread_id)
    if found is None or found.part is not Part.WRITER:
        abort(404)
    if not actor().is_coordinator and (found.volunteer_id != actor().id or found.until is not None):
        abort(404)
    return found


def coordinators_assignment(assignment_id: UUID) -> Assignment:
    """Any assignment, for coordinators; 404 for others."""
    return _for_coordinators(Assignment, assignment_id)


def coordinators_thread(thread_id: UUID) -> Assignment:
    """The assignment of a writer to a prisoner, running or over, for coordinators; 404 for others."""
    found = coordinators_assignment(thread_id)
    return found if found.part is Part.WRITER else abort(404)


def coordinators_handover(handover_id: UUID) -> Handover:
    """Any hand-over, for coordinators; 404 for others."""
    return _for_coordinators(Handover, handover_id)


def coordinators_facility(facility_id: UUID, *, also_merged: bool = False) -> Facility:
    """Any facility, for coordinators; 404 for others. One that was merged into another is only an address."""
    found = _for_coordinators(Facility, facility_id)
    return found if also_merged or found.merged_into_id is None else abort(404)


def coordinators_channel(channel_id: UUID) -> FacilityChannel:
    """A way by which letters reach a facility, also one that was removed, for coordinators; 404 for others."""
    return _for_coordinators(FacilityChannel, channel_id)


def coordinators_case(case_id: UUID) -> Case:
    """Any case, for coordinators; 404 for others: it names everybody in it."""
    return _for_coordinators(Case, case_id)


def coordinators_charge(charge_id: UUID) -> Charge:
    """Any charge, for coordinators; 404 for others."""
    return _for_coordinators(Charge, charge_id)


def coordinators_measure(measure_id: UUID) -> Measure:
    """Any measure of restraint, for coordinators; 404 for others."""
    return _for_coordinators(Measure, measure_id)


def coordinators_placement(placement_id: UUID) -> Placement:
    """Any placement, for coordinators; 404 for others."""
    return _for_coordinators(Placement, placement_id)


def coordinators_evening(evening_id: UUID) -> Evening:
    """Any evening, for coordinators; 404 for others."""
    return _for_coordinators(Evening, evening_id)


def coordinators_tally_batch(batch_id: UUID) -> TallyBatch:
    """What was entered at one go after an evening, for coordinators; 404 for others."""
    return _for_coordinators(TallyBatch, batch_id)


def own_print(print_id: UUID) -> Row[Any]:
    """A print that the signed-in coordinator asked for, without its file, while it is kept; 404 for everybody else."""
    if not actor().is_coordinator:
        abort(404)
    return print_of(session, print_id, actor().id, clock.now() - KEPT_FOR) or abort(404)


def coordinators_place_in_case(case_id: UUID, prisoner_id: UUID) -> CasePerson:
    """What a prisoner is in a case, for coordinators; 404 for others."""
    if not actor().is_coordinator:
        abort(404)
    found = session.scalar(
        select(CasePerson).where(CasePerson.case_id == case_id, CasePerson.prisoner_id == prisoner_id)
    )
    return found or abort(404)
