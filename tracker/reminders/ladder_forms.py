"""What may be typed into a ladder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from tracker.reminders.ladder_queries import Shown
from tracker.reminders.ladders import MOST_DAYS
from tracker.reminders.rules import MailTopic, Role, Rule
from tracker.reminders.rungs import BadRungs, as_typed, read_rungs
from tracker.web.forms import Form, line

_HINT = _l("Days before, with commas: 7, 2, 0. With an h, hours before a known start: 3h. Empty: no mail.")
_HINT_OF_HEARINGS = _l(
    "Days before, with commas: 7, 2, 0. With an h, hours before a known start: 3h. With a *, before every day of a "
    "hearing that takes several: 2*. Empty: no mail."
)
_HINT_OF_ONE = _l(
    "Days before, with commas: 7, 2, 0. With an h, hours before a known start: 3h. Empty: as for her part. A dash (-): "
    "no mail."
)
_HINT_OF_ONE_SILENCE = _l("A number of days. Empty: as for every writer. A dash (-): she is not asked.")
_HINT_OF_SILENCE = _l("A number of days. Empty: no such mail.")
_LABELS: dict[Role | None, Any] = {
    Role.WRITERS: _l("Those who write, send parcels or keep in touch with the family"),
    Role.COURT: _l("Those who watch in court"),
    Role.COORDINATORS: _l("Coordinators"),
    None: _l("Before the day"),
}
_LABELS_OF_SILENCE: dict[Role | None, Any] = {
    Role.WRITERS: _l("The writer is asked after so many days"),
    Role.COORDINATORS: _l("Coordinators are told so many days later, if it is still so"),
    None: _l("She is asked after so many days"),
}


class LadderForm(Form):
    """One ladder for each role. Which fields there are is for ``ladder_form`` to say."""

    def rules(self) -> dict[Role | None, tuple[Rule, ...]]:
        """What was typed, by role; call it once the form is valid."""
        return {
            role: read_rungs(self[name].data)
            for role, name in _NAMES.items()
            # A volunteer without rules of her own is told as her part has it.
            if name in self and (role is not None or self[name].data)
        }

    def fields(self) -> list[tuple[Role | None, StringField]]:
        return [(role, self[name]) for role, name in _NAMES.items() if name in self]


_NAMES: dict[Role | None, str] = {**{role: str(role) for role in Role}, None: "own"}


def ladder_form(shown: Shown, **extra: Any) -> LadderForm:
    """The form for the ladders of one topic, filled with what holds now."""
    topic = shown.topic
    labels = _LABELS_OF_SILENCE if topic.is_nag else _LABELS
    fields: dict[str, Any] = {
        _NAMES[role]: line(labels[role], most=200, hint=_hint(topic, role), **extra) for role in shown.present
    }
    for role in shown.present:
        name = _NAMES[role]
        fields[f"validate_{name}"] = _check_silence if topic.is_nag else _check
    made = type("LadderFormOfTopic", (LadderForm,), fields)
    form: LadderForm = made(**{_NAMES[role]: _typed(role, rules) for role, rules in shown.present.items()})
    return form


def _typed(role: Role | None, rules: Sequence[Rule] | None) -> str:
    return "-" if role is None and rules is not None and not rules else as_typed(rules or ())


def _hint(topic: MailTopic, role: Role | None) -> Any:
    if role is None:
        return _HINT_OF_ONE_SILENCE if topic.is_nag else _HINT_OF_ONE
    if topic.is_nag:
        return _HINT_OF_SILENCE
    return _HINT_OF_HEARINGS if topic is MailTopic.HEARING else _HINT


def _check(_form: Any, field: Any) -> None:
    try:
        read_rungs(field.data)
    except BadRungs as refusal:
        raise ValidationError(str(refusal)) from None


def _check_silence(_form: Any, field: Any) -> None:
    _check(_form, field)
    rules = read_rungs(field.data)
    if len(rules) > 1 or any(not rule.days for rule in rules):
        raise ValidationError(_("Type one number of days, from 1 to %(most)d.", most=MOST_DAYS))
