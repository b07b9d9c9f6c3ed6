"""What the form of a parcel comes to: rows into lines, a number as it is compared, and what is asked back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from tracker import clock
from tracker.letters import entering
from tracker.letters.queries import Recipient, Writer
from tracker.letters.rules import Question, stay_on
from tracker.letters.tracking import read_number
from tracker.parcels import rules
from tracker.parcels.actions import ParcelFacts
from tracker.parcels.contents import Item, understood
from tracker.parcels.forms import MORE_ROWS, ArrivedForm, ParcelForm
from tracker.parcels.rules import ItemCategory, ParcelCategory, ParcelKind, ParcelQuestion, SentBy
from tracker.quotas.advice import advice_for_parcel
from tracker.quotas.mail_rules import rules_in_use
from tracker.quotas.words import advice_sentence
from tracker.web.forms import offer, refuse
from tracker.web.session import session
from tracker.web.words import words


def wants_more_rows(form: ParcelForm) -> bool:
    """Whether the button for more rows was pressed; then they are there, with everything that was typed."""
    if "more" not in request.form:
        return False
    form.add_rows(MORE_ROWS)
    return True


def lines(form: ParcelForm) -> tuple[tuple[UUID | None, Item], ...]:
    """What is in it, without empty rows. Words are taken apart only where the fields for numbers are empty."""
    found = []
    for row in form.items:
        what = row.form.what.data
        if not what:
            continue
        how_many, grams = row.form.how_many.data, row.form.grams.data
        category = ItemCategory(row.form.category.data) if row.form.category.data else None
        if how_many is None and grams is None:
            read = understood(what)
            what, how_many, grams = read.what, read.how_many, read.grams
        found.append((_uuid(row.form.item_id.data), Item(what, how_many or 1, grams, category)))
    return tuple(found)


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def uuids(texts: Iterable[str] | None) -> set[UUID]:
    """The ids among what came with a form."""
    return {each for each in map(_uuid, texts or ()) if each is not None}


def facts(form: ParcelForm, *, placement_id: UUID | None) -> ParcelFacts:
    """What is told, from a form that was found valid."""
    number = read_number(form.tracking.data)
    return ParcelFacts(
        posted_on=entering.day_in(form.posted_on),
        items=lines(form),
        kind=ParcelKind(form.kind.data),
        category=ParcelCategory(form.category.data),
        sent_by=SentBy(form.sent_by.data),
        grams=form.grams.data,
        tracking=number.number if number else None,
        postage_minor=form.postage.data,
        goods_minor=form.goods.data,
        currency=form.currency.data,
        note=form.note.data,
        placement_id=placement_id,
    )


def refused(form: ArrivedForm) -> dict[UUID, str | None]:
    """Which lines were not let in, each with the reason. A reason alone says it too."""
    rows = [(_uuid(row.form.item_id.data), row.form) for row in form.refused]
    return {
        item_id: each.because.data
        for item_id, each in rows
        if item_id is not None and (each.is_refused.data or each.because.data)
    }


def place_on(recipient: Recipient, writer: Writer, day: date) -> UUID | None:
    """Where the prisoner was thought to be on a day, by the writer's clock."""
    stay = stay_on(recipient.situation.stays, day, entering.latest_today(writer))
    return stay.id if stay else None


def own_questions(told: ParcelFacts) -> list[tuple[str, str]]:
    """What the things themselves ask back, as (value, words)."""
    asked: list[ParcelQuestion | Question] = [
        *rules.questions_about_weight(told.grams, sum(item.grams or 0 for _row, item in told.items))
    ]
    number = read_number(told.tracking)
    if number is not None and number.is_mistyped:
        asked.append(Question.TRACKING_MISTYPED)
    if number is not None and number.is_odd:
        asked.append(ParcelQuestion.NUMBER_ODD)
    return [(str(each), words(each)) for each in asked]


def quota_questions(
    prisoner_id: UUID, told: ParcelFacts, writer: Writer, but: UUID | None = None
) -> list[tuple[str, str]]:
    """What the quotas ask back; ``but`` is the parcel itself when it is being corrected."""
    advice = advice_for_parcel(
        session,
        rules_in_use(),
        prisoner_id,
        kind=told.kind,
        category=told.category,
        sent_by=told.sent_by,
        grams=told.weight,
        on=told.posted_on,
        volunteer_id=writer.id,
        today=entering.latest_today(writer),
        now=clock.now(),
        but=but,
    )
    return list({str(each.question): advice_sentence(each) for each in advice}.items())


def all_answered(form: Any, questions: list[tuple[str, str]]) -> bool:
    """Whether everything that is asked back was confirmed; what was not stands in the form as a box to tick."""
    offer(form.sure, questions)
    if {value for value, _words in questions} <= set(form.sure.data or ()):
        return True
    refuse(form.sure, _("If it is as you typed it, tick the box. Otherwise correct it above."))
    return False
