"""A last look before a mail goes out: whatever was true when it was planned may have changed since.

The same plan is worked out again for this reader and this day, with the mail itself taken as not sent; what the plan
says now is what happens.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.assignments.models import Assignment
from tracker.collective.models import THE_ONE, Collective
from tracker.dates.rules import Day, DayStatus, is_zone, local_day
from tracker.reminders.changes import state_of
from tracker.reminders.digests import look_at_each
from tracker.reminders.glance import Glance, Reached, day_of, glance_at
from tracker.reminders.models import Outbox
from tracker.reminders.plan import DayKey, plan_day
from tracker.reminders.rules import DayState, MailKind, MailState, Planned, Reason, first_key, is_again
from tracker.reminders.silence_again import look_at_silence
from tracker.reminders.verdicts import Drop as Drop
from tracker.reminders.verdicts import Hold as Hold
from tracker.reminders.verdicts import Ready as Ready
from tracker.reminders.verdicts import Verdict
from tracker.sealing.column import open_sealed
from tracker.volunteers.models import AddressState, Volunteer
from tracker.volunteers.rules import disclosure_of
from tracker.watchers.models import Watcher

HORIZON = timedelta(days=3)
"""So far ahead a mail may be held."""


def look_again(glance: Glance, mail: Outbox) -> Verdict:
    """Whether a claimed mail, one of those glanced at, still goes out, and to whom. Of a gathered mail every part is
    looked at, and what no longer holds is put away."""
    session, now = glance.session, glance.now
    if mail.kind is MailKind.DIGEST:

        def look_at(item: Outbox) -> Verdict:
            # What becomes of one part may bear upon the next.
            return _what_holds(glance_at(session, [item], glance.ladders, glance.home_zone, now), item)

        verdict = look_at_each(session, mail, look_at)
    else:
        verdict = _what_holds(glance, mail)
    if not isinstance(verdict, Ready):
        return verdict
    if not _still_concerns(session, mail):
        return Drop(MailState.SUPPRESSED, Reason.NOT_ASSIGNED)
    if mail.expires_at <= now:
        return Drop(MailState.MISSED, Reason.TOO_LATE)
    if mail.watcher_id is not None:
        return _watcher_can_be_reached(verdict, glance.watchers[mail.watcher_id])
    if mail.recipient_id is None:
        sealed = session.scalar(select(Collective.reply_to_sealed))
        return replace(verdict, address=mail.to_address or "", reply_to=_reply_to(sealed))
    return _can_be_reached(verdict, glance.volunteers[mail.recipient_id], mail.to_address)


def _what_holds(glance: Glance, mail: Outbox) -> Verdict:
    """What holds now of what a mail is about, whoever reads it."""
    if mail.kind in (MailKind.NAG, MailKind.ESCALATION):
        return look_at_silence(glance.session, mail, glance.ladders, glance.home_zone, glance.now)
    key = day_of(mail)
    if key is None:
        return Ready("", "en", glance.home_zone)
    reader_id = mail.recipient_id or mail.watcher_id
    if reader_id is None:
        return Drop(MailState.SUPPRESSED, Reason.NOT_ASSIGNED)
    verdict = _planned_now(glance, mail, reader_id, key)
    if isinstance(verdict, Ready) and mail.expires_at <= glance.now:
        return Drop(MailState.MISSED, Reason.TOO_LATE)
    return verdict


def _still_concerns(session: Session, mail: Outbox) -> bool:
    """Whether a mail about an assignment, or to a coordinator about somebody's address, is for its reader still."""
    if mail.kind is MailKind.ASSIGNED:
        running = select(Assignment.id).where(Assignment.id == mail.subject_id, Assignment.until.is_(None))
        return session.scalar(running) is not None
    if mail.kind is MailKind.ADDRESS_TROUBLE:
        return bool(session.scalar(select(Volunteer.is_coordinator).where(Volunteer.id == mail.recipient_id)))
    return True


