"""Mails about a day: what it is, when, how far off, where to look and what is expected of the reader."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.dates.rules import DayKind, DayStatus
from tracker.reminders.day_words import further_days, how_far, short, what, what_short, when
from tracker.reminders.drafts import Block, Blocks, Draft
from tracker.reminders.mail_facts import About
from tracker.reminders.rules import Change, DayState, MailKind, MailTopic, Planned
from tracker.reminders.writing import Writing


def reminder(writing: Writing) -> Draft:
    """A day comes up."""
    planned, state = _of_a_day(writing)
    kind = planned.day_kind
    said = Blocks().say(
        _("%(what)s: %(when)s.", what=what(kind), when=when(kind, state, planned.event_on, writing.zone)),
        how_far(planned.days_to_go, is_window=state.latest_on is not None),
    )
    said.add(_all_days(writing, state))
    is_late = planned.kind is MailKind.LATE_NOTICE
    if is_late:
        said.say(_("It was entered only now, so this mail comes later than usual."))
    said.say(_to_do(planned))
    said.add(where_to_look(writing, kind))
    day = short(kind, state, planned.event_on)
    if is_late:
        subject = _("Short notice: %(what)s, %(day)s", what=what_short(kind), day=day)
    else:
        subject = _("Reminder: %(what)s, %(day)s", what=what_short(kind), day=day)
    return said.draft(subject, _why(writing, kind), MailTopic(kind))


def change_notice(writing: Writing) -> Draft:
    """A day is not as its reader was told."""
    planned, state = _of_a_day(writing)
    kind, before, change = planned.day_kind, planned.before, planned.change
    was = when(kind, before, None, writing.zone) if before else None
    said = Blocks()
    if change is Change.CANCELLED and was:
        said.say(
            _("This is cancelled, and you need not come: %(what)s, %(when)s.", what=what_short(kind), when=was)
            if kind is DayKind.HEARING
            else _("This no longer holds: %(what)s, %(when)s.", what=what_short(kind), when=was)
        )
    elif change is Change.POSTPONED_NO_DATE and was:
        said.say(
            _("This is postponed, and no new day is known: %(what)s, %(when)s.", what=what_short(kind), when=was),
            _("You will hear from us when there is one."),
        )
    else:
        now = when(kind, state, planned.event_on, writing.zone)
        said.say(
            _("%(what)s: %(when)s.", what=what(kind), when=now),
            how_far(planned.days_to_go, is_window=state.latest_on is not None),
        )
        said.add(_all_days(writing, state))
        said.say(_how_changed(change, kind))
        if was and was != now and change not in _SAYS_ENOUGH:
            said.say(_("You were told before: %(when)s. That no longer holds.", when=was))
    said.add(where_to_look(writing, kind, takes_place=state.status == DayStatus.SCHEDULED))
    why = _("You get this because an earlier mail told you otherwise.")
    return said.draft(_changed_subject(planned, state), why, MailTopic(kind))


_SAYS_ENOUGH = frozenset({Change.DATE_SET, Change.TIME_SET, Change.REINSTATED, Change.PLACE_CHANGED})


def date_needed(writing: Writing) -> Draft:
    """A coordinator is asked for a day that nobody has entered."""
    planned, state = _of_a_day(writing)
    kind = planned.day_kind
    said = Blocks()
    if state.status == DayStatus.SCHEDULED:
        said.say(
            _("%(what)s: %(when)s.", what=what(kind), when=when(kind, state, planned.event_on, writing.zone)),
            _("Please find out the day and enter it. Until then nobody else is reminded."),
        )
    else:
        said.say(
            _(
                "This was postponed two weeks ago, and no new date has been entered: %(what)s.",
                what=what_short(kind),
            ),
            _("Please find out whether there is one. Until then nobody else is reminded."),
        )
    said.add(where_to_look(writing, kind))
    why = _("You get this because you are a coordinator.")
    return said.draft(_("Date needed: %(what)s", what=what_short(kind)), why, MailTopic(kind))


def where_to_look(writing: Writing, kind: DayKind, *, takes_place: bool = True) -> list[Block]:
    """What a mail in full knows beyond the day, and for all others where its reader finds it. Of what does not take
    place it does not say what is expected, and who goes."""
    about = writing.about
    if about is not None and not takes_place:
        about = replace(about, expected=None, going=(), watchers_going=0, others_going=0)
    said = Blocks()
    if about is not None:
        said.facts(facts_in_full(about, asks_who_goes=takes_place and kind is DayKind.HEARING))
        if about.path and writing.mail.watcher_id is None:
            said.link(_("More, and what changes, stands here:"), writing.site.url + about.path)
        else:
            said.link(_("More, and what changes, stands here:"), writing.front_door)
    elif writing.mail.watcher_id is not None:
        said.link(_("Your page says which hearing it is and where:"), writing.front_door)
    elif kind is DayKind.HEARING:
        said.link(_("Sign in to see who it is about, where it is, and what is expected of whom:"), writing.front_door)
    elif kind is DayKind.INTL_DAY:
        said.link(_("Sign in to see which day it is:"), writing.front_door)
    else:
        said.link(_("Sign in to see who it is about:"), writing.front_door)
    return said.made


def facts_in_full(about: About, *, asks_who_goes: bool) -> list[tuple[str, str | None]]:
    """The rows of a mail that may say all."""
    going = list(about.going)
    if about.watchers_going:
        going.append(
            ngettext("one court watcher", "%(num)d court watchers", about.watchers_going)
            if going
            else ngettext("One court watcher", "%(num)d court watchers", about.watchers_going)
        )
    if about.others_going:
        going.append(ngettext("%(num)d other person", "%(num)d other people", about.others_going))
    nobody = _("nobody has said so yet") if asks_who_goes and about.court else None
    return [
        (_("Which day"), about.occasion),
        (_("For whom"), ", ".join(about.names)),
        (_("Court"), about.court),
        (_("Where"), about.place),
        (_("Case"), about.case),
        (_("What is expected"), about.expected),
        (_("Who else goes"), ", ".join(going) or nobody),
    ]


def _of_a_day(writing: Writing) -> tuple[Planned, DayState]:
    planned = writing.ready.planned
    if planned is None or planned.day_state is None:
        raise ValueError("a mail about a day needs the day")
    return planned, planned.day_state


def _all_days(writing: Writing, state: DayState) -> list[Block]:
    further = further_days(state, writing.zone)
    return Blocks().say(_("It takes several days. It goes on:"), *further).made if further else []


def _to_do(planned: Planned) -> str | None:
    """What the reader can do about such a day."""
    kind, days = planned.day_kind, planned.days_to_go
    words: str | None = None
    if kind is DayKind.DETENTION_UNTIL:
        words = _("Watch for a hearing on extending custody: it usually comes shortly before, often without notice.")
    elif kind is DayKind.APPEAL_DEADLINE:
        words = _("Ask whoever is to hand it in whether it is done, and close it on its page when it is.")
    elif kind is DayKind.BIRTHDAY and (days is None or days > 0):
        words = _("If you write now, your card should arrive in time.")
    elif kind is DayKind.ARREST_ANNIVERSARY and (days is None or days > 0):
        words = _("Such a day is long inside. If you write now, your letter should arrive in time.")
    elif kind is DayKind.RELEASE:
        words = _("A release is a plan that can fail: check it with the family or the lawyer.")
    elif kind is DayKind.PARCEL_WINDOW:
        words = _("Look up first what may be sent, and whether somebody else has taken the slot already.")
    return words


def _why(writing: Writing, kind: DayKind) -> str:
    words: str
    if writing.mail.watcher_id is not None:
        words = _("You get this because you asked to be told of such hearings.")
    elif kind is DayKind.HEARING:
        words = _("You get this because you follow this hearing, as somebody assigned or as a coordinator.")
    elif kind is DayKind.INTL_DAY:
        words = _("You get this because you are a coordinator.")
    else:
        words = _("You get this because somebody whom you support, or coordinate support for, has such a day.")
    return words


def _how_changed(change: Change | None, kind: DayKind) -> str | None:
    words: dict[Change | None, str] = {
        Change.POSTPONED: _("It has been postponed: it is later than you were told."),
        Change.BROUGHT_FORWARD: _("It has been brought forward: it is earlier than you were told."),
        Change.DATE_SET: _("There is a date now."),
        Change.TIME_SET: _("The time is known now."),
        Change.TIME_CHANGED: _("The time has changed."),
        Change.PLACE_CHANGED: _(
            "The day and the time are the same, but it is somewhere else. Look up where before you go."
        ),
        Change.REINSTATED: _("It takes place after all.") if kind is DayKind.HEARING else _("It holds after all."),
        Change.DAYS_CHANGED: _("The days have changed."),
    }
    return words.get(change)


def _changed_subject(planned: Planned, state: DayState) -> str:
    kind, before = planned.day_kind, planned.before
    called, day = what_short(kind), short(kind, state, planned.event_on)
    was = short(kind, before, None) if before else ""
    subjects: dict[Change | None, str] = {
        Change.CANCELLED: _("Cancelled: %(what)s, %(day)s", what=called, day=was),
        Change.REINSTATED: _("Changed: %(what)s, %(day)s, takes place after all", what=called, day=day),
        Change.POSTPONED_NO_DATE: _("Changed: %(what)s, %(day)s, postponed without a date", what=called, day=was),
        Change.TIME_CHANGED: _("Changed: time of %(what)s, %(day)s", what=called, day=day),
        Change.TIME_SET: _("Changed: time of %(what)s, %(day)s", what=called, day=day),
        Change.PLACE_CHANGED: _("Changed: place of %(what)s, %(day)s", what=called, day=day),
        Change.DAYS_CHANGED: _("Changed: days of %(what)s, %(day)s", what=called, day=day),
    }
    otherwise: str = _("Changed: %(what)s, now %(day)s", what=called, day=day)
    return subjects.get(planned.change, otherwise)
