"""The hearings of the generated collective, and what was told of them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from tracker.dates.models import HearingKind, HearingStatus
from tracker.dates.rules import DayKind
from tracker.reminders.rules import Channel, MailKind, MailState, Reason

if TYPE_CHECKING:
    from bench.collective import Collective

HEARINGS, TOLD = 4_000, 5_000
MOST_DAYS_AGO = 1_095


def add_hearings(to: Collective) -> None:
    """One in eight is still to come."""
    for n in range(HEARINGS):
        on = to.today + timedelta(days=n % 120 + 1) if n % 8 == 0 else to.ago(MOST_DAYS_AGO, 1)
        case_id, court = to.rng.choice(to.cases), to.rng.choice(to.courts)
        entered_at = to.moment(min(on - timedelta(days=30), to.today - timedelta(days=90)))
        hearing_id = to.add(
            "hearing",
            case_id=case_id,
            court_id=court,
            kind=to.rng.choice(list(HearingKind)),
            on=on,
            at=None if n % 4 == 0 else time(9 + n % 7, 30 * (n % 2)),
            zone=to.zone_of[court],
            expected="The witnesses of the prosecution.",
            status=HearingStatus.SCHEDULED,
            entered_by_id=to.coordinators[n % 8],
            entered_at=entered_at,
            changed_at=entered_at,
            form_id=to.new_id(),
        )
        for prisoner in to.in_case[case_id][: 1 + n % 3]:
            to.add("hearing_prisoner", hearing_id=hearing_id, prisoner_id=prisoner)
        to.hearings.append((hearing_id, to.in_case[case_id][0]))


def add_told(to: Collective) -> None:
    """What was told of past hearings; three mails have failed, and both jobs of the scheduler are alive."""
    for n in range(TOLD):
        hearing_id, prisoner = to.hearings[n % HEARINGS]
        at = to.moment(to.ago(MOST_DAYS_AGO, 100))
        failed = n < 3
        to.add(
            "outbox",
            recipient_id=to.volunteers[n % len(to.volunteers)],
            kind=MailKind.REMINDER,
            day_kind=DayKind.HEARING,
            subject_id=hearing_id,
            prisoner_id=prisoner,
            occurrence_key=f"past {n}",
            rule="d7",
            channel=Channel.EMAIL,
            due_at=at,
            expires_at=at + timedelta(days=7),
            state=MailState.FAILED if failed else MailState.SENT,
            reason=Reason.LADDER,
            tries=1,
            next_at=at,
            message_id=f"{to.rng.getrandbits(128):032x}",
            dedupe_key=f"{to.rng.getrandbits(256):064x}",
            accepted_at=None if failed else at,
            created_at=at,
        )
    for name in ("planner", "sender"):
        this_evening = datetime.combine(to.today, time(23, 59), UTC)
        to.add("heartbeat", name=name, began_at=to.moment(to.today - timedelta(days=MOST_DAYS_AGO)), at=this_evening)
