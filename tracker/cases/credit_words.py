"""What is said of the end of a term on pages."""

from __future__ import annotations

from fractions import Fraction

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from tracker.cases.credit_facts import Doubt, Missing, SpellKind
from tracker.web.words import register

SPELL_WORDS = {
    SpellKind.CUSTODY: _l("custody"),
    SpellKind.HOUSE_ARREST: _l("house arrest"),
    SpellKind.NIGHT_CURFEW: _l("duty to be at home at night"),
}

MISSING_WORDS = {
    Missing.TERM: _l("the length of the sentence"),
    Missing.REGIME: _l("the regime"),
    Missing.REGIMES_DIFFER: _l("how custody is counted when parts of the term are served in different regimes"),
    Missing.IN_FORCE_ON: _l(
        "the day on which the sentence came into force: enter the decision of the appeal with its day"
    ),
    Missing.CUSTODY: _l("since when in custody"),
    Missing.ARTICLES: _l("the articles of the conviction"),
    Missing.ARTICLE_PART: _l("the part of the article, on which it depends how custody is counted"),
    Missing.SEVERAL_SENTENCES: _l("how the court has put the sentences together"),
}

DOUBT_WORDS = {
    Doubt.DATES_ARE_PARTIAL: _l("Some days are known only to the month or the year."),
    Doubt.CUSTODY_ASSUMED: _l(
        "No end of custody is told; it is assumed to have gone on until the sentence came into force."
    ),
    Doubt.RULE_UNVERIFIED: _l("A rule that was used is from memory: have a lawyer check it."),
    Doubt.BONUS_CAN_BE_LOST: _l("Days in custody count for more than one here; in some cases this bonus is lost."),
}


def counts_as(value: Fraction) -> str:
    """``1.5`` in the reader's way of writing numbers."""
    return str(format_decimal(float(value)))


for _words in (SPELL_WORDS, MISSING_WORDS, DOUBT_WORDS):
    register(_words)
