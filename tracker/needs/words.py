"""What is said of needs on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.needs import rules
from tracker.needs.rules import NeedState
from tracker.web.words import register

STATE_WORDS = {
    NeedState.OPEN: _l("open"),
    NeedState.PROMISED: _l("promised"),
    NeedState.OVERDUE: _l("overdue"),
    NeedState.DONE: _l("done"),
    NeedState.WITHDRAWN: _l("not needed any more"),
}

REFUSALS = {
    rules.AskedInTheFuture: _l("This day has not come yet."),
    rules.NothingSaid: _l("Say in words what to put into the parcel."),
    rules.PromisedForThePast: _l("This day has gone by. A promise is for today or a day to come."),
    rules.PromisedTooFarAhead: _l("That is years ahead. Choose an earlier day, or none."),
    rules.PromisedBySomebodyElse: _l(
        "Somebody else has promised this. Only they themselves or a coordinator can change that."
    ),
    rules.NotOpenAnyMore: _l("This is done or not needed any more. Open it again first."),
    rules.DoneInTheFuture: _l("This day has not come yet."),
    rules.DoneBeforeAsked: _l("That was before it was asked for. One of the two days is wrong."),
}

register(STATE_WORDS)
