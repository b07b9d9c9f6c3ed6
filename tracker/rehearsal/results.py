"""What came of each case of a file, and how it is told: to people in lines, to programs as JSON."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from tracker.rehearsal.comparing import Difference, differences
from tracker.rehearsal.playing import Outcome, play
from tracker.rehearsal.rules import CannotBePlayed, Fault, Misread, Story

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """What came of a case."""

    id: str
    title: str
    mails: tuple[Mapping[str, Any], ...] = ()
    differences: tuple[Difference, ...] = ()
    faults: tuple[Fault, ...] = ()
    """Why it could not be played, or not to its end."""
    is_compared: bool = True
    """False: the case does not say what must follow."""

    @property
    def is_fine(self) -> bool:
        """It was played, and nothing is otherwise than expected."""
        return not self.differences and not self.faults


def perform(sessions: sessionmaker[Session], case: Story | Misread) -> Result:
    """Play a case on an empty database and compare; whatever goes wrong is part of the result."""
    if isinstance(case, Misread):
        return Result(case.id, case.title, faults=case.faults)
    try:
        outcome = play(sessions, case)
    except CannotBePlayed as error:
        return Result(case.id, case.title, faults=(Fault("", str(error)),))
    except Exception as error:
        log.exception("case %s", case.id)
        return Result(case.id, case.title, faults=(Fault("", f"the program failed: {type(error).__name__}."),))
    return Result(
        case.id,
        case.title,
        tuple(outcome.mails),
        tuple(differences(case.expected, outcome.mails, case.tolerance)) if case.expected is not None else (),
        _troubles(outcome),
        is_compared=case.expected is not None,
    )


def _troubles(outcome: Outcome) -> tuple[Fault, ...]:
    if not outcome.troubles:
        return ()
    return (Fault("", f"the program failed with {outcome.troubles} mails, which were not planned or not written."),)


def as_json(result: Result) -> str:
    """A result as one line."""
    return json.dumps(
        {
            "id": result.id,
            "title": result.title,
            "ok": result.is_fine,
            "mails": [_plain(mail) for mail in result.mails],
            "differences": [
                {
                    "what": each.what,
                    "mail": _plain(each.mail),
                    **({"field": each.field, "sent": _plain_value(each.sent)} if each.field else {}),
                }
                for each in result.differences
            ],
            "faults": [{"path": fault.path, "sentence": fault.sentence} for fault in result.faults],
        },
        ensure_ascii=False,
    )


def _plain(mail: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in mail.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return value if isinstance(value, int | list | None) else str(value)


def as_lines(result: Result) -> Iterator[str]:
    """A result as a coordinator reads it."""
    if result.faults:
        fate = "cannot be played"
    elif not result.is_compared:
        fate = "played"
    else:
        fate = "as expected" if result.is_fine else "NOT as expected"
    yield f"{result.id}: {result.title or 'without a title'} ({fate})"
    for fault in result.faults:
        yield f"  fault: {fault}"
    for mail in result.mails:
        yield f"  {_in_words(mail)}"
    if not result.mails and not result.faults:
        yield "  no mail goes out"
    for each in result.differences:
        if each.field is None:
            yield f"  {each.what}: {_in_words(each.mail)}"
        else:
            want, got = _value(each.mail.get(each.field)), _value(each.sent)
            yield f"  different: {_in_words(each.mail)}: {each.field} is {got} instead of {want}"


def _in_words(mail: Mapping[str, Any]) -> str:
    zone = mail.get("zone")
    moment = mail["at_utc"].astimezone(ZoneInfo(zone)) if zone else mail["at_utc"]
    words = [f"{moment:%a %d %b %Y %H:%M} {zone or 'UTC'}", str(mail["to"]), str(mail["type"])]
    words += [_value(mail[name]) for name in ("change", "event", "nag", "rule", "items") if mail.get(name) is not None]
    if mail.get("also_covers"):
        words.append(f"(also {_value(mail['also_covers'])})")
    words += [f"{name} {mail[name]}" for name in ("days_to_go", "days_since", "ordinal") if mail.get(name) is not None]
    return "  ".join(words)


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    return ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(_plain_value(value))


def summary(results: Iterable[Result]) -> str:
    """How many came out how, in a line."""
    several = list(results)
    faulty = sum(1 for each in several if each.faults)
    different = sum(1 for each in several if each.differences)
    fine = sum(1 for each in several if each.is_fine)
    return f"{len(several)} cases: {fine} as expected, {different} different, {faulty} with faults."
