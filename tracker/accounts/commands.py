"""Accounts from a terminal."""

import click


@click.command("create-admin")
def create_admin() -> None:
    """Make the first admin."""
