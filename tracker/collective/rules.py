"""What a collective decides for itself, and what holds while it has decided nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from tracker.volunteers.rules import Disclosure

LEAST_DAYS, MOST_DAYS = 1, 3650
"""No period is shorter than a day or longer than ten years."""

SCANS_KEPT_DAYS = 180
STALE_AFTER_DAYS = 180
CLAIM_DAYS = 7
MAILS_KEPT_DAYS = 90
"""What holds without a decision."""


class KeptScans(StrEnum):
    """What happens to the pages that are there when a collective keeps no scans any more."""

    UNTIL_THEIR_DAY = "until_their_day"
    """They stay, shown to nobody, until the day that was set for each."""
    DESTROYED_NOW = "destroyed_now"


@dataclass(frozen=True)
class CollectiveSettings:
    """What the collective has decided, with the defaults where it has not. Periods are in days."""

    scans_allowed: bool = False
    """Whether scans of replies may be kept."""
    scans_kept_days: int = SCANS_KEPT_DAYS
    """After so many days a scan is destroyed, unless it is held for release."""
    stale_after_days: int = STALE_AFTER_DAYS
    """After so many days an address has to be verified anew."""
    claim_days: int = CLAIM_DAYS
    """So many days a claimed parcel slot is kept."""
    currency: str | None = None
    """ISO 4217 code in which costs are typed in; None: nobody has said."""
    most_disclosure: Disclosure = Disclosure.FULL
    """The most that any mail or calendar may say."""
    mails_kept_days: int = MAILS_KEPT_DAYS
    """So many days after its time a mail of the outbox is counted and destroyed."""
    reply_to: str | None = None
    """Where answers to mails of the tracker go."""
    ping_url: str | None = None
    """An address of an outside monitor that is asked for while all is well."""


class NoMonitor(Exception):
    """A monitor is asked for at an https address of another machine, without a name or a passphrase before it."""


def check_ping_url(address: str) -> None:
    """Raises NoMonitor for anything but an https address on the internet. A name that leads into one's own network is
    not found out; whoever may set it may change everything else here too."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise NoMonitor from None
    is_plain = address.isascii() and address.isprintable() and " " not in address
    if not is_plain or parts.scheme != "https" or parts.username is not None or port == 0:
        raise NoMonitor
    if not _is_public(host):
        raise NoMonitor


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        name = host.rstrip(".")
        # 127.1 and 0x7f.0.0.1 are addresses too, of which only the system's resolver knows.
        is_number = name.rpartition(".")[2][:1].isdigit()
        return "." in name and not is_number and not name.endswith((".localhost", ".local", ".internal", ".lan"))
