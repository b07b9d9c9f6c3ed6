"""What parts, reasons and doubts are called on pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.assignments.models import EndReason, Part
from tracker.assignments.rules import Doubt
from tracker.web.words import register

PART_WORDS = {
    Part.WRITER: _l("writer"),
    Part.PARCELS: _l("parcels"),
    Part.COURT: _l("court"),
    Part.FAMILY_CONTACT: _l("contact with the family"),
}

END_WORDS = {
    EndReason.VOLUNTEER_STOPPED: _l("she stopped"),
    EndReason.VOLUNTEER_OVERLOADED: _l("it was too much for her"),
    EndReason.HANDED_OVER: _l("handed over"),
    EndReason.STAND_IN_OVER: _l("the one she stood in for is back"),
    EndReason.PRISONER_ASKED: _l("the prisoner asked for it"),
    EndReason.PRISONER_RELEASED: _l("the prisoner is free"),
    EndReason.PRISONER_DIED: _l("the prisoner died"),
    EndReason.SUPPORT_WITHHELD: _l("support is withheld"),
    EndReason.MISTAKE: _l("entered by mistake"),
    EndReason.OTHER: _l("another reason"),
}

DOUBT_WORDS = {
    Doubt.VOLUNTEER_IS_FULL: _l("She writes to as many as she wants to already. I have asked her."),
    Doubt.NO_MAIL: _l("A court has forbidden this person to get mail. I know, and she will."),
    Doubt.CO_DEFENDANT: _l(
        "She already has somebody of the same case. Neither may learn through us that the other gets letters; "
        "she knows that."
    ),
}

for _table in (PART_WORDS, END_WORDS, DOUBT_WORDS):
    register(_table)
