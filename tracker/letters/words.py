"""What kinds of letters, returns and questions are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.letters.fate import Fate
from tracker.letters.preparing import Stage
from tracker.letters.rules import Channel, LetterKind, Question, ReplyFormState, ReturnReason
from tracker.web.words import register

KIND_WORDS = {
    LetterKind.LETTER: _l("letter"),
    LetterKind.CARD: _l("card"),
    LetterKind.E_LETTER: _l("e-letter"),
    LetterKind.TELEGRAM: _l("telegram"),
    LetterKind.REPLY_FORM: _l("reply form"),
}

CHANNEL_WORDS = {
    Channel.POST: _l("by post"),
    Channel.E_LETTER: _l("by an e-letter service"),
    Channel.TELEGRAM: _l("by telegram"),
    Channel.HAND: _l("by hand, with a visitor"),
    Channel.RELAY: _l("by a relay"),
    Channel.ONE_WAY: _l("one way: nothing can come back"),
}

FATE_WORDS = {
    Fate.SENT: _l("sent"),
    Fate.DELIVERED: _l("delivered"),
    Fate.ANSWERED: _l("answered"),
    Fate.RETURNED: _l("came back"),
    Fate.STOPPED: _l("stopped by the censor"),
    Fate.UNKNOWN: _l("what became of it stays unknown"),
}

REPLY_FORM_WORDS = {
    ReplyFormState.BOUGHT: _l("bought"),
    ReplyFormState.ANSWERED: _l("it came back with a reply"),
    ReplyFormState.BLANK: _l("it came back blank"),
    ReplyFormState.STOPPED: _l("the reply was stopped by the censor"),
    ReplyFormState.EXPIRED: _l("it expired"),
}

STAGE_WORDS = {
    Stage.PLANNED: _l("planned"),
    Stage.WRITTEN: _l("written"),
    Stage.TRANSLATED: _l("translated"),
    Stage.HANDED: _l("handed to a relay"),
}

RETURN_WORDS = {
    ReturnReason.MOVED: _l("the prisoner was moved"),
    ReturnReason.RELEASED: _l("the prisoner was released"),
    ReturnReason.REFUSED: _l("it was refused"),
    ReturnReason.CENSOR: _l("the censor held it back"),
    ReturnReason.WRONG_ADDRESS: _l("wrong address"),
    ReturnReason.QUOTA: _l("over the quota"),
    ReturnReason.STORAGE_OVER: _l("nobody collected it in time"),
    ReturnReason.ROUTE_SUSPENDED: _l("the post does not go there now"),
    ReturnReason.OTHER: _l("another reason"),
    ReturnReason.NOT_TOLD: _l("no reason given"),
}

QUESTION_WORDS = {
    Question.TRACKING_MISTYPED: _l(
        "The tracking number contradicts itself; mostly that is a slip of the finger. Yes, it is written so."
    ),
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
register(CHANNEL_WORDS)
register(FATE_WORDS)
register(REPLY_FORM_WORDS)
register(STAGE_WORDS)
register(RETURN_WORDS)
register(QUESTION_WORDS)
