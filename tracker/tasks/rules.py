"""What kinds of tasks there are."""

from __future__ import annotations

from enum import StrEnum


class TaskKind(StrEnum):
    """What is to be done."""

    ASK_LAWYER = "ask_lawyer"
    ASK_RELATIVE = "ask_relative"
    PROBE_BY_E_LETTER = "probe_by_e_letter"
    """An e-letter to the likely place: it comes back at once if the person is not there."""
    WRITE_AGAIN = "write_again"
    """To the new address: the prisoner could keep nobody's."""
    SAY_FAREWELL = "say_farewell"
    """Of a writer who stops: a last letter instead of silence."""
    INTRODUCE_YOURSELF = "introduce_yourself"
    """Of the writer who follows her."""
