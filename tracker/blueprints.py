"""Every address prefix of the application on one page."""

from __future__ import annotations

from flask import Flask

from tracker.accounts.routes import bp as accounts
from tracker.dates.routes import bp as hearings
from tracker.demo.mailbox import bp as mailbox
from tracker.facilities.routes import bp as facilities
from tracker.home.health import bp as health
from tracker.home.routes import bp as home
from tracker.settings import Settings


def register_blueprints(app: Flask, settings: Settings) -> None:
    """Put every feature at its address."""
    app.register_blueprint(home)
    app.register_blueprint(accounts)
    app.register_blueprint(hearings)
    app.register_blueprint(facilities)
    app.register_blueprint(health)
    if settings.demo:
        app.register_blueprint(mailbox)
