"""What is said about prints on pages."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.printing.rules import Paper, PrintKind, PrintReason, Script
from tracker.prisoners.envelope import Blocked
from tracker.prisoners.words import BLOCKED_WORDS
from tracker.web.words import register

KIND_WORDS = {
    PrintKind.SHEETS: _l("a sheet for each person"),
    PrintKind.LABELS: _l("address labels"),
    PrintKind.ENVELOPES: _l("envelopes"),
    PrintKind.BIRTHDAYS: _l("the birthdays of a month"),
}

SCRIPT_WORDS = {
    Script.LOCAL: _l("in the local script"),
    Script.LATIN: _l("in Latin letters"),
}

PAPER_WORDS = {
    Paper.DL: _l("DL, 220 × 110 mm"),
    Paper.C6: _l("C6, 162 × 114 mm"),
    Paper.C5: _l("C5, 229 × 162 mm"),
}

REASON_WORDS = {
    PrintReason.NOBODY: _l("There is nobody to print: nobody is left to whom a letter can go now."),
    PrintReason.TOO_LONG: _l(
        "An address does not fit, not even in the smallest print. Shorten it, or choose a larger label or envelope."
    ),
    PrintReason.BROKEN: _l("It could not be made; the fault is ours, and it is noted in the log. Try again."),
}

for _words in (KIND_WORDS, SCRIPT_WORDS, PAPER_WORDS):
    register(_words)


def why_left_out(why: str) -> str:
    """The sentence for somebody who is not on a print."""
    if why in {str(each) for each in Blocked}:
        return str(BLOCKED_WORDS[Blocked(why)])
    return str(_("No address is known yet."))
