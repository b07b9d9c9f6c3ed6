"""What an operator does from a terminal: ``flask --app wsgi COMMAND``."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import with_appcontext

from tracker import migrate
from tracker.accounts.commands import create_admin
from tracker.exchange.commands import export_bundle, import_bundle
from tracker.reminders.commands import reminders
from tracker.web.parts import parts


@click.command("init")
@with_appcontext
def init() -> None:
    """Bring the database to the present version and make its first sealing key. Safe to repeat."""
    from flask import current_app

    from tracker.app import unlock

    migrate.upgrade(parts().engine)
    unlock(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo(f"The database is at revision {migrate.newest()}.")


def register_commands(app: Flask) -> None:
    """Put every command on ``flask``."""
    for command in (init, create_admin, import_bundle, export_bundle, reminders):
        app.cli.add_command(command)
