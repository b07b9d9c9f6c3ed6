"""From what is known of somebody's cases to what the end of a term is worked out from. Knows rows by their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from tracker.cases.credit import release
from tracker.cases.credit_facts import CreditRules, Missing, Release, Spell, SpellKind, Term
from tracker.cases.models import ChargeState, LawCode, MeasureKind, SentenceKind, Stage
from tracker.partial_date import PartialDate

_SPELLS = {
    MeasureKind.DETENTION: SpellKind.CUSTODY,
    MeasureKind.CUSTODY: SpellKind.CUSTODY,
    MeasureKind.HOUSE_ARREST: SpellKind.HOUSE_ARREST,
    MeasureKind.NIGHT_CURFEW: SpellKind.NIGHT_CURFEW,
}
_OVER = (ChargeState.DROPPED, ChargeState.DISMISSED, ChargeState.ACQUITTED)
_TERMS = (SentenceKind.IMPRISONMENT, SentenceKind.FORCED_LABOUR)
_NOT_TOLD = (None, "not_told")


@dataclass(frozen=True)
class TermEnd:
    """The end of one sentence, or why it cannot be worked out."""

    case_id: UUID
    end: Release | Missing

    @property
    def is_known(self) -> bool:
        """Whether there is a day."""
        return isinstance(self.end, Release)


def term_ends(rules: Mapping[str, CreditRules], cases: Sequence[Any], measures: Sequence[Any]) -> list[TermEnd]:
    """For each case with a term that nothing has replaced. ``cases`` and ``measures`` as in a person's record; a
    country without rules gives nothing. Two terms at once are not added up: courts do that in their own way."""
    found = []
    for case in cases:
        if case.row.country not in rules:
            continue
        for sentence in case.sentences:
            # Not in force is something else than not told.
            is_live = not sentence.is_replaced and sentence.row.in_force is not False
            if is_live and sentence.row.kind in _TERMS:
                found.append((case, sentence))
    if len(found) > 1:
        return [TermEnd(case.row.case_id, Missing.SEVERAL_SENTENCES) for case, _sentence in found]
    return [
        TermEnd(case.row.case_id, _end(rules[case.row.country], case, sentence, measures)) for case, sentence in found
    ]


def _end(rules: CreditRules, case: Any, sentence: Any, measures: Sequence[Any]) -> Release | Missing:
    chain = _chain(case.sentences, sentence)
    months = next((row.months for row in chain if row.months), None)
    in_force_on = next((row.on for row in reversed(chain) if row.stage is Stage.APPEAL and row.on), None)
    regime, articles = _regime(chain), _articles(case.charges)
    spells = _spells(case, measures)
    for value, what in ((months, Missing.TERM), (in_force_on, Missing.IN_FORCE_ON), (spells, Missing.CUSTODY)):
        if value is None:
            return what
    if isinstance(regime, Missing):
        return regime
    if isinstance(articles, Missing):
        return articles
    assert months is not None
    assert in_force_on is not None
    return release(
        rules,
        spells=spells or (),
        term=Term(*divmod(months, 12)),
        in_force_on=in_force_on,
        regime=regime,
        articles=articles,
    )


def _chain(sentences: Sequence[Any], last: Any) -> list[Any]:
    """The rows of a sentence and of those that it replaced, the newest first."""
    rows = {each.id: each.row for each in sentences}
    chain, row = [], last.row
    while row is not None and row not in chain:
        chain.append(row)
        row = rows.get(row.replaces_id)
    return chain


def _regime(chain: Sequence[Any]) -> str | Missing:
    newest = chain[0]
    if newest.kind is SentenceKind.FORCED_LABOUR:
        return "forced_labour"
    if len({part.get("regime") for part in newest.parts or ()}) > 1:
        return Missing.REGIMES_DIFFER
    return next((row.regime for row in chain if row.regime not in _NOT_TOLD), Missing.REGIME)


def _articles(charges: Sequence[Any]) -> list[str] | Missing:
    """Those of the conviction; if none is told, those that still stand."""
    standing = [charge for charge in charges if charge.state not in _OVER]
    meant = [charge for charge in standing if charge.state is ChargeState.CONVICTED] or standing
    criminal = (LawCode.CRIMINAL, LawCode.NOT_TOLD, None)
    if not meant or any(not charge.articles or charge.code not in criminal for charge in meant):
        return Missing.ARTICLES
    return [charge.articles for charge in meant]


def _spells(case: Any, measures: Sequence[Any]) -> list[Spell] | None:
    """None: it is not known since when."""
    rows = [measure.row for measure in measures]
    meant = [row for row in rows if row.kind in _SPELLS and row.case_id in (case.row.case_id, None)]
    if not meant:
        detained_on = case.row.detained_on
        return [Spell(SpellKind.CUSTODY, detained_on, is_assumed=True)] if detained_on else None
    if any(row.since is None for row in meant):
        return None
    return [Spell(_SPELLS[row.kind], row.since, _until(row), is_assumed=row.ended_on is None) for row in meant]


def _until(row: Any) -> PartialDate | None:
    """A measure of which no end is told lasted until the verdict came into force; a detention two days, as the law has
    it."""
    if row.ended_on is not None or row.kind is not MeasureKind.DETENTION:
        ended: PartialDate | None = row.ended_on
        return ended
    return row.until or PartialDate.of(row.since.latest() + timedelta(days=2))
