"""What the mail server calls."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import OperationalError

from tracker import clock
from tracker.reminders.bounces import LARGEST_BOUNCE, NotABounce, read_bounce, take_bounce
from tracker.web.parts import parts
from tracker.web.session import session

_TRY_LATER = 75
"""EX_TEMPFAIL: the mail server keeps the bounce and calls again."""


@click.group("mail")
def mail() -> None:
    """Mail that comes in."""


@mail.command("bounced")
@click.argument("recipient", required=False)
@with_appcontext
def bounced(recipient: str | None) -> None:
    """Read one bounce on standard input, as a mail server's pipe hands it over.

    RECIPIENT is the address to which it came; without it, the headers are asked. What is no bounce of a mail of ours
    is passed over, so that nobody gets an answer to it.
    """
    raw = sys.stdin.buffer.read(LARGEST_BOUNCE)
    try:
        bounce = read_bounce(raw, parts().settings.secret_key.encode(), recipient)
    except NotABounce:
        click.echo("Passed over: no bounce of a mail of ours.")
        return
    try:
        follows = take_bounce(session, bounce, clock.now())
        session.commit()
    except OperationalError:
        session.rollback()
        sys.exit(_TRY_LATER)
    click.echo(f"Noted: {bounce.verdict}." if follows else "Nothing follows from it.")
