"""What a reader does not want, or not now: kinds of mail that she turned off; what can wait while she is away. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.dates.rules import Day, local_day
from tracker.reminders.rules import Follower, MailState, MailTopic, Person, Planned, Reason
from tracker.volunteers.rules import is_away

_ON_ITS_WAY = (MailState.QUEUED, MailState.MISSED)


def as_wished(planned: Sequence[Planned], day: Day, person: Person, roles: Sequence[Follower]) -> Sequence[Planned]:
    """The mails to a reader about a day; those that she does not want are suppressed, with the reason.

    Whoever turns a kind of mail off gets no notices of changes either. While she is away only what is soft waits;
    hearings and terms go on.
    """
    if person.muted and is_muted(day, person, roles):
        return [_suppressed(mail, Reason.UNSUBSCRIBED) for mail in planned]
    if person.away_until is None or not day.kind.is_soft:
        return planned
    return [_suppressed(mail, Reason.AWAY) if _comes_while_away(mail, person) else mail for mail in planned]


def is_muted(day: Day, person: Person, roles: Sequence[Follower]) -> bool:
    """Whether she turned off such days: for everybody, or for all the prisoners because of whom she is told."""
    topic = MailTopic(day.kind)
    if (topic, None) in person.muted:
        return True
    because_of = {follower.prisoner_id for follower in roles}
    concerned = day.prisoner_ids if None in because_of else [id_ for id_ in day.prisoner_ids if id_ in because_of]
    return bool(concerned) and all((topic, id_) in person.muted for id_ in concerned)


def _comes_while_away(mail: Planned, person: Person) -> bool:
    return is_away(person.away_from, person.away_until, local_day(mail.due_at, person.zone))


def _suppressed(mail: Planned, reason: Reason) -> Planned:
    return replace(mail, state=MailState.SUPPRESSED, reason=reason) if mail.state in _ON_ITS_WAY else mail
