from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.cast import as_cora, as_vera, assignment, cora, dunya, vera  # noqa: F401
from tests.factories import make_volunteer, sign_in
from tests.support.client import FormClient
from tracker.volunteers.models import Volunteer


@pytest.fixture
def ada(session: Session) -> Volunteer:
    """Ada, an admin and nothing else."""
    return make_volunteer(session, "ada", is_admin=True)


@pytest.fixture
def as_ada(new_visitor: Any, session: Session, ada: Volunteer) -> FormClient:
    return sign_in(new_visitor(), session, ada)
