"""What leaves a trace on a page, and what does not."""

from __future__ import annotations

import unicodedata

_FILLERS = "\u115f\u1160\u3164\uffa0"
"""Letters of Hangul that are drawn as nothing."""


def without_invisible(text: str) -> str:
    """The text without joiners, soft hyphens, fillers and marks of direction; spaces stay."""
    return "".join(each for each in text if unicodedata.category(each) != "Cf" and each not in _FILLERS)
