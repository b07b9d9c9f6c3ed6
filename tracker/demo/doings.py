"""What the collective of the demo does together: hearings, evenings, hand-overs."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import uuid4

from tracker.assignments.models import EndReason
from tracker.dates.actions import HearingFacts, enter_hearing
from tracker.dates.models import HearingKind
from tracker.demo.loading import Facts, Loading
from tracker.evenings.actions import enter_tally, plan_evening
from tracker.evenings.models import Evening
from tracker.evenings.rules import Choice
from tracker.handover.actions import Notes, begin, write_notes


def hearing(loading: Loading, facts: Facts) -> None:
    """A hearing that was entered two days ago."""
    enter_hearing(
        loading.session,
        HearingFacts(
            court=loading.made[facts["court"]],
            on=loading.on(facts["days"]),
            at=time.fromisoformat(facts["at"]) if "at" in facts else None,
            kind=HearingKind(facts["kind"]),
            expected=facts["expected"],
            case_id=loading.made[facts["case"]].id,
        ),
        prisoner_ids=[loading.made[key].id for key in facts["prisoners"]],
        entered_by_id=loading.made["cora"].id,
        form_id=uuid4(),
        now=loading.now - timedelta(days=2),
    )


def evening(loading: Loading, facts: Facts) -> None:
    """An evening with its people; one that was has letters that were counted after it."""
    people = [loading.made[key].id for key in facts["people"]]
    evening_id, cora = uuid4(), loading.made["cora"].id
    plan_evening(
        loading.session,
        evening_id,
        title=facts["title"],
        on=loading.on(facts["days"]),
        most_letters=facts["most"],
        choice=Choice(people=len(people)),
        people=people,
        actor_id=cora,
        now=loading.now,
    )
    if "letters" in facts:
        enter_tally(
            loading.session,
            uuid4(),
            loading.session.get_one(Evening, evening_id),
            dict(zip(people, facts["letters"], strict=True)),
            actor_id=cora,
            today=loading.today,
            now=loading.now,
        )


def handover(loading: Loading, facts: Facts) -> None:
    """A writer has put down what the next one should know, and somebody is looked for."""
    ends = loading.made[f"{facts['volunteer']} writer {facts['prisoner']}"]
    notes = Notes(
        interests=facts["interests"],
        promises=facts["promises"],
        questions=facts["questions"],
        signed=facts["signed"],
        rhythm_days=facts["rhythm"],
    )
    write_notes(loading.session, ends, notes, actor_id=ends.volunteer_id, now=loading.now)
    begin(loading.session, ends, EndReason(facts["why"]), today=loading.today, now=loading.now)
