from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.cast import as_cora, cora  # noqa: F401
from tests.factories import make_volunteer, sign_in
from tests.support.client import FormClient
from tracker.accounts.passphrases import Passphrases
from tracker.volunteers.models import Volunteer

PASSPHRASE = "липа чайник утро вторник"
NOON = datetime(2028, 2, 29, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[time_machine.Traveller]:
    """The clock stands at noon of a 29 February, and moves as the test says."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def vera(session: Session) -> Volunteer:
    """Vera, who knows her passphrase."""
    made = make_volunteer(session, "Vera", passphrase_hash=Passphrases(8).hash(PASSPHRASE), email="vera@example.org")
    session.commit()
    return made


@pytest.fixture
def ada(session: Session) -> Volunteer:
    """Ada, an admin and nothing else."""
    return make_volunteer(session, "ada", is_admin=True)


@pytest.fixture
def as_vera(client: FormClient, session: Session, vera: Volunteer) -> FormClient:
    return sign_in(client, session, vera)


@pytest.fixture
def as_ada(new_visitor: Any, session: Session, ada: Volunteer) -> FormClient:
    return sign_in(new_visitor(), session, ada)
