"""Whether the mails of a story are exactly those that it expects. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tracker.reminders.rules import MailKind

INFORMATIVE = {MailKind.LATE_NOTICE: frozenset({"rule", "also_covers"}), MailKind.CHANGE_NOTICE: frozenset({"rule"})}
"""What names the nearest of several missed rules, which no reader sees."""
_IF_KNOWN = frozenset({"event_date", "event_start_utc"})
"""Compared where the program says it too."""
_SAME = ("to", "type", "event", "nag")
"""What makes two mails the same one, though something of it may differ."""

Mail = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """A mail that should have gone out, or should not, or of which something is different."""

    what: str
    """missing, unexpected or different"""
    mail: Mail
    """As expected, or as it went out if it was not expected."""
    field: str | None = None
    sent: Any = None
    """What the field was."""


def differences(expected: Sequence[Mail], sent: Sequence[Mail], tolerance: timedelta) -> list[Difference]:
    """Everything in which the mails that went out differ from those expected; nothing if they are exactly these."""
    waiting = list(sent)
    unmet = []
    for mail in expected:
        fitting = next((each for each in waiting if not differing(mail, each, tolerance)), None)
        if fitting is None:
            unmet.append(mail)
        else:
            waiting.remove(fitting)
    found: list[Difference] = []
    for mail in unmet:
        nearest = _nearest(mail, waiting)
        if nearest is None:
            found.append(Difference("missing", mail))
            continue
        waiting.remove(nearest)
        found += [
            Difference("different", mail, field, nearest.get(field)) for field in differing(mail, nearest, tolerance)
        ]
    found += [Difference("unexpected", mail) for mail in waiting]
    return sorted(found, key=lambda each: (each.mail["at_utc"], each.mail["to"]))


def differing(expected: Mail, sent: Mail, tolerance: timedelta) -> list[str]:
    """The fields in which a mail is not as expected. What the expectation does not name is not compared, except that
    a mail stands for other rules, or tells of a change, only if that is expected."""
    informative = INFORMATIVE.get(expected["type"], frozenset())
    found = []
    for field in sorted({*expected, "also_covers"} - informative):
        want, got = expected.get(field), sent.get(field)
        if field == "at_utc":
            same = expected["at_utc"] <= sent["at_utc"] <= expected["at_utc"] + tolerance
        elif field in _IF_KNOWN:
            same = got is None or want is None or want == got
        elif field in ("also_covers", "items"):
            same = set(want or ()) == set(got or ())
        else:
            same = want == got
        if not same:
            found.append(field)
    return found


def _nearest(mail: Mail, sent: Sequence[Mail]) -> Mail | None:
    """The mail that was most likely meant: to the same reader, of the same kind, about the same."""
    alike = [each for each in sent if all(each.get(name) == mail.get(name) for name in _SAME)]
    if mail.get("rule") is not None:
        alike = [each for each in alike if each.get("rule") == mail["rule"]] or alike
    return min(alike, key=lambda each: _apart(mail["at_utc"], each["at_utc"]), default=None)


def _apart(one: datetime, other: datetime) -> float:
    return abs((one - other).total_seconds())
