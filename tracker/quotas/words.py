"""What is said of quotas on pages."""

from __future__ import annotations

from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.quotas.advising import Advice
from tracker.quotas.rules import (
    Ask,
    Block,
    Confidence,
    Counts,
    Doubt,
    Limit,
    Pool,
    QuotaQuestion,
    Unit,
    Window,
)
from tracker.web.filters import day
from tracker.web.words import register, words

POOL_WORDS = {
    Pool.PARCELS: _l("parcels and deliveries at the window"),
    Pool.PACKETS: _l("small packets"),
    Pool.LETTERS: _l("letters"),
}

UNIT_WORDS = {Unit.PIECES: _l("how many"), Unit.GRAMS: _l("how heavy together")}

LIMIT_WORDS = {Limit.UP_TO: _l("at most"), Limit.UNLIMITED: _l("no limit"), Limit.UNKNOWN: _l("not known")}

WINDOW_WORDS = {
    Window.CALENDAR_YEAR: _l("in a calendar year"),
    Window.ROLLING_YEAR: _l("in any twelve months"),
    Window.MONTH: _l("in a month"),
    Window.HALF_YEAR: _l("in six months"),
    Window.STAY: _l("during the whole stay"),
}

COUNTS_WORDS = {
    Counts.POST: _l("only post counts"),
    Counts.HAND: _l("only what is handed in at the window counts"),
    Counts.BOTH: _l("post and deliveries count together"),
}

CONFIDENCE_WORDS = {
    Confidence.CONFIRMED: _l("read in several sources"),
    Confidence.SINGLE_SOURCE: _l("read in one source"),
    Confidence.UNVERIFIED: _l("unverified: have it checked"),
}

ASK_WORDS = {
    Ask.COUNTRY: _l("In which country is the place?"),
    Ask.INSTITUTION: _l("In what kind of place: remand prison, colony, prison?"),
    Ask.REGIME: _l("Of which regime is the place: general, strict or special?"),
    Ask.CONDITIONS: _l("Under which conditions there: ordinary, eased or strict?"),
    Ask.SEX: _l("Woman or man?"),
    Ask.AGE: _l("Under eighteen, or of age?"),
    Ask.FACILITY: _l("We know no rule for this: ask the facility, the family or the lawyer."),
}

BLOCK_WORDS = {
    Block.ON_TRANSFER: _l("On transfer: nothing can be sent until the new address is known."),
    Block.PUNISHMENT_CELL: _l("In a punishment cell: no parcels until it ends."),
    Block.NONE_ALLOWED: _l("No parcels are allowed here."),
    Block.NOT_INSIDE: _l("Not in prison: no quota is kept."),
    Block.IN_ARCHIVE: _l("In the archive: take the person out of it first."),
}

DOUBT_WORDS = {
    Doubt.UNVERIFIED: _l("This rule is unverified. Have a lawyer or the facility check it."),
    Doubt.NOT_WEIGHED: _l("Something that counts here was not weighed, so less may be left."),
    Doubt.FATE_UNKNOWN: _l("Something was posted over two months ago. Find out whether it came, and mark it."),
    Doubt.BEGIN_UNKNOWN: _l("When this stay began is not known, so what came before may be counted too."),
}

QUOTA_QUESTION_WORDS = {
    QuotaQuestion.OVER_QUOTA: _l("All slots are used or taken. Yes, it was sent all the same."),
    QuotaQuestion.OVER_WEIGHT: _l("That is more weight than is left this month. Yes, I know."),
    QuotaQuestion.TOO_SOON: _l("The last one is not long enough ago. Yes, I know."),
    QuotaQuestion.UNKNOWN_RULE: _l("We do not know what is allowed there. I asked: it is allowed."),
    QuotaQuestion.BLOCKED_NOW: _l("Nothing is let in there now. Yes, it was sent all the same."),
    QuotaQuestion.PIECE_TOO_HEAVY: _l("One piece may not weigh so much. Yes, it was weighed."),
    QuotaQuestion.RELATIVES_ONLY: _l("Only relatives may send here. Yes, this was agreed with them."),
    QuotaQuestion.MAIL_FORBIDDEN: _l("A court has forbidden this person to get mail. Yes, parcels are let in."),
}

for _words in (
    POOL_WORDS,
    UNIT_WORDS,
    LIMIT_WORDS,
    WINDOW_WORDS,
    COUNTS_WORDS,
    CONFIDENCE_WORDS,
    ASK_WORDS,
    BLOCK_WORDS,
    DOUBT_WORDS,
    QUOTA_QUESTION_WORDS,
):
    register(_words)


def kilograms(grams: int) -> str:
    """A weight in kilograms, in the reader's way of writing numbers."""
    return str(_("%(number)s kg", number=format_decimal(grams / 1000, "#,##0.###")))


def advice_sentence(advice: Advice) -> str:
    """What is asked back, with its facts, as it stands beside a box to tick."""
    question = advice.question
    if question is QuotaQuestion.OVER_WEIGHT and advice.grams:
        over = kilograms(advice.grams)
        if advice.next_on:
            return str(
                _("%(over)s more than is left; new room from %(day)s. Yes, I know.", over=over, day=day(advice.next_on))
            )
        return str(_("%(over)s more than is left. Yes, I know.", over=over))
    if question is QuotaQuestion.PIECE_TOO_HEAVY and advice.grams:
        return str(_("One piece may weigh %(most)s at most. Yes, it was weighed.", most=kilograms(advice.grams)))
    if question is QuotaQuestion.TOO_SOON and advice.next_on:
        return str(_("The next one should go from %(day)s only. Yes, I know.", day=day(advice.next_on)))
    if question is QuotaQuestion.OVER_QUOTA:
        return _over_quota(advice)
    if question is QuotaQuestion.BLOCKED_NOW and advice.block:
        return f"{words(advice.block)} {_('Yes, it was sent all the same.')}"
    return words(question)


def _over_quota(advice: Advice) -> str:
    return " ".join([no_slot_left(advice.taken_by, advice.family_has_claimed, advice.next_on), str(_("Yes, I know."))])


def no_slot_left(taken_by: tuple[str, ...], by_family: bool, next_on: Any) -> str:
    """All slots are used or taken: by whom, and when the next one is."""
    sentences = [str(_("All slots are used or taken."))]
    if taken_by:
        sentences.append(str(_("Claimed by %(handles)s.", handles=", ".join(taken_by))))
    if by_family:
        sentences.append(str(_("The family has claimed one.")))
    if next_on:
        sentences.append(str(_("The next one can go from %(day)s.", day=day(next_on))))
    return " ".join(sentences)