def _can_be_reached(verdict: Ready, reader: Reached, elsewhere: str | None) -> Verdict:
    if reader.disabled_at is not None:
        return Drop(MailState.SUPPRESSED, Reason.DISABLED)
    zone = reader.zone if is_zone(reader.zone) else verdict.zone
    verdict = replace(
        verdict,
        locale=reader.locale,
        zone=zone,
        disclosure=disclosure_of(reader.disclosure, reader.most_disclosure),
        reply_to=_reply_to(reader.reply_to_sealed),
        pgp_key=open_sealed(reader.pgp_key_sealed, Volunteer.__tablename__, "pgp_key_sealed", reader.id),
    )
    if elsewhere:
        return replace(verdict, address=elsewhere)
    if reader.address_state is AddressState.REFUSED:
        return Drop(MailState.FAILED, Reason.ADDRESS_REFUSED)
    address = open_sealed(reader.email_sealed, Volunteer.__tablename__, "email_sealed", reader.id)
    if not address:
        return Drop(MailState.FAILED, Reason.NO_ADDRESS)
    return replace(verdict, address=address)


def _reply_to(sealed: bytes | None) -> str | None:
    return open_sealed(sealed, Collective.__tablename__, "reply_to_sealed", THE_ONE)


def _watcher_can_be_reached(verdict: Ready, watcher: Reached) -> Verdict:
    if watcher.address_state is AddressState.REFUSED:
        return Drop(MailState.FAILED, Reason.ADDRESS_REFUSED)
    address = open_sealed(watcher.email_sealed, Watcher.__tablename__, "email_sealed", watcher.id)
    if not address:
        return Drop(MailState.FAILED, Reason.NO_ADDRESS)
    zone = watcher.zone if is_zone(watcher.zone) else verdict.zone
    return replace(
        verdict,
        address=address,
        locale=watcher.locale,
        zone=zone,
        disclosure=disclosure_of(watcher.disclosure, watcher.most_disclosure),
        reply_to=_reply_to(watcher.reply_to_sealed),
        link_number=watcher.link_number,
    )


def _planned_now(glance: Glance, mail: Outbox, reader_id: UUID, key: DayKey) -> Verdict:
    known, now = glance.known, glance.now
    day = next((each for each in known.days if (each.kind, each.subject_id) == key), None)
    if day is None:
        return Drop(MailState.SUPERSEDED, Reason.DAY_CHANGED)
    follows = [follower for follower in known.followers[key] if follower.person_id == reader_id]
    # The mail itself is taken as not sent.
    told = [each for each in known.told.get(key, ()) if each.person_id == reader_id and each.mail_id != mail.id]
    plan = plan_day(
        day,
        follows,
        known.people,
        () if is_again(mail.occurrence_key) else told,
        glance.ladders,
        now,
        now + HORIZON,
        glance.began_at,
    )
    planned = next((each for each in plan if _is_it(each, mail)), None)
    if planned is None:
        return _why_not(mail, day, is_known=reader_id in known.people, follows=bool(follows), now=now)
    if planned.state is not MailState.QUEUED:
        return Drop(planned.state, planned.reason)
    if planned.due_at > now:
        return Hold(planned.due_at)
    zone = known.people[reader_id].zone
    passed = (local_day(now, zone) - local_day(planned.due_at, zone)).days
    days_to_go = None if planned.days_to_go is None else planned.days_to_go - passed
    return Ready("", "en", zone, replace(planned, days_to_go=days_to_go))


def _is_it(planned: Planned, mail: Outbox) -> bool:
    # What was put off comes once more whichever rule says so by then.
    if is_again(mail.occurrence_key):
        return planned.occurrence_key == first_key(mail.occurrence_key) and planned.kind in (
            MailKind.REMINDER,
            MailKind.LATE_NOTICE,
        )
    return planned.dedupe_key == mail.dedupe_key


def _why_not(mail: Outbox, day: Day, *, is_known: bool, follows: bool, now: datetime) -> Drop:
    if not is_known:
        # A watcher who has not confirmed her address, or a volunteer whose account is closed.
        is_watcher = mail.watcher_id is not None
        return Drop(MailState.SUPPRESSED, Reason.NOT_ASSIGNED if is_watcher else Reason.DISABLED)
    if not follows:
        return Drop(MailState.SUPPRESSED, Reason.NOT_ASSIGNED)
    told = DayState(**mail.told_state) if mail.told_state else None
    as_planned = day.status is DayStatus.SCHEDULED and told == state_of(day)
    if as_planned and mail.expires_at <= now:
        return Drop(MailState.MISSED, Reason.TOO_LATE)
    return Drop(MailState.SUPERSEDED, Reason.DAY_CHANGED)
