"""Mails about silences, and the gathered mail of a day. Kind, short, and without a name unless its reader wants it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from tracker.reminders.day_words import how_far, what, when
from tracker.reminders.drafts import Blocks, Draft, Link
from tracker.reminders.mail_facts import About, about
from tracker.reminders.nags import PlannedNag
from tracker.reminders.rules import MailKind, MailTopic
from tracker.reminders.verdicts import Part
from tracker.reminders.writing import Writing
from tracker.volunteers.models import Volunteer
from tracker.volunteers.rules import Disclosure
from tracker.web.filters import long_day

LATER, WRITTEN = "answers/later", "answers/written"
"""Where mails are answered."""


def nag(writing: Writing) -> Draft:
    """A writer is asked whether she could write again."""
    asked = _of_a_silence(writing)
    said = Blocks().say(asked_of_writer(asked))
    said.facts(_whom(writing.about))
    said.add([writing.answer(_("If you have written, say so here, and this ends:"), WRITTEN, "written")])
    said.add([writing.answer(_("If another day suits you better, put this mail off:"), LATER, "snooze")])
    if writing.about is not None and writing.about.path:
        said.link(_("The address for the envelope stands here:"), writing.site.url + writing.about.path)
    else:
        said.link(_("Sign in to see who it is, and the address for the envelope:"), writing.front_door)
    said.say(_("A few lines are enough. If you cannot write at the moment, tell a coordinator; that is fine."))
    why = _("You get this because you write to somebody.")
    return said.draft(_subject(asked), why, asked.topic)


def asked_of_writer(asked: PlannedNag) -> str:
    """What a writer is told about her silence, in a sentence."""
    day = long_day(asked.since_on)
    words: str
    if asked.topic is MailTopic.REPLY_UNANSWERED:
        words = ngettext(
            "A reply came %(num)d day ago, on %(day)s, and no letter of yours is noted since.",
            "A reply came %(num)d days ago, on %(day)s, and no letter of yours is noted since.",
            asked.days_since,
            day=day,
        )
    else:
        words = ngettext(
            "Somebody to whom you write has had no letter of yours for %(num)d day, as far as is noted: since %(day)s.",
            "Somebody to whom you write has had no letter of yours for %(num)d days, as far as is noted: since "
            "%(day)s.",
            asked.days_since,
            day=day,
        )
    return words


def escalation(writing: Writing) -> Draft:
    """A coordinator is told, once, that a writer was asked and nothing has happened."""
    asked = _of_a_silence(writing)
    said = Blocks().say(told_to_coordinator(asked))
    said.facts([*_whom(writing.about), (_("Who writes"), _writer(writing, asked))])
    if writing.about is not None and writing.about.path:
        said.link(_("More stands here:"), writing.site.url + writing.about.path)
    else:
        said.link(_("Sign in to see who it is and who writes:"), writing.front_door)
    said.say(_("Perhaps ask her how she is. Somebody else may have to write for a while."))
    why = _("You get this because you are a coordinator. It comes once.")
    return said.draft(_("Somebody waits for a letter"), why, asked.topic)


def told_to_coordinator(asked: PlannedNag) -> str:
    """What a coordinator is told, in a sentence."""
    day = long_day(asked.since_on)
    words: str
    if asked.topic is MailTopic.REPLY_UNANSWERED:
        words = ngettext(
            "A reply has waited for an answer for %(num)d day, since %(day)s. Its writer was asked, and nothing is "
            "noted since.",
            "A reply has waited for an answer for %(num)d days, since %(day)s. Its writer was asked, and nothing is "
            "noted since.",
            asked.days_since,
            day=day,
        )
    else:
        words = ngettext(
            "Somebody has had no letter from a writer for %(num)d day, since %(day)s. The writer was asked, and "
            "nothing is noted since.",
            "Somebody has had no letter from a writer for %(num)d days, since %(day)s. The writer was asked, and "
            "nothing is noted since.",
            asked.days_since,
            day=day,
        )
    return words


def digest(writing: Writing) -> Draft:
    """All that can wait of a day, in one mail."""
    parts = writing.ready.parts
    said = Blocks().say(
        ngettext("There is one thing today:", "There are %(num)d things today:", len(parts)) if parts else None
    )
    for part in parts:
        said.say(*_lines(writing, part))
        if part.mail.kind is MailKind.NAG:
            said.add([_answer(writing, part)])
    if writing.ready.disclosure is Disclosure.FULL:
        said.link(_("More stands here:"), writing.front_door)
    else:
        said.link(_("Sign in to see who each of them is about:"), writing.front_door)
    if any(part.mail.kind is not MailKind.ESCALATION for part in parts):
        said.add([writing.answer(_("What can wait may come again on another day; put it off here:"), LATER, "snooze")])
    why = _("You get this because you chose one mail a day for all that can wait.")
    subject = ngettext("Today: %(num)d reminder", "Today: %(num)d reminders", len(parts))
    return said.draft(subject, why)


def _lines(writing: Writing, part: Part) -> list[str | None]:
    known = None
    if writing.ready.disclosure is Disclosure.FULL and writing.session is not None:
        known = about(writing.session, part.mail, part.planned)
    names = _("It is about %(names)s.", names=", ".join(known.names)) if known is not None and known.names else None
    if part.nag is not None:
        if part.mail.kind is not MailKind.ESCALATION:
            return [asked_of_writer(part.nag), names]
        handle = _writer(writing, part.nag)
        writer = _("The writer is %(handle)s.", handle=handle) if handle else None
        return [told_to_coordinator(part.nag), names, writer]
    planned = part.planned
    if planned is None or planned.day_state is None:
        raise ValueError("a mail about a day needs the day")
    kind, state = planned.day_kind, planned.day_state
    line = _("%(what)s: %(when)s.", what=what(kind), when=when(kind, state, planned.event_on, writing.zone))
    return [line, how_far(planned.days_to_go), names]


def _answer(writing: Writing, part: Part) -> Link:
    token = writing.site.links.answer(part.mail.id, "written")
    return Link(_("If you have written, say so here:"), f"{writing.site.url}/{WRITTEN}/{token}")


def _of_a_silence(writing: Writing) -> PlannedNag:
    asked = writing.ready.nag
    if asked is None:
        raise ValueError("a mail about a silence needs it")
    return asked


def _whom(known: About | None) -> list[tuple[str, str | None]]:
    return [(_("Who it is"), ", ".join(known.names))] if known is not None else []


def _writer(writing: Writing, asked: PlannedNag) -> str | None:
    """The handle of whose silence it is, for a coordinator who wants to read all."""
    if writing.ready.disclosure is not Disclosure.FULL or writing.session is None:
        return None
    return writing.session.scalar(select(Volunteer.handle).where(Volunteer.id == asked.writer_id))


def _subject(asked: PlannedNag) -> str:
    words: str = (
        _("A reply waits for an answer")
        if asked.topic is MailTopic.REPLY_UNANSWERED
        else _("A letter would be welcome")
    )
    return words
