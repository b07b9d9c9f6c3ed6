"""What pages about a ledger have in common: putting it together, claiming from a form, saying what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _

from tracker import clock
from tracker.collective.queries import settings as collective_settings
from tracker.letters.entering import day_in
from tracker.parcels.rules import ParcelKind
from tracker.prisoners.rules import id_of_entry
from tracker.quotas import actions, queries
from tracker.quotas.actions import NewClaim
from tracker.quotas.advising import Advice
from tracker.quotas.claiming import (
    FURTHEST,
    AfterTheWindow,
    ClaimedBefore,
    ClaimRefused,
    DayIsOver,
    NoSlotLeft,
    NotAnswered,
    NothingNow,
    TooFarAhead,
)
from tracker.quotas.forms import ClaimForm
from tracker.quotas.ledger import Ledger
from tracker.quotas.mail_rules import Fact, rules_in_use
from tracker.quotas.supply_queries import supplied
from tracker.quotas.words import advice_sentence, kilograms, no_slot_left
from tracker.web.filters import day
from tracker.web.forms import offer, refuse
from tracker.web.session import session
from tracker.web.words import words


def ledger_today(prisoner_id: UUID, today: date) -> Ledger:
    """The ledger of a prisoner as it stands; two statements."""
    of = supplied(session, prisoner_id)
    assert of is not None, "asked for a prisoner that was looked up before"
    found = queries.counted(session, prisoner_id, today)
    return queries.ledger_of(of, found, rules_in_use(), on=today, today=today, now=clock.now())


def on_page(ledger: Ledger) -> dict[str, Any]:
    """What templates about a ledger need besides."""
    country = ledger.situation.country
    facts: Sequence[Fact] = rules_in_use().facts.get(country, ()) if country else ()
    return {"ledger": ledger, "facts": facts, "kilograms": kilograms}


def claim_from(
    form: ClaimForm,
    prisoner_id: UUID,
    *,
    today: date,
    volunteer_id: UUID | None = None,
    family_link_id: UUID | None = None,
) -> UUID | None:
    """Claim what a valid form says and commit; None when it was refused, with the sentence at its field."""
    who = volunteer_id or family_link_id
    assert who is not None, "somebody claims"
    new = NewClaim(
        id=id_of_entry(form.form_id.uuid(), who, prisoner_id),
        kind=ParcelKind(form.kind.data),
        planned_on=day_in(form.planned_on),
        grams=form.grams.data,
        volunteer_id=volunteer_id,
        family_link_id=family_link_id,
        answered=frozenset(form.sure.data or ()),
    )
    days = collective_settings(session).claim_days
    try:
        actions.claim_slot(session, rules_in_use(), prisoner_id, new, claim_days=days, today=today, now=clock.now())
    except NotAnswered as error:
        session.rollback()
        ask(form, error.advice)
        refuse(form.sure, _("If you have made sure, tick the box. Otherwise correct it above."))
        return None
    except ClaimRefused as error:
        session.rollback()
        if isinstance(error, ClaimedBefore):
            # Sent once more, it is a claim of its own.
            form.form_id.data = str(uuid4())
        about_kind = isinstance(error, NothingNow | NoSlotLeft)
        refuse(form.kind if about_kind else form.planned_on, refusal(error, for_family=volunteer_id is None))
        return None
    return new.id


def ask(form: ClaimForm, advice: Sequence[Advice]) -> None:
    """Put what is asked back into the form, as boxes to tick."""
    offer(form.sure, [(each.question, advice_sentence(each)) for each in advice])


def refusal(error: ClaimRefused, *, for_family: bool = False) -> str:
    """Why a slot cannot be claimed; families are told no handles."""
    if isinstance(error, NoSlotLeft):
        return no_slot_left(() if for_family else error.taken_by, error.by_family and not for_family, error.next_on)
    if isinstance(error, NothingNow):
        return words(error.block)
    if isinstance(error, AfterTheWindow):
        return str(
            _(
                "Slots are counted until %(day)s now. Claim for later when the next count has begun.",
                day=day(error.until),
            )
        )
    if isinstance(error, ClaimedBefore):
        return str(_("You have claimed with this form before, and that claim is over. Send it again to claim anew."))
    if isinstance(error, DayIsOver):
        return str(_("This day is over. If the parcel is on its way already, log it instead."))
    assert isinstance(error, TooFarAhead)
    return str(_("At most %(days)d days ahead, please: who knows what holds then.", days=FURTHEST.days))
