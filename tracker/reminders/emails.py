"""The text of every mail: facts in, an Email out. The templates are in ``templates/email``.

Mails are discreet. They travel through providers and light up on screens, so neither subject nor body names a
prisoner, a charge or a court; whom it is about is on the page that one has to sign in for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import render_template
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from tracker.dates.rules import DayKind, DayStatus, resolve
from tracker.languages import OF_PAGES
from tracker.mail import Email
from tracker.partial_date import PartialDate
from tracker.reminders.look_again import Ready
from tracker.reminders.models import Outbox
from tracker.reminders.rules import DayState, MailKind
from tracker.web.filters import city, clock, long_day, moment, offset, partial

Write = Callable[[Session, Outbox, Ready, datetime], Email]


@dataclass(frozen=True)
class Site:
    """Where mails come from, and where they send people to look."""

    url: str
    """As people type it, without a slash at the end."""
    mail_domain: str
    collective: str


def writers(site: Site) -> dict[MailKind, Write]:
    """Who writes which kind of mail. They need an application context, for the templates and the reader's language."""

    def about_a_day(session: Session, mail: Outbox, ready: Ready, now: datetime) -> Email:
        return day_mail(site, mail, ready, now)

    def asked_for(session: Session, mail: Outbox, ready: Ready, now: datetime) -> Email:
        return plain_mail(site, mail, ready)

    return {
        MailKind.REMINDER: about_a_day,
        MailKind.LATE_NOTICE: about_a_day,
        MailKind.CHANGE_NOTICE: about_a_day,
        MailKind.DATE_NEEDED: about_a_day,
        MailKind.INVITATION: asked_for,
        MailKind.ASSIGNED: asked_for,
    }


def day_mail(site: Site, mail: Outbox, ready: Ready, now: datetime) -> Email:
    """A mail about a day, as the plan has it at this moment."""
    planned = ready.planned
    if planned is None or planned.day_state is None:
        raise ValueError("a mail about a day needs the day")
    template = "reminder" if planned.kind is MailKind.LATE_NOTICE else str(planned.kind)
    zone = ZoneInfo(ready.zone)
    with force_locale(locale_of(ready.locale)):
        facts = {
            "what": what(planned.day_kind),
            "what_short": what_short(planned.day_kind),
            "kind": planned.day_kind,
            "change": planned.change,
            "on_short": _short(planned.day_kind, planned.day_state, planned.event_on),
            "when": when(planned.day_kind, planned.day_state, planned.event_on, zone),
            "before": when(planned.day_kind, planned.before, None, zone) if planned.before else None,
            "before_short": _short(planned.day_kind, planned.before, None) if planned.before else None,
            "days_to_go": planned.days_to_go,
            "is_late": planned.kind is MailKind.LATE_NOTICE,
            "is_scheduled": planned.day_state.status == DayStatus.SCHEDULED,
        }
        return _email(site, mail, ready, f"email/{template}", facts)


def plain_mail(site: Site, mail: Outbox, ready: Ready) -> Email:
    """A mail that follows from what somebody did; its facts were sealed in its row."""
    facts = json.loads(mail.payload or "{}")
    with force_locale(locale_of(str(facts.get("locale", ready.locale)))):
        if "until" in facts:
            # Nobody knows a guest's zone yet.
            facts["until"] = f"{moment(datetime.fromisoformat(facts['until']), 'UTC')} UTC"
        return _email(site, mail, ready, f"email/{mail.kind}", facts)


def _email(site: Site, mail: Outbox, ready: Ready, folder: str, facts: Mapping[str, object]) -> Email:
    facts = {**facts, "site": site.url, "collective": site.collective}
    return Email(
        to=ready.address,
        subject=" ".join(render_template(f"{folder}/subject.txt", **facts).split()),
        text=render_template(f"{folder}/body.txt", **facts).strip() + "\n",
        message_id=f"<{mail.message_id}@{site.mail_domain}>",
    )


