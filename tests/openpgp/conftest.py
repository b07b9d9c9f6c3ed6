"""Keys that live as long as a test."""

from __future__ import annotations

import pytest
from pysequoia import Tsk

NAME = "Vera <vera@example.org>"


@pytest.fixture(scope="session")
def private() -> Tsk:
    """Vera's key, both halves."""
    return Tsk.generate(NAME)


@pytest.fixture(scope="session")
def public(private: Tsk) -> str:
    """Its public half, as she would paste it."""
    return str(private.extract_certificate())
