"""What kinds of letters, returns and questions are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.letters.rules import LetterKind, Question, ReturnReason
from tracker.web.words import register

KIND_WORDS = {
    LetterKind.LETTER: _l("letter"),
    LetterKind.CARD: _l("card"),
    LetterKind.E_LETTER: _l("e-letter"),
    LetterKind.TELEGRAM: _l("telegram"),
    LetterKind.REPLY_FORM: _l("reply form"),
}

RETURN_WORDS = {
    ReturnReason.MOVED: _l("the prisoner was moved"),
    ReturnReason.RELEASED: _l("the prisoner was released"),
    ReturnReason.REFUSED: _l("it was refused"),
    ReturnReason.CENSOR: _l("the censor held it back"),
    ReturnReason.WRONG_ADDRESS: _l("wrong address"),
    ReturnReason.STORAGE_OVER: _l("nobody collected it in time"),
    ReturnReason.OTHER: _l("another reason"),
    ReturnReason.NOT_TOLD: _l("no reason given"),
}

QUESTION_WORDS = {
    Question.BEFORE_ASSIGNMENT: _l("That day was before the two were put in touch. Yes, that is the day."),
    Question.OVER_A_YEAR_AGO: _l("That day was more than a year ago. Yes, that is the day."),
    Question.MAIL_FORBIDDEN: _l("A court forbade mail on that day. Yes, it was posted all the same."),
    Question.ON_TRANSFER: _l("On transfer on that day, with no address. Yes, it was posted all the same."),
    Question.AT_LIBERTY: _l("At liberty, not in prison. Yes, it was posted all the same."),
    Question.AT_HOME: _l("At home under a measure. Yes, it was posted all the same."),
    Question.IN_HIDING: _l("Wanted or abroad: no address is kept. Yes, it was posted all the same."),
    Question.SUPPORT_WITHHELD: _l("The collective does not support this person. Yes, it was posted all the same."),
}

register(KIND_WORDS)
register(RETURN_WORDS)
register(QUESTION_WORDS)
