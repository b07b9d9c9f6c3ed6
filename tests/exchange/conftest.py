"""The invented bundle, and ways to bend it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tracker.exchange.account import Account
from tracker.exchange.actions import import_bundle
from tracker.exchange.bundle import read_bundle
from tracker.exchange.writing import written

GARDEN = Path(__file__).with_name("garden.yaml")
NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def _garden() -> dict[str, Any]:
    data: dict[str, Any] = read_bundle(GARDEN.read_bytes()).data
    return data


@pytest.fixture
def garden(_garden: dict[str, Any]) -> dict[str, Any]:
    """The invented bundle as values, to be changed at will."""
    return copy.deepcopy(_garden)


@pytest.fixture
def take(session: Session) -> Callable[..., Account]:
    """Import a bundle given as values, the way it goes through a file."""

    def take(bundle: dict[str, Any], **options: Any) -> Account:
        account = import_bundle(session, read_bundle(written(bundle)), now=options.pop("now", NOW), **options)
        session.commit()
        session.expire_all()
        return account

    return take
