"""Reads about court watchers. Addresses stay sealed: what is asked here are numbers, days and states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from tracker.cases.models import Case
from tracker.dates.models import Hearing, HearingPrisoner
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Muted, Outbox
from tracker.reminders.rules import MailKind, MailState
from tracker.volunteers.models import AddressState, Volunteer
from tracker.watchers.models import AddressReveal, Watch, Watcher, WatchLink
from tracker.watchers.rules import MailsToday, Subject, hash_of


def about(subject: Subject, table: type[Watch] | type[WatchLink]) -> ColumnElement[bool]:
    """The condition that a row is about the hearings of this case or prisoner."""
    if subject.case_id is not None:
        return table.case_id == subject.case_id
    return table.prisoner_id == subject.prisoner_id


def open_link(session: Session, secret: str) -> Row[*tuple[Any, ...]] | None:
    """The link with this secret, as (id, case_id, prisoner_id, words), if it is not ended and there is still something
    to follow: the case is not closed, the prisoner not in the archive."""
    return session.execute(
        select(WatchLink.id, WatchLink.case_id, WatchLink.prisoner_id, WatchLink.words)
        .outerjoin(Case, Case.id == WatchLink.case_id)
        .outerjoin(Prisoner, Prisoner.id == WatchLink.prisoner_id)
        .where(
            WatchLink.token_hash == hash_of(secret),
            WatchLink.ended_at.is_(None),
            Case.closed_at.is_(None),
            Prisoner.archived_at.is_(None),
        )
    ).one_or_none()


def zone_of_courts(session: Session, subject: Subject) -> str | None:
    """The zone of the court of the hearing that was entered last; None: no hearing is known."""
    return session.scalar(
        select(Hearing.zone).where(_hearings_of(subject)).order_by(Hearing.entered_at.desc(), Hearing.id).limit(1)
    )


def _hearings_of(subject: Subject) -> ColumnElement[bool]:
    if subject.case_id is not None:
        return Hearing.case_id == subject.case_id
    return Hearing.id.in_(select(HearingPrisoner.hearing_id).where(HearingPrisoner.prisoner_id == subject.prisoner_id))


def mails_today(session: Session, watcher_id: UUID, watch_id: UUID, link_id: UUID, since: datetime) -> MailsToday:
    """How many mails that ask for a confirmation were made since then."""
    watch = aliased(Watch)
    waiting = Outbox.state.in_((MailState.QUEUED, MailState.SENDING))
    row = session.execute(
        select(
            func.count(case((watch.id == watch_id, 1))),
            func.count(case((watch.watcher_id == watcher_id, 1))),
            func.count(case((watch.link_id == link_id, 1))),
            func.count(case((and_(watch.id == watch_id, waiting), 1))),
        )
        .select_from(Outbox)
        .join(watch, watch.id == Outbox.subject_id)
        .where(
            Outbox.kind == MailKind.WATCH_CONFIRM,
            Outbox.created_at > since,
            or_(watch.watcher_id == watcher_id, watch.link_id == link_id),
        )
    ).one()
    return MailsToday(of_watch=row[0], of_address=row[1], of_link=row[2], is_one_waiting=row[3] > 0)


def watch_to_confirm(session: Session, watch_id: UUID, number: int) -> Watch | None:
    """What somebody asked for, if it can still be confirmed: the link through which she came is not ended, and she did
    not ask for a new address of her page since."""
    return session.scalars(
        select(Watch)
        .join(Watcher, and_(Watcher.id == Watch.watcher_id, Watcher.link_number == number))
        .outerjoin(WatchLink, WatchLink.id == Watch.link_id)
        .where(Watch.id == watch_id, or_(WatchLink.ended_at.is_(None), Watch.confirmed_at.is_not(None)))
    ).one_or_none()


def confirmed_watcher(session: Session, watcher_id: UUID, number: int) -> Watcher | None:
    """The watcher to whom the address of a page belongs, if it is her newest and she has confirmed something."""
    return session.scalars(
        select(Watcher).where(
            Watcher.id == watcher_id, Watcher.link_number == number, Watcher.confirmed_at.is_not(None)
        )
    ).one_or_none()


def watches_of(session: Session, watcher_id: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """What a watcher follows: (id, title of the case or None, name of the prisoner or None, is_over)."""
    return session.execute(
        select(
            Watch.id,
            Case.title,
            Prisoner.name,
            or_(Case.closed_at.is_not(None), Prisoner.archived_at.is_not(None)).label("is_over"),
        )
        .outerjoin(Case, Case.id == Watch.case_id)
        .outerjoin(Prisoner, Prisoner.id == Watch.prisoner_id)
        .where(Watch.watcher_id == watcher_id, Watch.confirmed_at.is_not(None))
        .order_by(Watch.created_at, Watch.id)
    ).all()


def is_muted(session: Session, watcher_id: UUID) -> bool:
    """Whether she has turned mails off by the link in one of them."""
    return bool(session.scalar(select(exists().where(Muted.watcher_id == watcher_id))))


def links_about(session: Session, subject: Subject) -> Sequence[Row[*tuple[Any, ...]]]:
    """The addresses that were handed out, newest first, with how many confirmed through each and how many have not
    answered yet."""
    return session.execute(
        select(
            WatchLink.id,
            WatchLink.words,
            WatchLink.made_at,
            WatchLink.ended_at,
            Volunteer.handle,
            func.count(Watch.confirmed_at).label("confirmed"),
            (func.count(Watch.id) - func.count(Watch.confirmed_at)).label("waiting"),
        )
        .join(Volunteer, Volunteer.id == WatchLink.made_by_id)
        .outerjoin(Watch, Watch.link_id == WatchLink.id)
        .where(about(subject, WatchLink))
        .group_by(WatchLink.id, Volunteer.handle)
        .order_by(WatchLink.made_at.desc(), WatchLink.id)
    ).all()


def numbers_about(session: Session, subject: Subject) -> Row[*tuple[Any, ...]]:
    """How many watchers there are: (confirmed, waiting, unreachable)."""
    is_confirmed = Watch.confirmed_at.is_not(None)
    refused = and_(is_confirmed, Watcher.address_state == AddressState.REFUSED)
    return session.execute(
        select(
            func.count(case((is_confirmed, 1))).label("confirmed"),
            func.count(case((~is_confirmed, 1))).label("waiting"),
            func.count(case((refused, 1))).label("unreachable"),
        )
        .select_from(Watch)
        .join(Watcher, Watcher.id == Watch.watcher_id)
        .where(about(subject, Watch))
    ).one()


def watchers_about(session: Session, subject: Subject, limit: int, offset: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The confirmed watchers without anything that tells who they are, first come first: (id of the watch,
    confirmed_at, address_state, words of the link)."""
    return session.execute(
        select(Watch.id, Watch.confirmed_at, Watcher.address_state, WatchLink.words)
        .join(Watcher, Watcher.id == Watch.watcher_id)
        .outerjoin(WatchLink, WatchLink.id == Watch.link_id)
        .where(about(subject, Watch), Watch.confirmed_at.is_not(None))
        .order_by(Watch.confirmed_at, Watch.id)
        .limit(limit)
        .offset(offset)
    ).all()


def reveals() -> Select[*tuple[Any, ...]]:
    """Which addresses were looked at, by whom, when and why, newest first; of whom it was is not said."""
    return (
        select(
            AddressReveal.id,
            AddressReveal.at,
            AddressReveal.why_sealed,
            Volunteer.handle,
            case((AddressReveal.watcher_id.is_(None), literal(True)), else_=literal(False)).label("has_left"),
        )
        .join(Volunteer, Volunteer.id == AddressReveal.volunteer_id)
        .order_by(AddressReveal.at.desc(), AddressReveal.id)
    )
