"""What the application is put together from, for the edges that need a piece of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from tracker.mail import Mailer
    from tracker.settings import Settings


@dataclass
class Parts:
    """The pieces of one running application; under ``app.extensions["tracker"]``."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    mailer: Mailer
    passphrases: Any
    """An accounts.passphrases.Passphrases; it lives above this package."""


def parts() -> Parts:
    """The pieces of the application that handles this request or command."""
    result: Parts = current_app.extensions["tracker"]
    return result
