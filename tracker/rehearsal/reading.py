"""From a scenario file to stories. Every fault is named by case and field; the other cases are read all the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml

from tracker.dates.rules import BELATED_DAYS, COURT_OPENS, OFFICE_CLOSES, USEFUL_LEAD, Leap
from tracker.rehearsal.fields import Fields, known_names, shown
from tracker.rehearsal.reading_actions import read_action, read_nag
from tracker.rehearsal.reading_events import Cast
from tracker.rehearsal.reading_expected import read_expected
from tracker.rehearsal.rules import Action, Fault, Misread, Part, Reader, Story, Verb
from tracker.reminders.nags import MOST_ASKED, REPEAT_DAYS
from tracker.reminders.rules import DATE_NEEDED_DAYS, NEAR, ON_TIME, QUIET_FROM, QUIET_UNTIL, SETTLING
from tracker.volunteers.rules import MailMode

MOST_BYTES = 20_000_000
LONGEST = timedelta(days=366 * 12)
"""So long may a story last."""

FIXED: dict[str, int | str] = {
    "settle_minutes": SETTLING // timedelta(minutes=1),
    "min_lead_minutes": USEFUL_LEAD // timedelta(minutes=1),
    "court_open": f"{COURT_OPENS:%H:%M}",
    "office_close": f"{OFFICE_CLOSES:%H:%M}",
    "coalesce_hours": NEAR // timedelta(hours=1),
    "overdue_minutes": ON_TIME // timedelta(minutes=1),
    "soft_late_days": BELATED_DAYS,
    "date_needed_days": DATE_NEEDED_DAYS,
    "nag_repeat_days": REPEAT_DAYS,
    "nag_max_repeats": MOST_ASKED - 1,
}
"""What a file may say, but not change: numbers that are the same for everybody who uses the tracker."""


class BadFile(Exception):
    """The file holds no stories; ``faults`` says why, one sentence each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Habits:
    """What holds for readers of whom a story does not say otherwise."""

    send_time: time = time(8, 0)
    quiet: tuple[time, time] = (QUIET_FROM, QUIET_UNTIL)
    mode: MailMode = MailMode.EACH
    leap: Leap = Leap.FEB28
    tolerance: int = 0


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Days and clocks stay what was typed: YAML would make a date of one and a number of seconds of the other."""


_TAGS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _TAGS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


def read_file(path: Path) -> list[Story | Misread]:
    """The stories in a file, in its order; raises BadFile if there are none to be found in it."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadFile([Fault("", f"{path.name} is larger than {MOST_BYTES // 1_000_000} MB.")])
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadFile([Fault("", f"{path} cannot be read: {error.strerror}.")]) from None
    except UnicodeDecodeError:
        raise BadFile([Fault("", f"{path.name} is not text in UTF-8.")]) from None
    return read_stories(text, path.name)


def read_stories(text: str, name: str = "the file") -> list[Story | Misread]:
    """The stories in the text of a file; raises BadFile."""
    try:
        content = _Loader(text).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadFile([Fault("", f"{name} is not YAML: {' '.join(str(error).split())}")]) from None
    if not isinstance(content, dict) or not isinstance(content.get("cases"), list):
        raise BadFile([Fault("", f"{name} has no list named 'cases'.")])
    faults: list[Fault] = []
    top = Fields(content, "", faults)
    top.ignore("cases", "rules_of_reading", "kinds", "action_reference", "title", "description", "about", "version")
    habits = _habits(top, Habits())
    top.done()
    if faults:
        raise BadFile(faults)
    seen: set[str] = set()
    return [_case(each, index, habits, seen) for index, each in enumerate(content["cases"])]


def _habits(fields: Fields, habits: Habits) -> Habits:
    """The ``defaults`` of a file or of a case."""
    tolerance = fields.whole("tolerance_seconds", 0, 3600, habits.tolerance) or 0
    if not fields.has("defaults"):
        return Habits(habits.send_time, habits.quiet, habits.mode, habits.leap, tolerance)
    given = fields.inner("defaults")
    for name, value in FIXED.items():
        said = given.raw(name, value)
        if str(said) != str(value):
            given.fault(name, f"is {value} in the tracker and cannot be {shown(said)}.")
    given.ignore("zone", "tz")
    found = Habits(
        given.clock("send_time", habits.send_time) or habits.send_time,
        given.clocks("quiet_hours", habits.quiet),
        given.one_of("mode", MailMode, habits.mode) or habits.mode,
        given.one_of("feb29", Leap, habits.leap) or habits.leap,
        given.whole("tolerance_seconds", 0, 3600, tolerance) or 0,
    )
    given.done()
    return found


def _case(content: Any, index: int, habits: Habits, seen: set[str]) -> Story | Misread:
    faults: list[Fault] = []
    fields = Fields(content, "", faults)
    case_id = fields.text("id", needed=True) or f"cases[{index}]"
    title = fields.text("title")
    if case_id in seen:
        fields.fault("id", "there is another case of this name.")
    seen.add(case_id)
    try:
        story = _story(fields, case_id, title, habits)
    except RecursionError:
        # YAML can refer to itself.
        return Misread(case_id, title, (Fault("", "contains itself."),))
    return Misread(case_id, title, tuple(faults)) if faults or story is None else story


def _story(fields: Fields, case_id: str, title: str, defaults: Habits) -> Story | None:
    fields.ignore("tags", "note", "notes", "comment", "comments", "description", "why", "source", "spec", "rule")
    habits = _habits(fields, defaults)
    readers = tuple(_reader(each, habits) for each in fields.items("recipients"))
    ids = [reader.id for reader in readers]
    if not readers:
        fields.fault("recipients", "there is nobody to send a mail to.")
    if len(set(ids)) < len(ids):
        fields.fault("recipients", "two of them have the same id.")
    cast = Cast({reader.id: reader for reader in readers})
    nags = tuple(read_nag(each, cast) for each in fields.items("nags"))
    down = tuple(span for each in fields.items("worker_down", alone=True) if (span := _span(each)) is not None)
    actions = [each for each in (read_action(item, cast) for item in fields.items("actions")) if each is not None]
    if not actions and not fields.faults:
        fields.fault("actions", "nothing happens.")
    horizon = fields.instant("horizon_utc", needed=True)
    expected = read_expected(fields, cast)
    fields.done()
    actions.sort(key=lambda action: action.at)
    if horizon is None or fields.faults:
        return None
    _check_order(fields, actions, horizon)
    return Story(
        id=case_id,
        title=title,
        readers=readers,
        nags=nags,
        actions=tuple(actions),
        down=down,
        horizon=horizon,
        expected=expected,
        leap=habits.leap,
        tolerance=timedelta(seconds=habits.tolerance),
    )


def _check_order(fields: Fields, actions: Sequence[Action], horizon: datetime) -> None:
    """Nothing is done to an event before there is one, and nothing after the end."""
    there: set[str] = set()
    for action in actions:
        if action.do is Verb.CREATE_EVENT and action.event is not None:
            there.add(action.event.id)
        elif not set(action.events) <= there:
            missing = ", ".join(sorted(set(action.events) - there))
            fields.faults.append(Fault(action.where, f"happens before there is the event {missing}."))
        if action.at > horizon:
            fields.faults.append(Fault(f"{action.where}.at", "lies behind horizon_utc."))
    if horizon - actions[0].at > LONGEST:
        fields.fault("horizon_utc", f"lies more than {LONGEST.days // 366} years after the first action.")


def _reader(fields: Fields, habits: Habits) -> Reader:
    zone = fields.first("tz", "zone")
    fields.ignore("name", "note", "notes", "email", "locale", "language")
    roles = fields.names("roles", "role")
    known_names(fields, "roles", roles, Part, "role")
    quiet = fields.clocks("quiet_hours", habits.quiet)
    if not fields.has(zone):
        fields.fault("tz", "is missing.")
    reader = Reader(
        id=fields.text("id", needed=True),
        zone=fields.zone(zone, "UTC"),
        parts=frozenset(Part(role) for role in roles if role in set(Part)) or frozenset({Part.WRITER}),
        send_time=fields.clock("send_time", habits.send_time) or habits.send_time,
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        mode=fields.one_of("mode", MailMode, habits.mode) or habits.mode,
        digest_time=fields.clock("digest_time"),
        digest_takes_all=fields.flag("digest_takes_all"),
        leap=fields.one_of("feb29", Leap),
    )
    fields.done()
    return reader


def _span(fields: Fields) -> tuple[datetime, datetime] | None:
    fields.ignore("note", "why")
    since, until = fields.instant("from", needed=True), fields.instant("to", needed=True)
    fields.done()
    if since is None or until is None:
        return None
    if until <= since:
        fields.fault("to", "does not lie after 'from'.")
        return None
    return since, until
