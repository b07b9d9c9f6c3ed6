"""Import and export from a terminal."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker import clock
from tracker.db import READS_ONLY
from tracker.exchange import actions
from tracker.exchange.bundle import read_bundle
from tracker.exchange.queries import NoSuchSource, exported, sources
from tracker.exchange.rules import MOST_BYTES, BadBundle
from tracker.exchange.writing import written
from tracker.web.session import session


@click.command("import-bundle")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Do everything except keeping it.")
@click.option("--overwrite", is_flag=True, help="Where a fact changed in the bundle and here, take the bundle's.")
@with_appcontext
def import_bundle(file: Path, dry_run: bool, overwrite: bool) -> None:
    """Take the people, cases and facts of a bundle in, and account for every piece of it.

    A bundle with a fault is refused whole; every fault is named with its line. See docs/bundle-format.md.
    """
    with file.open("rb") as opened:
        raw = opened.read(MOST_BYTES + 1)
    try:
        account = actions.import_bundle(session, read_bundle(raw), now=clock.now(), overwrite=overwrite)
    except BadBundle as refusal:
        session.rollback()
        for fault in refusal.faults:
            click.echo(str(fault), err=True)
        count = len(refusal.faults)
        click.echo(f"{count} {'fault' if count == 1 else 'faults'}. Nothing was imported.", err=True)
        raise SystemExit(1) from None
    if dry_run:
        session.rollback()
    else:
        session.commit()
    for line in account.lines():
        click.echo(line)
    if dry_run:
        click.echo("This was a dry run: nothing was kept.")


@click.command("export-bundle")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, allow_dash=True, path_type=Path))
@click.option("--source", "key", help="The key of the source; needed when there are several.")
@with_appcontext
def export_bundle(file: Path, key: str | None) -> None:
    """Write what came of a source as a bundle again; to "-" for the terminal."""
    session.connection(execution_options={READS_ONLY: True})
    known = sources(session)
    if key is None and len(known) == 1:
        key = known[0][0]
    if key is None:
        listed = "".join(f"\n  {each}  {title}" for each, title in known)
        raise click.ClickException(
            f"Say with --source which one to export.{listed}" if known else "There is no source."
        )
    try:
        raw = written(exported(session, key))
        read_bundle(raw)
    except NoSuchSource:
        raise click.ClickException(f"Nothing was imported under the key “{key}”.") from None
    except BadBundle as refusal:
        raise click.ClickException(f"What was changed here no longer fits the format:\n{refusal}") from None
    if str(file) == "-":
        click.echo(raw, nl=False)
        return
    file.write_bytes(raw)
    click.echo(f"Written to {file}.")
