"""What holds of court watchers: how often an address is written to, how much is said, what is forgotten. Pure."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from tracker.volunteers.rules import Disclosure

FORGOTTEN_AFTER = timedelta(days=7)
"""An address that nobody has confirmed is forgotten so long after it was typed."""
COUNTED_OVER = timedelta(days=1)
MOST_MAILS_PER_WATCH = 3
"""So many mails in a day ask one address about the same hearings, whoever types it."""
MOST_MAILS_PER_ADDRESS = 8
"""The same for all hearings together."""
MOST_MAILS_PER_LINK = 100
"""So many mails in a day are sent on behalf of whoever opens one address; it must not become a way to write to
strangers."""
CALLED_OFF_SHOWN = timedelta(days=30)
"""So long a hearing that was cancelled is still shown."""


class AskedTooOften(Exception):
    """So many have asked here today that no more mails are sent until tomorrow."""


class NobodyConfirmed(Exception):
    """This address was never confirmed, so there is no reason to look at it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose hearings are followed: those of a case or of a prisoner, exactly one of the two."""

    case_id: UUID | None = None
    prisoner_id: UUID | None = None

    def __post_init__(self) -> None:
        if (self.case_id is None) == (self.prisoner_id is None):
            raise ValueError("hearings of a case or of a prisoner are followed")


@dataclass(frozen=True, slots=True)
class MailsToday:
    """How many mails that ask for a confirmation went out within a day."""

    of_watch: int
    of_address: int
    of_link: int
    is_one_waiting: bool
    """One for the same watch has not been sent yet."""


def may_ask(today: MailsToday) -> bool:
    """Whether one more mail is sent to this address; raises AskedTooOften, which does not depend on the address."""
    if today.of_link >= MOST_MAILS_PER_LINK:
        raise AskedTooOften
    return (
        not today.is_one_waiting and today.of_watch < MOST_MAILS_PER_WATCH and today.of_address < MOST_MAILS_PER_ADDRESS
    )


def address_key(address: str, secret: bytes) -> str:
    """By what an address is found again without being readable: whoever has the database, but not the secret, cannot
    even try addresses. Upper and lower case are the same."""
    return hmac.new(secret, b"watcher address|" + address.casefold().encode(), hashlib.sha256).hexdigest()


def hash_of(secret: str) -> str:
    """What is stored of the secret in an address; it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def up_to(most: Disclosure) -> list[Disclosure]:
    """How much mails may say where the collective allows ``most``, from the least to that."""
    ordered = list(Disclosure)
    return ordered[: ordered.index(most) + 1]


def within(wish: Disclosure, most: Disclosure) -> Disclosure:
    """As much as somebody wants, but no more than the collective allows."""
    allowed = up_to(most)
    return wish if wish in allowed else allowed[-1]
