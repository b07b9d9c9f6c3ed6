"""Scans from a terminal: whether files and rows agree, and one turn of tidying where no scheduler runs."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from tracker import clock
from tracker.scans import jobs
from tracker.scans.files import ScanFolder
from tracker.web.parts import parts
from tracker.web.session import session


@click.group("scans")
def scans() -> None:
    """Scans of replies."""


def _folder() -> ScanFolder:
    path = parts().settings.scans_path
    if path is None:
        raise click.ClickException("TRACKER_SCANS_FOLDER is not set, so no scans can be kept.")
    return ScanFolder(path)


@scans.command("check")
@with_appcontext
def check() -> None:
    """Compare the rows with the files. Names pages by their ids only; fails if a page has lost its file."""
    found = jobs.findings(session, _folder())
    for scan_id in found.without_file:
        click.echo(f"{scan_id} has no file.")
    click.echo(
        f"{found.pages} pages; {len(found.without_file)} without a file, {found.without_row} files without a page."
    )
    if found.without_file:
        raise click.ClickException("Some pages have lost their files; look for them in a backup.")


@scans.command("tidy")
@with_appcontext
def tidy() -> None:
    """Destroy the pages whose day has come and sweep up old files without a page; the scheduler does so every hour."""
    folder, zone = _folder(), parts().settings.zone
    done = jobs.destroy_due(parts().sessions, folder, clock.today(zone))
    swept = jobs.sweep_orphans(parts().sessions, folder, clock.now())
    click.echo(f"{done.pages} pages destroyed, {swept} files without a page removed.")
    if done.faults:
        raise click.ClickException(f"{done.faults} pages could not be destroyed: the disk refuses.")
