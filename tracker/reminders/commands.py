"""Reminders from a terminal."""

import click


@click.group("reminders")
def reminders() -> None:
    """Reminders."""
