"""The only ways by which a route gets at what concerns court watchers: each one checks, and answers with a missing page
to whatever is wrong, ended, damaged or somebody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import Row, select

from tracker.dates.models import Hearing
from tracker.reminders.links import BadLink, Links
from tracker.watchers import queries
from tracker.watchers.hearing_queries import follows_hearing
from tracker.watchers.models import Watch, Watcher, WatchLink
from tracker.web.access import actor
from tracker.web.parts import parts
from tracker.web.session import session


def signer() -> Links:
    """Makes and reads signed addresses, with the secret of this installation."""
    return Links(parts().settings.secret_key.encode())


def open_watch_link(secret: str) -> Row[*tuple[Any, ...]]:
    """What an address that was handed out opens: (id, case_id, prisoner_id, words), or 404."""
    found = queries.open_link(session, secret)
    return found if found is not None else abort(404)


def watch_to_confirm(token: str) -> Watch:
    """What the link in a mail asks to confirm, or 404."""
    try:
        watch_id, number = signer().read_watch(token)
    except BadLink:
        abort(404)
    return queries.watch_to_confirm(session, watch_id, number) or abort(404)


def watcher_of(token: str) -> Watcher:
    """To whom the address of a page of her own belongs, or 404."""
    try:
        watcher_id, number = signer().read_watcher(token)
    except BadLink:
        abort(404)
    return queries.confirmed_watcher(session, watcher_id, number) or abort(404)


def own_watch(watcher: Watcher, watch_id: UUID) -> Watch:
    """Something that she follows, or 404."""
    found = session.get(Watch, watch_id)
    is_hers = found is not None and found.watcher_id == watcher.id and found.confirmed_at is not None
    return found if found is not None and is_hers else abort(404)


def watched_hearing(watcher: Watcher, hearing_id: UUID) -> Hearing:
    """A hearing that she follows, or 404."""
    found = session.scalar(select(Hearing).where(Hearing.id == hearing_id, follows_hearing(watcher.id)))
    return found or abort(404)


def coordinators_watch_link(watch_link_id: UUID) -> WatchLink:
    """Any address that was handed out, for coordinators; 404 for others."""
    if not actor().is_coordinator:
        abort(404)
    return session.get(WatchLink, watch_link_id) or abort(404)


def coordinators_watch(watch_id: UUID) -> Watch:
    """That somebody follows hearings and has confirmed it, for coordinators; 404 for others."""
    if not actor().is_coordinator:
        abort(404)
    found = session.get(Watch, watch_id)
    return found if found is not None and found.confirmed_at is not None else abort(404)
