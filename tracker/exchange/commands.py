"""Bundles from a terminal."""

import click


@click.command("import-bundle")
def import_bundle() -> None:
    """Import a bundle."""


@click.command("export-bundle")
def export_bundle() -> None:
    """Export a bundle."""
