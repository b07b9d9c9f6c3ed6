"""What coordinators must see on whatever page they are: mail that stands still, mail that could not be delivered."""

from __future__ import annotations

from tracker.web.pages import Warning


def warnings_for_coordinators() -> list[Warning]:
    """At most a few sentences, worked out in one statement."""
    return []
