"""Plays the cases of scenarios.yaml through the real actions, planner and sender on a clock that is moved by hand.

A case says who there is, what people do and when, and every mail that must follow. Between the first action and the
horizon nothing else may be sent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from tests.reminders.stage import Stage, utc
from tracker.cases.models import Measure
from tracker.dates.actions import cancel_hearing, postpone_without_date, reinstate_hearing
from tracker.partial_date import PartialDate
from tracker.prisoners.models import Prisoner
from tracker.reminders.rules import Role, Rule
from tracker.volunteers.models import Volunteer

CASES = Path(__file__).with_name("scenarios.yaml")


def read_cases() -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = yaml.safe_load(CASES.read_text(encoding="utf-8"))["cases"]
    return cases


class Rehearsal:
    """One case on a stage."""

    def __init__(self, stage: Stage, case: dict[str, Any]) -> None:
        self._stage = stage
        self._case = case
        self._people: dict[str, UUID] = {}
        self._events: dict[str, tuple[str, UUID]] = {}
        self._prisoners: dict[str, UUID] = {}
        self._assignments: dict[tuple[str, str], UUID] = {}

    def play(self) -> list[dict[str, Any]]:
        """The mails that went out."""
        stage, case = self._stage, self._case
        actions = sorted(case["actions"], key=lambda action: utc(action["at"]))
        stage.now = utc(actions[0]["at"])
        stage.down = [(utc(down["from"]), utc(down["to"])) for down in case.get("worker_down", ())]
        for recipient in case["recipients"]:
            self._people[recipient["id"]] = stage.volunteer(
                recipient["id"],
                zone=recipient["tz"],
                remind_at=time.fromisoformat(recipient.get("send_time", "08:00")),
                coordinator="coordinator" in recipient["roles"],
            )
        for action in actions:
            stage.play_until(utc(action["at"]))
            do: Callable[[dict[str, Any]], None] = getattr(self, f"_{action['do']}")
            do(action)
        stage.play_until(utc(case["horizon_utc"]))
        return [self._told(sent) for sent in stage.sent]

    def _create_event(self, action: dict[str, Any]) -> None:
        event, stage = action["event"], self._stage
        prisoner = stage.prisoner()
        self._prisoners[event["id"]] = prisoner
        for person in event["audience"]:
            self._follow(person, event["id"])
        if event["kind"] == "hearing":
            subject = stage.hearing(prisoner, event["date"], event.get("time"), event["tz"])
        elif event["kind"] == "detention_until":
            subject = stage.custody(prisoner, event["date"], event["tz"])
        elif event["kind"] == "birthday":
            subject = prisoner
            stage.change(Prisoner, prisoner, birth=PartialDate(event.get("year"), event["month"], event.get("day")))
        else:
            raise NotImplementedError(event["kind"])
        self._events[event["id"]] = (event["kind"], subject)
        rules = tuple(Rule(rule.get("days"), rule.get("hours")) for rule in event["rules"])
        stage.ladders.own[subject] = {Role.WRITERS: rules}  # type: ignore[index]

    def _update_event(self, action: dict[str, Any]) -> None:
        kind, subject = self._events[action["event"]]
        change = dict(action["set"])
        if kind == "detention_until":
            row: dict[str, Any] = {"until": PartialDate.parse(change["date"]), "changed_at": self._stage.now}
            self._stage.change(Measure, subject, **row)
            return
        status = change.pop("status", None)
        if status == "cancelled":
            self._stage.with_hearing(cancel_hearing, subject, why=None)
        elif status == "sine_die":
            self._stage.with_hearing(postpone_without_date, subject, why=None)
        elif status == "scheduled" and not change:
            self._stage.with_hearing(reinstate_hearing, subject)
        else:
            words = {"date": "on", "time": "at", "tz": "zone"}
            self._stage.move(subject, **{words[name]: value for name, value in change.items()})

    def _assign(self, action: dict[str, Any]) -> None:
        for event in action["events"]:
            self._follow(action["recipient"], event)

    def _unassign(self, action: dict[str, Any]) -> None:
        for event in action["events"]:
            self._stage.end_assignment(self._assignments.pop((action["recipient"], event)))

    def _set_pref(self, action: dict[str, Any]) -> None:
        names = {"tz": "zone", "send_time": "remind_at"}
        facts = {names[name]: value for name, value in action["set"].items()}
        if "remind_at" in facts:
            facts["remind_at"] = time.fromisoformat(facts["remind_at"])
        self._stage.change(Volunteer, self._people[action["recipient"]], **facts)

    def _follow(self, person: str, event: str) -> None:
        assignment = self._stage.assign(self._people[person], self._prisoners[event])
        self._assignments[person, event] = assignment

    def _told(self, sent: Any) -> dict[str, Any]:
        people = {id_: name for name, id_ in self._people.items()}
        events = {subject: name for name, (_, subject) in self._events.items()}
        mail, planned = sent.mail, sent.ready.planned
        told = {
            "to": people[mail.recipient_id],
            "type": str(mail.kind),
            "event": events[mail.subject_id],
            "at_utc": f"{sent.at:%Y-%m-%dT%H:%M:%SZ}",
            "days_to_go": planned.days_to_go,
        }
        if mail.change:
            told["change"] = str(mail.change)
        else:
            told["rule"] = mail.rule
        if mail.covers and str(mail.kind) != "late_notice":
            told["also_covers"] = sorted(mail.covers)
        if planned.ordinal is not None:
            told["ordinal"] = planned.ordinal
        return told


def expected(case: dict[str, Any]) -> list[dict[str, Any]]:
    """What a case says of each mail, as far as a mail can be asked for it."""
    told = ("to", "type", "event", "at_utc", "days_to_go", "change", "rule", "also_covers", "ordinal")
    return [{name: mail[name] for name in told if name in mail} for mail in case["expect"]["mails"]]


def in_order(mails: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(mails, key=lambda mail: (mail["at_utc"], mail["to"], mail["event"], mail.get("rule", "")))