def locale_of(name: str) -> str:
    """The reader's language, or English if the tracker does not speak it."""
    return name if name in OF_PAGES else "en"


def what(kind: DayKind) -> str:
    """What happens, as the subject of a sentence."""
    words: dict[DayKind, str] = {
        DayKind.HEARING: _("A hearing"),
        DayKind.RELEASE: _("A release"),
        DayKind.DETENTION_UNTIL: _("The end of a term of custody"),
        DayKind.APPEAL_DEADLINE: _("The end of the time to appeal"),
        DayKind.BIRTHDAY: _("A birthday"),
        DayKind.ARREST_ANNIVERSARY: _("The anniversary of an arrest"),
        DayKind.INTL_DAY: _("An international day"),
        DayKind.PARCEL_WINDOW: _("A chance to send a parcel"),
    }
    return words[kind]


def what_short(kind: DayKind) -> str:
    """The same for a subject line."""
    words: dict[DayKind, str] = {
        DayKind.HEARING: _("hearing"),
        DayKind.RELEASE: _("release"),
        DayKind.DETENTION_UNTIL: _("custody runs out"),
        DayKind.APPEAL_DEADLINE: _("time to appeal runs out"),
        DayKind.BIRTHDAY: _("birthday"),
        DayKind.ARREST_ANNIVERSARY: _("anniversary of an arrest"),
        DayKind.INTL_DAY: _("international day"),
        DayKind.PARCEL_WINDOW: _("parcel possible"),
    }
    return words[kind]


def when(kind: DayKind, state: DayState, event_on: date | None, reader_zone: tzinfo) -> str:
    """When it is, in a line: by both clocks if there are two, and saying so if something is not known."""
    line: str
    if state.on is None:
        line = _("no date is known")
        return line
    on = PartialDate.parse(state.on)
    exact = _exact(kind, on, event_on)
    if exact is None and event_on is not None and kind.returns_yearly:
        # Of the year of birth this mail says nothing.
        line = _("%(when)s; the day is not known", when=partial(PartialDate(event_on.year, event_on.month)))
    elif exact is None:
        line = _("%(when)s; the day is not known yet", when=partial(on))
    elif state.at is not None:
        line = _by_both_clocks(resolve(exact, time.fromisoformat(state.at), state.zone), state.zone, reader_zone)
    elif kind is DayKind.HEARING and state.status == DayStatus.SCHEDULED:
        line = _("%(day)s; the time is not known yet", day=long_day(exact))
    else:
        line = long_day(exact)
    return line


def _by_both_clocks(moment: datetime, zone: str, reader_zone: tzinfo) -> str:
    here, there = moment.astimezone(reader_zone), moment.astimezone(ZoneInfo(zone))
    line: str = _(
        "%(day)s, %(time)s in %(city)s (%(offset)s)",
        day=long_day(there.date()),
        time=clock(there.time()),
        city=city(zone),
        offset=offset(moment, zone),
    )
    if here.utcoffset() == there.utcoffset():
        return line
    if here.date() == there.date():
        both: str = _("%(there)s = %(time)s your time", there=line, time=clock(here.time()))
    else:
        day = long_day(here.date())
        both = _("%(there)s = %(day)s, %(time)s your time", there=line, day=day, time=clock(here.time()))
    return both


def _short(day_kind: DayKind, state: DayState, event_on: date | None) -> str:
    on = PartialDate.parse(state.on) if state.on else None
    exact = _exact(day_kind, on, event_on) if on else None
    if exact is None and event_on is not None and day_kind.returns_yearly:
        return partial(PartialDate(event_on.year, event_on.month))
    return str(format_date(exact, "EEE d MMM", locale=get_locale())) if exact else partial(on)


def _exact(kind: DayKind, on: PartialDate, event_on: date | None) -> date | None:
    # What is meant of a birthday is its instance in one year.
    if kind.returns_yearly:
        return event_on if on.day else None
    return on.exact
