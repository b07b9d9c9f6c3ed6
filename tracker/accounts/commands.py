"""Accounts from a terminal: the first one of an installation."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from tracker import clock
from tracker.accounts.actions import NewAccount, create_account
from tracker.accounts.addresses import NotAnAddress, usable_address
from tracker.accounts.rules import (
    LONGEST_HANDLE,
    HandleTaken,
    PassphraseTooCommon,
    PassphraseTooLong,
    PassphraseTooShort,
    check_passphrase,
)
from tracker.web.parts import parts
from tracker.web.session import session

_REFUSALS = (HandleTaken, NotAnAddress, PassphraseTooShort, PassphraseTooLong, PassphraseTooCommon)


@click.command("create-admin")
@click.argument("handle")
@click.option("--email", help="Where reminders go; kept encrypted. May be left out.")
@click.option("--coordinator/--no-coordinator", default=False, help="Also sees all prisoners, and assigns.")
@with_appcontext
def create_admin(handle: str, email: str | None, coordinator: bool) -> None:
    """Make an account with the role admin, which can invite everybody else.

    Asks for the passphrase; from a pipe it is the first line.
    """
    handle = " ".join(handle.split())
    if not handle.isprintable() or not 1 <= len(handle) <= LONGEST_HANDLE:
        raise click.ClickException(f"A handle has 1 to {LONGEST_HANDLE} printable characters.")
    passphrase = _passphrase()
    if email is None and sys.stdin.isatty():
        email = click.prompt("E-mail address (may be empty)", default="", show_default=False)
    try:
        check_passphrase(passphrase, handle)
        new = NewAccount(handle, parts().passphrases.hash(passphrase), zone=parts().settings.zone)
        volunteer = create_account(session, new, email=_checked(email), now=clock.now())
        volunteer.is_admin, volunteer.is_coordinator = True, coordinator
        session.commit()
    except _REFUSALS as refusal:
        raise click.ClickException(str(type(refusal).__doc__)) from None
    except DBAPIError:
        raise click.ClickException("The database cannot be used yet: run `flask init` first.") from None
    click.echo(f"{handle} can sign in now, at {parts().settings.public_url}/sign-in.")


def _passphrase() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt="The same again")
        return typed
    return sys.stdin.readline().rstrip("\r\n")


def _checked(email: str | None) -> str | None:
    return usable_address(email) if email and email.strip() else None
