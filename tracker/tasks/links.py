"""The addresses at which the tasks of a list are closed. For pages only."""

from __future__ import annotations

from tracker.web.pages import Addresses


def closing() -> dict[str, Addresses]:
    """By which a task is done or dropped."""
    return {deed: Addresses(f"tasks.{deed}", "task_id") for deed in ("done", "drop")}
