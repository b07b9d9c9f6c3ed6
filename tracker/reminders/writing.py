"""What whoever writes a mail is told: where mails come from, who reads it, and how much it may say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tracker.reminders.drafts import Draft, Link
from tracker.reminders.links import Links
from tracker.reminders.look_again import Ready
from tracker.reminders.mail_facts import About
from tracker.reminders.models import Outbox


@dataclass(frozen=True)
class Site:
    """Where mails come from, and where they send people to look."""

    url: str
    """As people type it, without a slash at the end."""
    mail_domain: str
    collective: str
    secret: bytes = b""
    """Signs the addresses in mails."""
    bounce_address: str | None = None
    """Where bounces are read by a program, such as ``bounces@post.example.org``; None: nobody reads them."""

    @cached_property
    def links(self) -> Links:
        return Links(self.secret)


@dataclass(frozen=True)
class Writing:
    """One mail that is being written."""

    site: Site
    mail: Outbox
    ready: Ready
    now: datetime
    session: Session | None = None
    """For builders that have to look something up."""
    about: About | None = None
    """Whom and what it is about, for a mail that may say all; None for any other."""

    @property
    def zone(self) -> ZoneInfo:
        """The reader's."""
        return ZoneInfo(self.ready.zone)

    @property
    def front_door(self) -> str:
        """Where this reader sees more: the first page, or the page of a court watcher who cannot sign in."""
        if self.mail.watcher_id is not None:
            token = self.site.links.watcher(self.mail.watcher_id, self.ready.link_number)
            return f"{self.site.url}/watching/{token}"
        return f"{self.site.url}/"

    @property
    def settings(self) -> str:
        """Where she changes what reaches her, and when."""
        return self.front_door if self.mail.watcher_id is not None else f"{self.site.url}/me/mails"

    def answer(self, words: str, path: str, what: str) -> Link:
        """A link that answers this mail: ``path`` such as ``snooze``, signed for ``what``. It opens a page with a
        button, and does nothing by itself."""
        return Link(words, f"{self.site.url}/{path}/{self.site.links.answer(self.mail.id, what)}")

    def unsubscribe(self, topic: Any) -> str | None:
        """Where she turns such mails off with one click; None for whoever has no account and watches nothing."""
        reader = self.mail.recipient_id or self.mail.watcher_id
        if reader is None or topic is None:
            return None
        return f"{self.site.url}/u/{self.site.links.unsubscribe(reader, topic)}"


Builder = Callable[[Writing], Draft]
"""Says what a kind of mail says, in the reader's language; it runs in an application context."""
