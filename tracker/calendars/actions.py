"""Making calendars, giving them another address, taking them back; and noting that one was read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.accounts.actions import new_token
from tracker.calendars.models import CalendarFeed
from tracker.calendars.queries import most_disclosure, number_of_feeds
from tracker.calendars.rules import MOST_FEEDS, TooManyFeeds, check_disclosure
from tracker.db import add_once
from tracker.volunteers.rules import Disclosure


@dataclass(frozen=True)
class Wishes:
    """How somebody wants a calendar."""

    name: str
    disclosure: Disclosure
    with_alarms: bool


def hash_of(secret: str) -> str:
    """What is stored instead of a secret; it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_feed(session: Session, volunteer_id: UUID, feed_id: UUID, wishes: Wishes, now: datetime) -> str | None:
    """A calendar for somebody; gives the secret of its address, which is kept nowhere. The same form sent twice makes
    one, and gives None the second time. Raises TooManyFeeds or SaysMoreThanAllowed."""
    check_disclosure(wishes.disclosure, most_disclosure(session))
    if session.get(CalendarFeed, feed_id) is None and number_of_feeds(session, volunteer_id) >= MOST_FEEDS:
        raise TooManyFeeds
    secret = new_token()
    feed = CalendarFeed(
        id=feed_id, volunteer_id=volunteer_id, secret_hash=hash_of(secret), created_at=now, **vars(wishes)
    )
    return secret if add_once(session, feed, "id") else None


def change_feed(session: Session, feed: CalendarFeed, wishes: Wishes) -> None:
    """Another name, and what it says. Raises SaysMoreThanAllowed, except for what it said already: the collective's
    limit is applied whenever it is read."""
    if wishes.disclosure is not feed.disclosure:
        check_disclosure(wishes.disclosure, most_disclosure(session))
    for name, value in vars(wishes).items():
        setattr(feed, name, value)


def give_new_address(feed: CalendarFeed) -> str:
    """The old address opens nothing any more; gives the secret of the new one."""
    secret = new_token()
    feed.secret_hash = hash_of(secret)
    feed.last_used_on = None
    return secret


def revoke_feed(feed: CalendarFeed, now: datetime) -> None:
    """Its address opens nothing any more."""
    feed.revoked_at = feed.revoked_at or now


def content_as_of(feed: Any, content: bytes, now: datetime) -> tuple[str, datetime]:
    """The hash of what is read now, and since when it has been like that."""
    digest = hashlib.sha256(content).hexdigest()
    unchanged = feed.content_hash == digest and feed.content_at is not None
    return digest, feed.content_at if unchanged else now


def note_use(session: Session, feed: Any, today: date, content_hash: str, content_at: datetime) -> bool:
    """Note on which day a calendar was read, and since when it has its content. Writes once a day, and when its content
    has changed; says whether it wrote."""
    if feed.last_used_on == today and feed.content_hash == content_hash:
        return False
    noted = {"last_used_on": today, "content_hash": content_hash, "content_at": content_at}
    session.execute(update(CalendarFeed).where(CalendarFeed.id == feed.id).values(**noted))
    return True
