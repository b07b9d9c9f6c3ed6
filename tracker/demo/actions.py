"""Filling an empty database: with the demo collective, or with accounts only."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import yaml
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from tracker.accounts.actions import NewAccount, create_account
from tracker.accounts.passphrases import Passphrases
from tracker.demo.collective import DATA, load
from tracker.volunteers.models import Volunteer


def passphrase_of(handle: str) -> str:
    """The passphrase of a demo account; no secret, and accepted in a demo only."""
    return f"linden street {handle}"


def is_empty(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return not session.scalar(select(exists().where(Volunteer.id.is_not(None))))


def load_demo(session: Session, passphrases: Passphrases, *, with_people: bool, now: datetime, today: date) -> None:
    """Make the demo's accounts, and its invented prisoners with their post if ``with_people``."""
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    accounts = {facts["handle"]: _account(session, passphrases, facts, now, today) for facts in data["accounts"]}
    session.flush()
    if with_people:
        load(session, data, accounts, now=now, today=today)


def _account(
    session: Session, passphrases: Passphrases, facts: dict[str, Any], now: datetime, today: date
) -> Volunteer:
    handle = facts["handle"]
    new = NewAccount(
        handle=handle,
        passphrase_hash=passphrases.hash(passphrase_of(handle)),
        languages=tuple(facts["languages"]),
        zone=facts["zone"],
    )
    volunteer = create_account(session, new, email=f"{handle}@example.org", now=now)
    volunteer.is_demo = True
    volunteer.is_coordinator = facts.get("coordinator", False)
    volunteer.is_admin = facts.get("admin", False)
    volunteer.capacity = facts["capacity"]
    volunteer.away_until = today + timedelta(days=facts["away"]) if "away" in facts else None
    return volunteer
