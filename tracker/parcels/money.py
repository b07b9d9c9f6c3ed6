"""Amounts of money as people type them, kept in hundredths."""

from __future__ import annotations

import re

MOST_MINOR = 100_000_000
"""A million: a larger amount is a slip of the finger."""

_FORM = re.compile(r"(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,9})(?:[.,](\d{1,2}))?", re.ASCII)


class NotAnAmount(ValueError):
    """This is not an amount of money."""


def minor_units(text: str) -> int:
    """``412.50``, ``412,5``, ``1 200`` in hundredths. A sign of thousands other than a space is refused, since nobody
    can tell ``1.234`` from a slip. Raises NotAnAmount."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise NotAnAmount
    whole = int(re.sub(r"\D", "", match[1]))
    amount = whole * 100 + int((match[2] or "").ljust(2, "0"))
    if amount > MOST_MINOR:
        raise NotAnAmount
    return amount


def as_typed(minor: int) -> str:
    """The amount as somebody would type it."""
    return f"{minor // 100}.{minor % 100:02d}"
