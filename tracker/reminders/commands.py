"""Reminders from a terminal: what the plan is, and one turn of planning and sending where no scheduler runs."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import with_appcontext

from tracker import clock
from tracker.rehearsal.commands import rehearse
from tracker.reminders import page_queries
from tracker.reminders.desk import desk_of, ladders_in_use, shared_clock
from tracker.reminders.jobs import plan_due, send_due
from tracker.reminders.outlook import outlook
from tracker.reminders.rules import MailState, Planned
from tracker.web.filters import moment
from tracker.web.parts import parts
from tracker.web.session import session


@click.group("reminders")
def reminders() -> None:
    """What will be sent, and sending it by hand."""


reminders.add_command(rehearse)


@reminders.command("plan")
@click.option("--days", default=30, show_default=True, type=click.IntRange(0, 366), help="How far to look ahead.")
@click.option("--all", "everything", is_flag=True, help="Also what drops out, and why.")
@with_appcontext
def plan(days: int, everything: bool) -> None:
    """Print what will be sent: when by the reader's clock, to whom, what, and why. Names nobody but readers."""
    now = clock.now()
    planned = outlook(session, ladders_in_use(), parts().settings.zone, now, now + timedelta(days=days))
    shown = [mail for mail in planned if everything or mail.state is MailState.QUEUED]
    readers = page_queries.readers(session, (mail.person_id for mail in shown))
    for mail in shown:
        reader = readers[mail.person_id]
        click.echo(f"{moment(mail.due_at, reader.zone):<24} {reader.handle:<20} {_about(mail)}")
    click.echo(f"{len(shown)} mails in {days} days.")


def _about(mail: Planned) -> str:
    """A line about a mail; the id tells which day it is without naming anybody."""
    what = f"{mail.kind} {mail.day_kind} {mail.subject_id} ({mail.occurrence_key}, {mail.rule})"
    fate = "" if mail.state is MailState.QUEUED else f"{mail.state}: "
    return f"{what}  {fate}{mail.reason}"


@reminders.command("run-once")
@with_appcontext
def run_once() -> None:
    """One turn of planning and sending; may be called by cron in place of the scheduler, every few minutes."""
    desk = desk_of(parts())
    planned = plan_due(parts().sessions, shared_clock, desk)
    sent = send_due(parts().sessions, parts().mailer, shared_clock, desk)
    click.echo(f"{planned.new} new, {sent.sent} sent, {sent.failed} failed, {sent.dropped} no longer needed.")
    if sent.mail_server_down:
        raise click.ClickException("The mail server cannot be reached; the mails wait.")
