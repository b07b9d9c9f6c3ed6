"""Who never confirmed is forgotten after a week, with her address and the mail that asked."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import make_watch, make_watcher
from tests.support.client import FormClient
from tests.watchers.conftest import questions
from tracker import clock
from tracker.cases.models import Case
from tracker.prisoners.models import Prisoner
from tracker.reminders.models import Outbox
from tracker.reminders.rules import MailState
from tracker.watchers.actions import forget_unconfirmed
from tracker.watchers.jobs import forget_strangers
from tracker.watchers.models import Watch, Watcher, WatchLink

DAY = timedelta(days=1)


def test_an_address_that_nobody_confirmed_is_forgotten_after_a_week(
    visitor: FormClient, session: Session, link: WatchLink
) -> None:
    visitor.post_form("/watch/secret-of-case", {"email": "typo@example.org"})
    path = questions(session)[0][1]["path"]
    session.execute(update(Outbox).values(state=MailState.FAILED))
    now = clock.now()
    assert forget_unconfirmed(session, now + 6 * DAY) == 0
    assert visitor.get(path).status_code == 200
    assert forget_unconfirmed(session, now + 7 * DAY) == 1
    assert session.scalars(select(Watcher)).all() == []
    mail = session.scalars(select(Outbox)).one()
    assert (mail.to_address, mail.payload, mail.state) == (None, None, MailState.SUPPRESSED)
    assert visitor.get(path).status_code == 404


def test_asking_again_gives_another_week(visitor: FormClient, session: Session, link: WatchLink) -> None:
    visitor.post_form("/watch/secret-of-case", {"email": "slow@example.org"})
    session.execute(update(Watch).values(created_at=clock.now() - 6 * DAY))
    session.execute(update(Outbox).values(state=MailState.SENT))
    visitor.post_form("/watch/secret-of-case", {"email": "slow@example.org"})
    assert forget_unconfirmed(session, clock.now() + 5 * DAY) == 0


def test_who_confirmed_stays_and_only_what_she_did_not_confirm_goes(
    session: Session, olga: Watcher, yelisey: Prisoner
) -> None:
    make_watch(session, olga, prisoner_id=yelisey.id, confirmed_at=None)
    assert forget_unconfirmed(session, clock.now()) == 0
    assert session.scalars(select(Watch)).one().case_id is not None
    assert session.scalars(select(Watcher)).one().id == olga.id


def test_who_follows_nothing_any_more_is_forgotten(app: Flask, session: Session, case: Case) -> None:
    make_watcher(session, "left-over@example.org")
    session.commit()
    assert forget_strangers(app.extensions["tracker"].sessions, clock.now()) == 1
    session.expire_all()
    assert session.scalars(select(Watcher)).all() == []
