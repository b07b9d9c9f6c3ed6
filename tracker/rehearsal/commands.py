"""Playing a scenario file from a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from tracker.rehearsal.performing import perform_all
from tracker.rehearsal.reading import BadFile, read_file
from tracker.rehearsal.results import as_json, as_lines, summary


@click.command("rehearse")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "is_json", is_flag=True, help="One JSON object for each case, a line each, and nothing else.")
@with_appcontext
def rehearse(file: Path, is_json: bool) -> None:
    """Play the cases of a scenario FILE, and tell which mails would go out, and whether they are those expected.

    Nothing of this installation is read or changed, and nothing is sent. Ends with 1 if a case came out otherwise than
    expected, else with 2 if one has a fault.
    """
    try:
        cases = read_file(file)
    except BadFile as error:
        for fault in error.faults:
            click.echo(f"fault: {fault}", err=True)
        sys.exit(2)
    results = []
    for result in perform_all(cases, application()):
        results.append(result)
        for line in [as_json(result)] if is_json else as_lines(result):
            click.echo(line)
        sys.stdout.flush()
    if not is_json:
        click.echo(summary(results))
    if any(result.differences for result in results):
        sys.exit(1)
    if any(result.faults for result in results):
        sys.exit(2)


def application() -> Flask:
    """The application that runs this command; its words and templates are all that a rehearsal takes of it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
