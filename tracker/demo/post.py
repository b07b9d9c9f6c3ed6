"""The letters, replies and parcels of the demo, what is asked for in them, and who means to send something."""

from __future__ import annotations

from uuid import uuid4

from tracker.demo.loading import Facts, Loading
from tracker.letters.models import (
    Direction,
    Letter,
    LetterKind,
    PreparedLetter,
    ReplyFormState,
    ReturnReason,
)
from tracker.letters.rules import usual_channel
from tracker.parcels.contents import understood
from tracker.parcels.models import Parcel, ParcelItem, ParcelKind, SentBy
from tracker.prisoners.models import Need, NeedKind
from tracker.quotas.actions import end_of
from tracker.quotas.models import ParcelClaim

CLAIM_DAYS = 7
"""A claim stands so many days after the planned one, as in a collective that decided nothing else."""


def letter(loading: Loading, facts: Facts) -> None:
    """A letter, or a reply to the letter of the day that it ``answers``."""
    prisoner, volunteer = loading.made[facts["prisoner"]], loading.made[facts["volunteer"]]
    is_reply = facts.get("reply", False)
    answered = loading.made[f"letter to {facts['prisoner']} {facts['answers']}"] if "answers" in facts else None
    kind = LetterKind(facts.get("kind", "letter"))
    made = loading.add(
        Letter(
            prisoner_id=prisoner.id,
            volunteer_id=volunteer.id,
            direction=Direction.REPLY if is_reply else Direction.OUT,
            kind=kind,
            channel=usual_channel(kind),
            service=facts.get("service"),
            number=facts.get("number"),
            pages=facts.get("pages"),
            language=facts.get("language"),
            dated_on=loading.on(facts["days"]),
            written_on=loading.day(facts.get("written")),
            delivered_on=loading.day(facts.get("delivered")),
            reply_form=ReplyFormState(facts["form"]) if "form" in facts else None,
            reply_form_on=loading.day(facts.get("form_days")),
            answers_id=answered.id if answered else None,
            returned_on=loading.day(facts.get("returned")),
            return_reason=ReturnReason(facts["reason"]) if "reason" in facts else None,
            arrived_opened=facts.get("opened", False),
            arrived_blackened=facts.get("blackened", False),
            note=facts.get("note"),
            placement_id=None if is_reply else loading.stay_on(facts["prisoner"], loading.on(facts["days"])).id,
            logged_by_id=volunteer.id,
            logged_at=loading.now,
            form_id=uuid4(),
        )
    )
    loading.made[f"letter to {facts['prisoner']} {facts['days']}"] = made
    loading.session.flush()


def prepared(loading: Loading, facts: Facts) -> None:
    """A letter that is not in the post yet."""
    volunteer = loading.made[facts["volunteer"]]
    loading.add(
        PreparedLetter(
            prisoner_id=loading.made[facts["prisoner"]].id,
            volunteer_id=volunteer.id,
            kind=LetterKind(facts["kind"]),
            language=facts.get("language"),
            planned_on=loading.on(facts["days"]),
            written_on=loading.day(facts.get("written")),
            translated_on=loading.day(facts.get("translated")),
            translated_by_id=loading.made[facts["by"]].id if "by" in facts else None,
            note=facts.get("note"),
            created_by_id=volunteer.id,
            created_at=loading.now,
            form_id=uuid4(),
        )
    )


def need(loading: Loading, facts: Facts) -> None:
    """Something that a reply asks for, promised by whom it came to if there is a day."""
    asked_in = loading.made[f"letter to {facts['prisoner']} {facts['days']}"]
    loading.add(
        Need(
            prisoner_id=asked_in.prisoner_id,
            kind=NeedKind(facts.get("kind", "parcel")),
            text=facts["text"],
            asked_on=asked_in.dated_on,
            letter_id=asked_in.id,
            promised_by_id=asked_in.volunteer_id if "until" in facts else None,
            promised_until=loading.day(facts.get("until")),
            entered_by_id=asked_in.volunteer_id,
            created_at=loading.now,
        )
    )


def parcel(loading: Loading, facts: Facts) -> None:
    """A parcel with its lines; without the day on which it arrived it is under way."""
    volunteer = loading.made[facts["volunteer"]]
    made = loading.add(
        Parcel(
            prisoner_id=loading.made[facts["prisoner"]].id,
            volunteer_id=volunteer.id,
            posted_on=loading.on(facts["days"]),
            kind=ParcelKind(facts.get("kind", "parcel")),
            sent_by=SentBy(facts.get("sent_by", "ours")),
            placement_id=loading.stay_on(facts["prisoner"], loading.on(facts["days"])).id,
            grams=facts["grams"],
            tracking=facts.get("tracking"),
            arrived_on=loading.day(facts.get("arrived")),
            logged_by_id=volunteer.id,
            logged_at=loading.now,
            form_id=uuid4(),
        )
    )
    loading.session.flush()
    for position, line in enumerate(facts["contents"]):
        item = understood(line)
        is_refused = item.what in facts.get("refused", ())
        because = facts["because"] if is_refused else None
        loading.add(
            ParcelItem(
                parcel_id=made.id, position=position, is_refused=is_refused, refused_because=because, **vars(item)
            )
        )


def claim(loading: Loading, facts: Facts) -> None:
    """Somebody means to send a parcel on a day."""
    planned_on = loading.on(facts["days"])
    loading.add(
        ParcelClaim(
            prisoner_id=loading.made[facts["prisoner"]].id,
            kind=ParcelKind.PARCEL,
            grams=facts["grams"],
            planned_on=planned_on,
            claimed_by_id=loading.made[facts["volunteer"]].id,
            claimed_at=loading.now,
            lapses_at=end_of(planned_on, CLAIM_DAYS),
        )
    )
