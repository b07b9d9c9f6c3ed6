"""What the values about cases are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from tracker.cases.models import (
    CaseKind,
    CaseRole,
    ChargeState,
    LawCode,
    MeasureKind,
    ProceedingKind,
    SentenceChange,
    SentenceKind,
    Stage,
)
from tracker.web.words import register

CASE_WORDS = {
    CaseKind.CRIMINAL: _l("criminal case"),
    CaseKind.ADMINISTRATIVE: _l("administrative case"),
    CaseKind.NO_CASE: _l("persecution without a case"),
}

ROLE_WORDS = {
    CaseRole.MAIN_DEFENDANT: _l("main defendant"),
    CaseRole.DEFENDANT: _l("defendant"),
    CaseRole.WITNESS: _l("witness"),
    CaseRole.SEARCHED: _l("was searched"),
    CaseRole.PURSUED_WITHOUT_CASE: _l("pursued without a case"),
    CaseRole.MENTIONED: _l("only mentioned"),
}

CODE_WORDS = {
    LawCode.CRIMINAL: _l("Criminal Code"),
    LawCode.ADMINISTRATIVE: _l("Code of Administrative Offences"),
    LawCode.SOVIET_CRIMINAL: _l("Soviet Criminal Code"),
    LawCode.DPR_CRIMINAL: _l("“DPR” Criminal Code"),
    LawCode.FOREIGN: _l("law of another country"),
    LawCode.NOT_TOLD: _l("law not told"),
}

CHARGE_WORDS = {
    ChargeState.STANDING: _l("stands"),
    ChargeState.ADDED: _l("added later"),
    ChargeState.CHANGED: _l("changed"),
    ChargeState.DROPPED: _l("dropped"),
    ChargeState.DISMISSED: _l("dismissed"),
    ChargeState.CONVICTED: _l("convicted of it"),
    ChargeState.ACQUITTED: _l("acquitted of it"),
    ChargeState.NOT_TOLD: _l("not told what became of it"),
}

PROCEEDING_WORDS = {
    ProceedingKind.OPENED: _l("case opened"),
    ProceedingKind.SEARCH: _l("search"),
    ProceedingKind.DETENTION: _l("detention"),
    ProceedingKind.INTERROGATION: _l("interrogation"),
    ProceedingKind.REMAND: _l("remand"),
    ProceedingKind.EXTENSION: _l("extension"),
    ProceedingKind.TRIAL_BEGINS: _l("trial begins"),
    ProceedingKind.HEARING: _l("hearing"),
    ProceedingKind.VERDICT: _l("verdict"),
    ProceedingKind.APPEAL: _l("appeal"),
    ProceedingKind.CASSATION: _l("cassation"),
    ProceedingKind.REVIEW: _l("review"),
    ProceedingKind.RELEASE: _l("release"),
    ProceedingKind.REARREST: _l("arrested again"),
    ProceedingKind.LISTED: _l("put on a list"),
    ProceedingKind.DEADLINE: _l("deadline"),
    ProceedingKind.RAID: _l("raid"),
    ProceedingKind.DEPORTATION: _l("deportation"),
    ProceedingKind.DISAPPEARANCE: _l("disappeared"),
    ProceedingKind.FOUND: _l("found again"),
    ProceedingKind.OTHER: _l("something else"),
}

MEASURE_WORDS = {
    MeasureKind.DETENTION: _l("detention"),
    MeasureKind.CUSTODY: _l("custody"),
    MeasureKind.HOUSE_ARREST: _l("house arrest"),
    MeasureKind.BAN_ON_ACTIONS: _l("ban on certain actions"),
    MeasureKind.NIGHT_CURFEW: _l("duty to be at home at night"),
    MeasureKind.TRAVEL_BAN: _l("duty not to leave"),
    MeasureKind.SEARCH: _l("search"),
    MeasureKind.WANTED: _l("wanted"),
    MeasureKind.DEPORTATION_RISK: _l("danger of deportation"),
    MeasureKind.EXPERT_EXAMINATION: _l("expert examination"),
}

SENTENCE_WORDS = {
    SentenceKind.IMPRISONMENT: _l("imprisonment"),
    SentenceKind.FORCED_LABOUR: _l("forced labour"),
    SentenceKind.PROBATION: _l("probation"),
    SentenceKind.SUSPENDED: _l("suspended sentence"),
    SentenceKind.COMPULSORY_TREATMENT: _l("compulsory treatment"),
    SentenceKind.FINE: _l("fine"),
    SentenceKind.ACQUITTAL: _l("acquittal"),
    SentenceKind.NOT_TOLD: _l("sentence not told"),
}

STAGE_WORDS = {
    Stage.FIRST_INSTANCE: _l("first instance"),
    Stage.APPEAL: _l("appeal"),
    Stage.CASSATION: _l("cassation"),
    Stage.REVIEW: _l("review"),
    Stage.NOT_TOLD: _l("instance not told"),
}

CHANGE_WORDS = {
    SentenceChange.UPHELD: _l("upheld"),
    SentenceChange.REDUCED: _l("reduced"),
    SentenceChange.TOUGHENED: _l("made harsher"),
    SentenceChange.CANCELLED: _l("cancelled"),
    SentenceChange.MERGED: _l("merged"),
    SentenceChange.CHANGED: _l("changed"),
}

REGIME_WORDS = {
    "colony_settlement": _l("colony settlement"),
    "general": _l("general regime"),
    "strict": _l("strict regime"),
    "special": _l("special regime"),
    "prison": _l("prison"),
    "educational": _l("educational colony"),
    "not_told": _l("regime not told"),
}
"""Regimes are kept as texts, so templates look them up here."""


def term_length(months: int) -> str:
    """A length in months as people say it: ``6 years 3 months``."""
    years, rest = divmod(months, 12)
    parts = [ngettext("%(num)d year", "%(num)d years", years)] if years else []
    if rest or not years:
        parts.append(ngettext("%(num)d month", "%(num)d months", rest))
    return " ".join(parts)


for _words in (
    CASE_WORDS,
    ROLE_WORDS,
    CODE_WORDS,
    CHARGE_WORDS,
    PROCEEDING_WORDS,
    MEASURE_WORDS,
    SENTENCE_WORDS,
    STAGE_WORDS,
    CHANGE_WORDS,
):
    register(_words)
