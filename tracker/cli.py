"""What an operator does from a terminal: ``flask --app wsgi COMMAND``."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from tracker.db import IN_MEMORY
from tracker.settings import Settings
from tracker.web.parts import parts

_MODULES = {
    "create-admin": "tracker.accounts.commands",
    "export-bundle": "tracker.exchange.commands",
    "import-bundle": "tracker.exchange.commands",
    "mail": "tracker.reminders.mail_commands",
    "post": "tracker.transit.commands",
    "reminders": "tracker.reminders.commands",
    "scans": "tracker.scans.commands",
}
"""Where the commands of the features are."""


def settings_of_call(arguments: Sequence[str]) -> Settings | None:
    """The settings for a rehearsal, if that is what was called: it touches no installation, and needs none. None: those
    of the environment are meant."""
    if ("reminders", "rehearse") not in pairwise(arguments):
        return None
    return Settings(
        database_url=IN_MEMORY,
        secret_key=secrets.token_urlsafe(48),
        key_file=Path("no-key"),
        smtp_url="smtp://localhost",
        mail_from="Rehearsal <rehearsal@rehearsal.example.org>",
        public_url="https://rehearsal.example.org",
    )


class Commands(AppGroup):
    """Commands that are imported when they are called: what stands behind them takes an eighth of the memory of a web
    process, which never calls one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_MODULES})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _MODULES:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(_MODULES[cmd_name]), cmd_name.replace("-", "_"))
        return command


@click.command("init")
@with_appcontext
def init() -> None:
    """Bring the database to the present version, make its first sealing key, and count anew what is counted. Safe to
    repeat."""
    from flask import current_app

    from tracker import migrate
    from tracker.app import unlock

    before = migrate.present(parts().engine)
    migrate.upgrade(parts().engine)
    unlock(current_app._get_current_object())  # type: ignore[attr-defined]
    if before not in (None, migrate.newest()):
        # What is kept beside the letters may be new, or meant differently.
        click.get_current_context().invoke(import_module(_MODULES["post"]).recount_post)
    click.echo(f"The database is at revision {migrate.newest()}.")


def register_commands(app: Flask) -> None:
    """Put every command on ``flask``."""
    app.cli = Commands(app.name)
    app.cli.add_command(init)
