"""What the lists of volunteers and their states are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.volunteers.models import AddressState
from tracker.volunteers.rules import Disclosure, MailMode, Order, Show
from tracker.web.words import register

ADDRESS_WORDS = {
    AddressState.FINE: _l("reached"),
    AddressState.REFUSED: _l("address refused"),
}

SHOW_WORDS = {
    Show.OPEN: _l("everybody"),
    Show.FREE: _l("with room for one more"),
    Show.AWAY: _l("away"),
    Show.UNREACHABLE: _l("not reached by mail"),
    Show.CLOSED: _l("closed accounts"),
}

ORDER_WORDS = {
    Order.HANDLE: _l("by handle"),
    Order.FREE: _l("most room first"),
    Order.LOAD: _l("most prisoners first"),
    Order.SILENCE: _l("longest without a letter first"),
}

MAIL_MODE_WORDS = {
    MailMode.EACH: _l("one by one"),
    MailMode.DIGEST: _l("gathered once a day"),
}

DISCLOSURE_WORDS = {
    Disclosure.MINIMAL: _l("that there is something to look at here, and nothing else"),
    Disclosure.DISCREET: _l("what kind of day and when; no name, no charge, no court"),
    Disclosure.FULL: _l("who, where and what is expected"),
}

for _table in (MAIL_MODE_WORDS, DISCLOSURE_WORDS, ADDRESS_WORDS, SHOW_WORDS, ORDER_WORDS):
    register(_table)
