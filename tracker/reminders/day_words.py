"""How mails call a day, and how they say when it is: by both clocks if there are two, and what is not known said so."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from tracker.dates.rules import DayKind, DayStatus, resolve
from tracker.partial_date import PartialDate
from tracker.reminders.rules import DayState
from tracker.web.filters import city, clock, long_day, offset, partial


def what(kind: DayKind) -> str:
    """What happens, as the beginning of a sentence."""
    words: dict[DayKind, str] = {
        DayKind.HEARING: _("A hearing"),
        DayKind.RELEASE: _("A release"),
        DayKind.DETENTION_UNTIL: _("The end of a term of custody"),
        DayKind.APPEAL_DEADLINE: _("The last day to hand something in"),
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
        DayKind.APPEAL_DEADLINE: _("time to hand something in runs out"),
        DayKind.BIRTHDAY: _("birthday"),
        DayKind.ARREST_ANNIVERSARY: _("anniversary of an arrest"),
        DayKind.INTL_DAY: _("international day"),
        DayKind.PARCEL_WINDOW: _("parcel possible"),
    }
    return words[kind]


def when(kind: DayKind, state: DayState, event_on: date | None, reader_zone: tzinfo) -> str:
    """When it is, in a line. ``event_on`` is the instance that is meant of a day that returns."""
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
    elif state.latest_on is not None:
        line = _window(exact, date.fromisoformat(state.latest_on))
    elif state.at is not None:
        line = by_both_clocks(exact, time.fromisoformat(state.at), state.zone, reader_zone)
    elif kind is DayKind.HEARING and state.status == DayStatus.SCHEDULED:
        line = _("%(day)s; the time is not known yet", day=long_day(exact))
    else:
        line = long_day(exact)
    return line


def _window(first: date, last: date) -> str:
    line: str = _(
        "between %(first)s and %(last)s; the day is not known yet", first=long_day(first), last=long_day(last)
    )
    return line


def further_days(state: DayState, reader_zone: tzinfo) -> list[str]:
    """The further days of a hearing that takes several, each in a line."""
    lines = []
    for text in (state.sittings or "").split(", "):
        on, _t, at = text.strip().partition("T")
        if not on:
            continue
        day = date.fromisoformat(on)
        if at:
            lines.append(by_both_clocks(day, time.fromisoformat(at), state.zone, reader_zone))
        else:
            lines.append(_("%(day)s; the time is not known yet", day=long_day(day)))
    return lines


def by_both_clocks(on: date, at: time, zone: str, reader_zone: tzinfo) -> str:
    """A moment by the clock of the place and, if that is another, by the reader's."""
    moment: datetime = resolve(on, at, zone)
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


def short(kind: DayKind, state: DayState, event_on: date | None) -> str:
    """When it is, for a subject line: ``Tue 15 Dec``, ``Tue 15 to Fri 18 Dec``, ``January 2027``."""
    on = PartialDate.parse(state.on) if state.on else None
    exact = _exact(kind, on, event_on) if on else None
    if exact is None and event_on is not None and kind.returns_yearly:
        return partial(PartialDate(event_on.year, event_on.month))
    if exact is None:
        return partial(on)
    if state.latest_on is not None:
        last = date.fromisoformat(state.latest_on)
        span: str = _("%(first)s to %(last)s", first=_short_day(exact), last=_short_day(last))
        return span
    return _short_day(exact)


def _short_day(on: date) -> str:
    return str(format_date(on, "EEE d MMM", locale=get_locale()))


def how_far(days_to_go: int | None, *, is_window: bool = False) -> str | None:
    """How many days it is until then, by the reader's calendar on the day of sending; of a window until its first."""
    if days_to_go is None:
        return None
    if is_window and days_to_go >= 0:
        return _how_far_first(days_to_go)
    if days_to_go == 0:
        words: str = _("That is today.")
    elif days_to_go == 1:
        words = _("That is tomorrow.")
    elif days_to_go > 1:
        words = ngettext("That is in %(num)d day.", "That is in %(num)d days.", days_to_go)
    else:
        words = ngettext(
            "That was %(num)d day ago; this mail could not reach you in time.",
            "That was %(num)d days ago; this mail could not reach you in time.",
            -days_to_go,
        )
    return words


def _how_far_first(days_to_go: int) -> str:
    if days_to_go == 0:
        words: str = _("The first of these days is today.")
    elif days_to_go == 1:
        words = _("The first of these days is tomorrow.")
    else:
        words = ngettext(
            "The first of these days is in %(num)d day.", "The first of these days is in %(num)d days.", days_to_go
        )
    return words


def _exact(kind: DayKind, on: PartialDate, event_on: date | None) -> date | None:
    # What is meant of a day that returns is its instance in one year or month.
    if kind.returns_yearly or kind is DayKind.PARCEL_WINDOW:
        return (event_on or on.exact) if on.day else None
    return on.exact
