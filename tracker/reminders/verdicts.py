"""What a last look at a mail can find: it goes out, it goes out later, or it does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.reminders.models import Outbox
from tracker.reminders.nags import PlannedNag
from tracker.reminders.rules import MailState, Planned, Reason
from tracker.volunteers.rules import Disclosure


@dataclass(frozen=True)
class Part:
    """One mail inside a gathered one, and what the plan says of it now."""

    mail: Outbox
    planned: Planned | None = None
    nag: PlannedNag | None = None


@dataclass(frozen=True)
class Ready:
    """It goes out, to this address, in this language and by this clock."""

    address: str
    locale: str
    zone: str
    planned: Planned | None = None
    """For mails about a day: what the plan says now."""
    disclosure: Disclosure = Disclosure.DISCREET
    """How much the mail may say."""
    reply_to: str | None = None
    """Where an answer goes."""
    pgp_key: str | None = None
    """The OpenPGP certificate to which it is encrypted, in ASCII armour."""
    link_number: int = 0
    """Of the page of a court watcher."""
    nag: PlannedNag | None = None
    """For mails about a silence: what it is like now."""
    parts: tuple[Part, ...] = ()
    """For a gathered mail: what it says."""


@dataclass(frozen=True)
class Hold:
    """It goes out later."""

    until: datetime


@dataclass(frozen=True)
class Drop:
    """It does not go out."""

    state: MailState
    reason: Reason


Verdict = Ready | Hold | Drop
