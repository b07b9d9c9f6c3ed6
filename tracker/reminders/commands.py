"""Reminders from a terminal: what the plan is, and one turn of planning and sending where no scheduler runs."""

from __future__ import annotations

from datetime import datetime, timedelta

import click
from flask.cli import with_appcontext

from tracker import clock
from tracker.dates.rules import resolve
from tracker.rehearsal.commands import rehearse
from tracker.reminders import page_queries
from tracker.reminders.ahead import Ahead, everything_ahead
from tracker.reminders.desk import desk_of, ladders_in_use, shared_clock
from tracker.reminders.jobs import plan_due, send_due
from tracker.reminders.recheck import recheck as look_at_everything
from tracker.web.filters import moment
from tracker.web.parts import parts
from tracker.web.session import session

MOST_AHEAD = timedelta(days=366)
_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]


@click.group("reminders")
def reminders() -> None:
    """What will be sent, and sending it by hand."""


reminders.add_command(rehearse)


@reminders.command("plan")
@click.option("--days", default=30, show_default=True, type=click.IntRange(0, 366), help="How far to look ahead.")
@click.option("--from", "start", type=click.DateTime(_MOMENTS), help="From this moment, by the collective's clock.")
@click.option("--to", "end", type=click.DateTime(_MOMENTS), help="Until this moment, in place of --days.")
@click.option("--all", "everything", is_flag=True, help="Also what drops out, and why; always so with --from or --to.")
@with_appcontext
def plan(days: int, start: datetime | None, end: datetime | None, everything: bool) -> None:
    """Print what will be sent: when by the reader's clock, to whom, what, and why. Names nobody but readers.

    Nothing is written. With --from it is worked out as if it were that moment, from everything that is known now.
    """
    zone = parts().settings.zone
    since = _instant(start, zone) if start else clock.now()
    until = _instant(end, zone) if end else since + timedelta(days=days)
    if not timedelta(0) <= until - since <= MOST_AHEAD:
        raise click.UsageError("--to must lie after --from, by at most 366 days.")
    everything = everything or start is not None or end is not None
    planned = everything_ahead(session, ladders_in_use(), zone, since, until)
    shown = [each for each in planned if everything or each.goes_out]
    readers = page_queries.readers(session, (each.mail.person_id for each in shown))
    for each in shown:
        reader = readers[each.mail.person_id]
        when = moment(each.mail.due_at, reader.zone)
        click.echo(f"{when:<24} {reader.handle or 'a court watcher':<20} {_about(each)}")
    going = sum(each.goes_out for each in shown)
    gathered = sum(each.is_gathered for each in shown)
    together = f", {gathered} of them within mails of a day" if gathered else ""
    dropped = f", {len(shown) - going} drop out" if everything else ""
    click.echo(f"{going} mails in {(until - since).days} days{together}{dropped}.")


def _instant(wall: datetime, zone: str) -> datetime:
    return resolve(wall.date(), wall.time(), zone)


@reminders.command("recheck")
@with_appcontext
def recheck() -> None:
    """Plan everything anew, compare it with the outbox, put in what is missing, and say what was found."""
    found = look_at_everything(parts().sessions, shared_clock, desk_of(parts()))
    click.echo(
        f"{found.days} days, {found.owed} mails wait, {found.missing} were missing and are there now, "
        f"{found.stray} wait for nobody, {found.errors} errors."
    )
    if found.errors:
        raise click.ClickException("Some days could not be planned; the log says which.")


def _about(each: Ahead) -> str:
    """A line about a mail; the id tells which day or whose silence it is without naming anybody."""
    mail = each.mail
    what = f"{mail.kind} {mail.day_kind or 'assignment'} {mail.subject_id} ({mail.occurrence_key}, {mail.rule})"
    fate = "" if each.goes_out else f"{mail.state}: "
    return f"{what}  {fate}{mail.reason}{', in the mail of the day' if each.is_gathered else ''}"


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
