"""Playing a story: people act, time passes, and what is sent is told in the words of the story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from tracker.dates.occasions import other_occasions
from tracker.dates.rules import DayKind, DayStatus, resolve
from tracker.rehearsal.hearing_events import HearingEvents
from tracker.rehearsal.nags import Nags
from tracker.rehearsal.other_events import OtherEvents, window_opens_on
from tracker.rehearsal.people import People
from tracker.rehearsal.rules import Action, CannotBePlayed, DateFacts, Event, Story, Verb
from tracker.rehearsal.stage import Stage
from tracker.rehearsal.telling import Names, tell
from tracker.reminders.ladders import Ladders
from tracker.reminders.rules import MailTopic, Role


@dataclass
class _Happening:
    """An event of the story, and what it is in the tracker."""

    event: Event
    facts: DateFacts
    subject_id: UUID
    prisoner_id: UUID
    windows: set[date] = field(default_factory=set)
    """Of a chance to send a parcel: the days that the story speaks of."""

    def note_window(self) -> None:
        """Remember the day of a chance to send a parcel."""
        if self.event.kind is DayKind.PARCEL_WINDOW:
            self.windows.add(window_opens_on(self.facts))


@dataclass
class Play:
    """One story on a stage."""

    story: Story
    stage: Stage
    people: People
    _happenings: dict[str, _Happening] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._hearings = HearingEvents(self.stage, self.people)
        self._others = OtherEvents(self.stage, self.people)
        self._nags = Nags(self.stage, self.people)

    def play(self) -> list[dict[str, Any]]:
        """The mails that went out from the first action until the horizon. Raises CannotBePlayed."""
        story = self.story
        started = {nag for action in story.actions if action.do is Verb.START_NAG for nag in action.nags}
        for nag in story.nags:
            self._nags.prepare(nag, is_on=nag.id not in started)
        for action in story.actions:
            self.stage.play_until(action.at)
            self.stage.look_around()
            try:
                self._DO[action.do](self, action)
            except CannotBePlayed as error:
                raise CannotBePlayed(f"{action.where}: {error}") from None
        self.stage.play_until(story.horizon)
        names = self._names()
        return [tell(sent, names) for sent in self.stage.sent if sent.at >= story.begins_at and names.counts(sent)]

    def _names(self) -> Names:
        return Names(
            self.stage.sessions,
            self.people,
            events={each.subject_id: each.event for each in self._happenings.values()},
            windows={each.subject_id: each.windows for each in self._happenings.values() if each.windows},
            nags=self._nags,
        )

    def _create_event(self, action: Action) -> None:
        event = action.event
        assert event is not None
        facts = event.facts
        if facts.leap is None:
            facts = replace(facts, leap=self._leap(event))
        kind = self._played_as(event)
        enter = self._hearings.enter if kind is DayKind.HEARING else self._others.of_kind(kind)[0]
        subject_id, prisoner_id = enter(facts)
        self._happenings[event.id] = _Happening(event, facts, subject_id, prisoner_id)
        self._happenings[event.id].note_window()
        rules = tuple(named.rule for named in event.rules)
        own: Any = self.stage.ladders.own
        own[subject_id] = {Role.WRITERS: rules, Role.COURT: rules}
        for name in event.audience:
            self.people.follow(name, prisoner_id)

    def _played_as(self, event: Event) -> DayKind:
        """The kind by which the tracker keeps such a day. Where it keeps none of its own, one with the same rules.

        A story says itself who hears of a day of all the world; and only hearings and terms to be kept have a time.
        """
        if event.kind is DayKind.INTL_DAY:
            return DayKind.BIRTHDAY
        later = [action.changes for action in self.story.actions if event.id in action.events]
        if event.facts.at is None and not any(dict(changes).get("at") for changes in later):
            return event.kind
        return _WITH_A_TIME.get(event.kind, event.kind)

    def _leap(self, event: Event) -> Any:
        wanted = {reader.leap for reader in self.story.readers if reader.id in event.audience and reader.leap}
        if len(wanted) > 1:
            raise CannotBePlayed("29 February belongs to the prisoner; two readers cannot keep it on different days.")
        return next(iter(wanted), self.story.leap)

    def _update_event(self, action: Action) -> None:
        for event_id in action.events:
            happening = self._happenings[event_id]
            before = happening.facts
            after = changed(before, action.changes)
            if after == before:
                continue
            kind = self._played_as(happening.event)
            change = self._hearings.change if kind is DayKind.HEARING else self._others.of_kind(kind)[1]
            change(happening.subject_id, before, after)
            happening.facts = after
            happening.note_window()

    def _assign(self, action: Action) -> None:
        for event_id in action.events:
            self.people.follow(action.reader, self._happenings[event_id].prisoner_id)
        for nag_id in action.nags:
            self._nags.follow(action.reader, nag_id)

    def _unassign(self, action: Action) -> None:
        for event_id in action.events:
            self.people.unfollow(action.reader, self._happenings[event_id].prisoner_id)
        for nag_id in action.nags:
            self._nags.unfollow(action.reader, nag_id)

    def _unsubscribe(self, action: Action) -> None:
        self.people.unsubscribe(action.reader, action.topics)
        for happening in self._happenings.values():
            kind = self._played_as(happening.event)
            if MailTopic(happening.event.kind) in action.topics and kind is not happening.event.kind:
                self.people.unsubscribe(action.reader, (MailTopic(kind),), happening.prisoner_id)

    def _set_pref(self, action: Action) -> None:
        self.people.set_preferences(action.reader, dict(action.changes))

    def _start_nag(self, action: Action) -> None:
        if action.nag is not None:
            self._nags.prepare(action.nag, is_on=True)
            return
        for nag_id in action.nags:
            self._nags.start(nag_id)

    def _pause(self, action: Action) -> None:
        assert action.since is not None
        assert action.until is not None
        for nag_id in action.nags:
            self._nags.pause(nag_id, action.since, action.until)

    def _log_letter(self, action: Action) -> None:
        for nag_id in action.nags:
            self._nags.log_letter(nag_id, action.on)

    def _log_reply(self, action: Action) -> None:
        for nag_id in action.nags:
            self._nags.log_reply(nag_id, action.on)

    _DO: dict[Verb, Callable[[Play, Action], None]] = field(
        init=False,
        repr=False,
        default_factory=lambda: {
            Verb.CREATE_EVENT: Play._create_event,
            Verb.UPDATE_EVENT: Play._update_event,
            Verb.ASSIGN: Play._assign,
            Verb.UNASSIGN: Play._unassign,
            Verb.UNSUBSCRIBE: Play._unsubscribe,
            Verb.SET_PREF: Play._set_pref,
            Verb.START_NAG: Play._start_nag,
            Verb.PAUSE: Play._pause,
            Verb.LOG_LETTER: Play._log_letter,
            Verb.LOG_REPLY: Play._log_reply,
        },
    )


_WITH_A_TIME = {DayKind.RELEASE: DayKind.HEARING, DayKind.DETENTION_UNTIL: DayKind.APPEAL_DEADLINE}


def changed(before: DateFacts, changes: Any) -> DateFacts:
    """What is known of a date after somebody entered something else."""
    changes = dict(changes)
    if "sittings" in changes and "on" not in changes:
        changes["on"] = None
    elif "on" in changes and "sittings" not in changes:
        changes["sittings"] = ()
    if "on" in changes and "latest" not in changes and _is_behind(changes["on"], before):
        changes["latest"] = None
    if changes.get("on") is not None and before.status is DayStatus.SINE_DIE:
        # A date for what had none sets it.
        changes.setdefault("status", DayStatus.SCHEDULED)
    return replace(before, **changes)


def _is_behind(on: Any, before: DateFacts) -> bool:
    return before.latest is not None and (on is None or on.exact is None or on.exact >= before.latest)


def begins_at(story: Story) -> datetime:
    """When the world of a story begins: with its first action, or with the first assignment that a nag counts from."""
    zones = {reader.id: reader.zone for reader in story.readers}
    assigned = [resolve(nag.assigned_on, time(0), zones[nag.writer]) for nag in story.nags if nag.assigned_on]
    return min([story.begins_at, *assigned])


@dataclass(frozen=True)
class Outcome:
    """What came of a story."""

    mails: list[dict[str, Any]]
    troubles: int
    """How many mails the program failed with."""


def play(sessions: sessionmaker[Session], story: Story, idle: timedelta | None = None) -> Outcome:
    """Play a story on an empty database, with a turn of planning and sending whenever something is due, and every
    ``idle`` besides. Raises CannotBePlayed."""
    begin = begins_at(story)
    stage = Stage(
        sessions,
        begin,
        Ladders({}, own={}, nags_of_prisoners={}),
        home_zone=story.readers[0].zone,
        down=list(story.down),
        idle=idle,
        ahead=story.horizon - begin + timedelta(days=1),
    )
    people = People(stage)
    for reader in story.readers:
        people.enter(reader)
    # The days of all the world that this installation keeps are none of the story's.
    with other_occasions(()):
        return Outcome(Play(story, stage, people).play(), stage.troubles)
