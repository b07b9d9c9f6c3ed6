"""What coordinators do about court watchers: handing out addresses, looking one up, taking somebody off the list."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from tracker.db import add_once
from tracker.watchers.models import AddressReveal, Watch, Watcher, WatchLink
from tracker.watchers.rules import NobodyConfirmed, Subject, hash_of


def make_link(
    session: Session, subject: Subject, *, link_id: UUID, words: str | None, actor_id: UUID, now: datetime
) -> str | None:
    """An address under which visitors can ask for mails; gives its secret, which is kept nowhere. The same form sent
    twice makes one, and gives None the second time."""
    secret = secrets.token_urlsafe(32)
    link = WatchLink(
        id=link_id,
        case_id=subject.case_id,
        prisoner_id=subject.prisoner_id,
        token_hash=hash_of(secret),
        words=words,
        made_by_id=actor_id,
        made_at=now,
    )
    return secret if add_once(session, link, "id") else None


def end_link(link: WatchLink, now: datetime) -> None:
    """Nobody new can come through it, nor confirm what she asked for there. Who has confirmed stays."""
    link.ended_at = link.ended_at or now


def restore_link(link: WatchLink) -> None:
    """It can be used again."""
    link.ended_at = None


def reveal_address(session: Session, watch: Watch, *, why: str, actor_id: UUID, now: datetime) -> str:
    """The address of a watcher, and a row that says who looked at it and why; neither comes without the other.

    Raises NobodyConfirmed.
    """
    watcher = session.get_one(Watcher, watch.watcher_id)
    if watch.confirmed_at is None or watcher.email is None:
        raise NobodyConfirmed
    seen = AddressReveal(watcher_id=watcher.id, volunteer_id=actor_id, at=now)
    seen.why = why
    session.add(seen)
    session.flush()
    return watcher.email
