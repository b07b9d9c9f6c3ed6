"""What court watchers do without an account: asking, confirming, choosing, leaving. And forgetting who never did."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, case, delete, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from tracker.dates.models import Attendance, Hearing
from tracker.db import add_once
from tracker.reminders.actions import queue_mail
from tracker.reminders.beats import insert_into
from tracker.reminders.links import Links
from tracker.reminders.models import Muted, Outbox
from tracker.reminders.rules import MailKind, MailState, Reason
from tracker.volunteers.models import AddressState
from tracker.volunteers.rules import Disclosure, with_former_habits
from tracker.watchers.hearing_queries import follows_hearing
from tracker.watchers.models import Watch, Watcher
from tracker.watchers.queries import about, mails_today
from tracker.watchers.rules import COUNTED_OVER, FORGOTTEN_AFTER, Subject, address_key, may_ask


@dataclass(frozen=True)
class Choices:
    """What a watcher chooses: by which clock, in which language, how much. None: as the collective has it."""

    zone: str
    locale: str = "en"
    disclosure: Disclosure | None = None
    remind_at: time = time(8, 0)


def ask_to_watch(
    session: Session,
    subject: Subject,
    *,
    link_id: UUID,
    address: str,
    choices: Choices,
    links: Links,
    secret: bytes,
    now: datetime,
) -> None:
    """Somebody typed an address under a link: it gets a mail that asks whether she wants more.

    For an address that is known the same is done as for one that is not, and nothing here says which it was. What a
    confirmed watcher has chosen is not changed by whoever types her address. Raises AskedTooOften.
    """
    watcher = _watcher(session, address, choices, secret, now)
    watch = _watch(session, watcher.id, subject, link_id, now)
    if may_ask(mails_today(session, watcher.id, watch.id, link_id, now - COUNTED_OVER)):
        _send_question(session, watcher, watch, links, now)


def _watcher(session: Session, address: str, choices: Choices, secret: bytes, now: datetime) -> Watcher:
    key = address_key(address, secret)
    new = Watcher(email=address, address_key=key, address_state=AddressState.FINE, created_at=now, **vars(choices))
    new.bounces = new.link_number = 0
    add_once(session, new, "address_key")
    kept = session.scalars(select(Watcher).where(Watcher.address_key == key)).one()
    if kept.confirmed_at is None:
        choose(kept, choices, now)
    return kept


def _watch(session: Session, watcher_id: UUID, subject: Subject, link_id: UUID, now: datetime) -> Watch:
    row = {"watcher_id": watcher_id, "case_id": subject.case_id, "prisoner_id": subject.prisoner_id}
    values = {"id": uuid4(), "link_id": link_id, "created_at": now, **row}
    session.execute(insert_into(session, Watch).values(values).on_conflict_do_nothing())
    kept = session.scalars(select(Watch).where(Watch.watcher_id == watcher_id, about(subject, Watch))).one()
    if kept.confirmed_at is None:
        kept.created_at, kept.link_id = now, link_id
    return kept


def _send_question(session: Session, watcher: Watcher, watch: Watch, links: Links, now: datetime) -> None:
    is_known = watch.confirmed_at is not None
    path = (
        f"/watching/{links.watcher(watcher.id, watcher.link_number)}"
        if is_known
        else f"/watch/confirm/{links.watch(watch.id, watcher.link_number)}"
    )
    until = now + FORGOTTEN_AFTER
    queue_mail(
        session,
        MailKind.WATCH_CONFIRM,
        now=now,
        expires_at=until,
        to_address=watcher.email,
        subject_id=watch.id,
        payload={
            "path": path,
            "is_known": is_known,
            "until": until.isoformat(),
            "zone": watcher.zone,
            "locale": watcher.locale,
        },
    )


def confirm_watch(session: Session, watch: Watch, now: datetime) -> Watcher:
    """She wants mails about these hearings from now on. Doing so twice is doing so once."""
    watcher = session.get_one(Watcher, watch.watcher_id)
    watch.confirmed_at = watch.confirmed_at or now
    watcher.confirmed_at = watcher.confirmed_at or now
    # Whoever could open the mail has an address that works.
    watcher.address_state, watcher.bounces = AddressState.FINE, 0
    return watcher


def choose(watcher: Watcher, choices: Choices, now: datetime) -> None:
    """By which clock, when, in which language and how much she is told from now on. No mail that was ahead by the
    former clock and is past by the new one is lost."""
    if (watcher.zone, watcher.remind_at) != (choices.zone, choices.remind_at):
        watcher.former_habits = with_former_habits(watcher.former_habits or [], watcher.zone, watcher.remind_at, now)
    for name, value in vars(choices).items():
        setattr(watcher, name, value)


def renew_page(watcher: Watcher) -> None:
    """Her page gets another address; older ones, and mails not confirmed yet, no longer open anything."""
    watcher.link_number += 1


def want_mails_again(session: Session, watcher_id: UUID) -> None:
    """She had turned mails off by the link in one of them, and wants them after all."""
    session.execute(delete(Muted).where(Muted.watcher_id == watcher_id))


def stop_watch(session: Session, watch: Watch) -> bool:
    """No more mails about these hearings; with the last of them, everything about her is forgotten. Whether it was."""
    watcher_id, watch_id = watch.watcher_id, watch.id
    _forget_mails(session, [watch_id])
    session.execute(delete(Watch).where(Watch.id == watch_id))
    session.expunge(watch)
    if not session.scalar(select(exists().where(Watch.watcher_id == watcher_id, Watch.confirmed_at.is_not(None)))):
        leave(session, watcher_id)
        return True
    still = select(Hearing.id).where(follows_hearing(watcher_id))
    session.execute(delete(Attendance).where(Attendance.watcher_id == watcher_id, Attendance.hearing_id.not_in(still)))
    return False


def leave(session: Session, watcher_id: UUID) -> None:
    """Forget a watcher: her address, what she follows, what she answered, and which mails went to her."""
    watches = session.scalars(select(Watch.id).where(Watch.watcher_id == watcher_id)).all()
    _forget_mails(session, watches, Outbox.watcher_id == watcher_id)
    session.execute(delete(Watcher).where(Watcher.id == watcher_id))


_UNDER_WAY = (MailState.QUEUED, MailState.SENDING, MailState.FAILED, MailState.HELD)


def _forget_mails(session: Session, watch_ids: Collection[UUID], *also: ColumnElement[bool]) -> None:
    """Call off what is under way, also a mail that a sender holds, and keep of all of it nothing that leads to her."""
    asked = and_(Outbox.kind == MailKind.WATCH_CONFIRM, Outbox.subject_id.in_(watch_ids))
    is_under_way = Outbox.state.in_(_UNDER_WAY)
    values: dict[str, Any] = {
        "state": case((is_under_way, literal(MailState.SUPPRESSED, Outbox.state.type)), else_=Outbox.state),
        "reason": case((is_under_way, literal(Reason.UNSUBSCRIBED, Outbox.reason.type)), else_=Outbox.reason),
        "watcher_id": None,
        "to_address_sealed": None,
        "payload_sealed": None,
        "lease_token": None,
        "lease_until": None,
    }
    session.execute(update(Outbox).where(or_(asked, *also)).values(values).execution_options(synchronize_session=False))


def forget_unconfirmed(session: Session, now: datetime) -> int:
    """Forget what nobody has confirmed for a week, and whoever follows nothing; how many watchers are gone."""
    old = session.scalars(
        select(Watch.id).where(Watch.confirmed_at.is_(None), Watch.created_at <= now - FORGOTTEN_AFTER)
    ).all()
    if old:
        _forget_mails(session, old)
        session.execute(delete(Watch).where(Watch.id.in_(old)))
    gone = session.scalars(
        select(Watcher.id).where(~exists().where(Watch.watcher_id == Watcher.id), Watcher.created_at < now)
    ).all()
    for watcher_id in gone:
        leave(session, watcher_id)
    return len(gone)
