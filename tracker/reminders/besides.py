"""What a turn of planning looks at besides the days: silences, what was put off, and what becomes one mail."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.reminders.actions import keep_planned
from tracker.reminders.digests import keep_digest
from tracker.reminders.gathering import Digest, Gatherable, digests_due, slot_of
from tracker.reminders.ladder_queries import ladders_now
from tracker.reminders.ladders import Ladders
from tracker.reminders.nag_queries import KnownSilences, known_silences, planned_until
from tracker.reminders.nags import Asked, PlannedNag, plan_silence
from tracker.reminders.plan import DayKey
from tracker.reminders.reader_queries import Readers, readers
from tracker.reminders.rules import MailState, Person, Planned
from tracker.reminders.snoozing import PutOff, keep_again, put_off_now

log = logging.getLogger(__name__)


@dataclass
class Besides:
    """What is due besides the mails about single days."""

    put_off: dict[str, PutOff] = field(default_factory=dict)
    """What its readers put off, by the key of the mail."""
    nags: list[PlannedNag] = field(default_factory=list)
    digests: list[Digest] = field(default_factory=list)
    again: list[PutOff] = field(default_factory=list)
    """What comes once more, or is no longer put off."""
    errors: int = 0
    looked_at_silences: bool = False
    next_at: datetime | None = None
    """When silences have to be looked at again, as far as that is known; None: not soon."""

    def look_again_at(self, *moments: datetime) -> None:
        """Silences have to be looked at again at the first of these moments."""
        self.next_at = min([*moments, *([self.next_at] if self.next_at else [])], default=None)

    @property
    def has_some(self) -> bool:
        return bool(self.nags or self.digests or self.again)


def look_besides(
    session: Session,
    ladders: Ladders,
    who: Readers,
    now: datetime,
    looked_at: datetime | None,
    escalate_to: Mapping[UUID, UUID],
    look_at_silences: bool = True,
) -> Besides:
    """The silences about which something is due now, and what was put off; at most four statements, and one while it is
    no time to look at silences. ``looked_at`` is when this planner looked last; ``escalate_to`` names the one
    coordinator who is told of an assignment, in rehearsals."""
    found = Besides(put_off={each.mail_key: each for each in put_off_now(session)})
    found.again = [each for each in found.put_off.values() if each.until_at <= now]
    if not look_at_silences:
        return found
    found.looked_at_silences = True
    looked_at = min(looked_at or planned_until(session) or now, now)
    facts = known_silences(session, ladders, who.people, now, now)
    planned, found.errors = nags_of(facts, who, now, looked_at, escalate_to)
    found.nags = [mail for mail in planned if mail.is_owed and _is_new(mail, facts.asked)]
    found.look_again_at(*(mail.due_at for mail in planned if mail.due_at > now and not mail.is_owed))
    return found


def nags_ahead(
    session: Session,
    of_file: Ladders,
    home_zone: str,
    now: datetime,
    until: datetime,
    escalate_to: Mapping[UUID, UUID] | None = None,
    looked_at: datetime | None = None,
) -> list[PlannedNag]:
    """What silences make due until a later moment, if nobody writes; what waits in the outbox is among it. The last two
    arguments as for ``look_besides``."""
    who = readers(session, home_zone)
    return nags_until(session, ladders_now(session, of_file), who, now, until, escalate_to, looked_at)


def nags_until(
    session: Session,
    ladders: Ladders,
    who: Readers,
    now: datetime,
    until: datetime,
    escalate_to: Mapping[UUID, UUID] | None = None,
    looked_at: datetime | None = None,
) -> list[PlannedNag]:
    """The same, by the ladders that hold now and for readers who are known already; in three statements."""
    facts = known_silences(session, ladders, who.people, now, until)
    looked_at = min(looked_at or planned_until(session) or now, now)
    planned, _errors = nags_of(facts, who, now, looked_at, escalate_to or {})
    return [mail for mail in planned if mail.due_at <= until]


def nags_of(
    facts: KnownSilences, who: Readers, now: datetime, looked_at: datetime, escalate_to: Mapping[UUID, UUID]
) -> tuple[list[PlannedNag], int]:
    """What silences make due next, and how many have a fault."""
    planned: list[PlannedNag] = []
    errors = 0
    coordinators = [(who.people[each.person_id], each.since) for each in who.coordinators]
    for silence in facts.silences:
        named = escalate_to.get(silence.assignment_id)
        told = [
            (person, since)
            for person, since in coordinators
            if (person.id == named if named is not None else person.id != silence.writer.id and not escalate_to)
        ]
        try:
            planned += plan_silence(silence, told, facts.asked.get(silence.assignment_id, ()), now, looked_at)
        except Exception as error:
            errors += 1
            log.error("assignment %s could not be planned: %s", silence.assignment_id, type(error).__name__)
    return planned, errors


def _is_new(mail: PlannedNag, asked: Mapping[UUID, Sequence[Asked]]) -> bool:
    there = [each.state for each in asked.get(mail.subject_id, ()) if each.dedupe_key == mail.dedupe_key]
    return all(state in (MailState.SUPERSEDED, MailState.SUPPRESSED) for state in there)


def sort_out(
    besides: Besides,
    mails: MutableMapping[DayKey, list[Planned]],
    next_at: MutableMapping[DayKey, datetime],
    people: Mapping[UUID, Person],
    now: datetime,
) -> None:
    """Take out of what is due what its readers put off, and what goes out in a gathered mail. In ``mails`` stays what
    goes out by itself; ``next_at`` learns when the rest has to be looked at again."""
    gatherable: list[Gatherable] = []
    for key, planned in list(mails.items()):
        single, some, waits_until = _sorted_out(planned, besides.put_off, people, now)
        gatherable += some
        if waits_until is not None:
            next_at[key] = min(waits_until, next_at.get(key, waits_until))
        if single:
            mails[key] = single
        else:
            del mails[key]
    nags = [mail for mail in besides.nags if not _is_put_off(mail, besides.put_off, now)]
    besides.look_again_at(
        *(besides.put_off[mail.dedupe_key].until_at for mail in besides.nags if mail not in nags),
        *(slot for mail in nags if (slot := slot_of(mail, people[mail.person_id])) is not None and slot > now),
    )
    alone, besides.digests = digests_due([*gatherable, *nags], people, now)
    besides.nags = [mail for mail in alone if isinstance(mail, PlannedNag)]


def _sorted_out(
    planned: Sequence[Planned], put_off: Mapping[str, PutOff], people: Mapping[UUID, Person], now: datetime
) -> tuple[list[Planned], list[Planned], datetime | None]:
    single, gathered, later = [], [], []
    for mail in planned:
        person = people.get(mail.person_id)
        slot = slot_of(mail, person) if person is not None else None
        if _is_put_off(mail, put_off, now):
            later.append(put_off[mail.dedupe_key].until_at)
        elif slot is None:
            single.append(mail)
        elif slot > now:
            later.append(slot)
        else:
            gathered.append(mail)
    return single, gathered, min(later, default=None)


def _is_put_off(mail: Planned | PlannedNag, put_off: Mapping[str, PutOff], now: datetime) -> bool:
    found = put_off.get(mail.dedupe_key)
    return found is not None and found.until_at > now


def keep_besides(
    session: Session, besides: Besides, secret: bytes, now: datetime, watcher_ids: Collection[UUID]
) -> int:
    """Put it into the outbox. Says how many mails are new; what fails is logged and counted, and stops nothing."""
    new = 0
    for nag in besides.nags:
        new += _kept(session, besides, partial(keep_planned, session, [nag], secret, now, watcher_ids))
    for digest in besides.digests:
        new += _kept(session, besides, partial(keep_digest, session, digest, secret, now))
    if besides.again:
        new += _kept(session, besides, partial(keep_again, session, besides.again, secret, now))
    return new


def _kept(session: Session, besides: Besides, keep: Callable[[], int]) -> int:
    try:
        with session.begin_nested():
            return keep()
    except Exception as error:
        besides.errors += 1
        log.error("a mail could not be planned: %s", type(error).__name__)
        return 0
