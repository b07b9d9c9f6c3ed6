"""The post from a terminal: counting it anew."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from tracker.letters.changes import count_everything
from tracker.transit.actions import recount
from tracker.web.session import session


@click.group("post")
def post() -> None:
    """What is counted beside the letters."""


@post.command("recount")
@with_appcontext
def recount_post() -> None:
    """Count all letters anew: newest days, who waits since when, transit times. Needed only after somebody changed the
    database by hand; letters that are logged meanwhile wait."""
    count_everything(session)
    counts = recount(session)
    session.commit()
    click.echo(f"Different counts: {counts}.")
