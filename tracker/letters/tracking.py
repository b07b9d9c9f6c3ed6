"""Numbers by which the post knows a thing: recognised and checked by arithmetic alone.

No carrier is ever asked: asking would hand over the list of prisoners, one number after the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

RUSSIAN_LENGTH = 14
_NEARLY_RUSSIAN = (12, 13, 15, 16)
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_S10 = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})")
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")
"""Cyrillic capitals that look like Latin ones: a Russian keyboard writes these."""
RUSSIAN_POST = "https://www.pochta.ru/tracking?barcode="


class NumberKind(StrEnum):
    """Who gave a number to a letter or a parcel."""

    INTERNATIONAL = "international"
    """Two letters, nine digits, two letters: S10 of the Universal Postal Union."""
    RUSSIAN = "russian"
    """Fourteen digits, as Russian Post gives them within the country."""
    ORDER = "order"
    """Anything else: the order number of an e-letter, say."""


@dataclass(frozen=True, slots=True)
class TrackingNumber:
    """A number as it is compared, and what arithmetic says of it."""

    number: str
    """Without spaces and dashes, in capitals; an order number as it was typed."""
    kind: NumberKind
    is_mistyped: bool = False
    """The check digit does not fit the others."""
    is_odd: bool = False
    """Digits only, and nearly as many as Russian Post gives. Its check digit is not published, so no more is known."""

    @property
    def address(self) -> str | None:
        """The page on which the carrier says where the thing is, to be copied and opened elsewhere; None: not known."""
        is_of_russian_post = self.kind is NumberKind.RUSSIAN or (
            self.kind is NumberKind.INTERNATIONAL and self.number.endswith("RU")
        )
        return RUSSIAN_POST + self.number if is_of_russian_post and not self.is_mistyped else None


def s10_check_digit(serial: str) -> int:
    """The check digit of the eight digits of an international number.

    Weights 8 6 4 2 3 5 9 7; eleven less the remainder of the sum by eleven; 10 counts as 0, 11 as 5. Source: standard
    S10 of the Universal Postal Union.
    """
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def read_number(text: str | None) -> TrackingNumber | None:
    """What a number is. Spaces, dashes and small letters do not matter; None: there is none."""
    if not text:
        return None
    plain = re.sub(r"[\s\-\u2010-\u2015]+", "", text).upper()
    latin = plain.translate(_LOOK_ALIKES)
    match = _S10.fullmatch(latin)
    if match:
        wrong = s10_check_digit(match[2]) != int(match[3])
        return TrackingNumber(latin, NumberKind.INTERNATIONAL, is_mistyped=wrong)
    is_digits = plain.isascii() and plain.isdigit()
    if is_digits and len(plain) == RUSSIAN_LENGTH:
        return TrackingNumber(plain, NumberKind.RUSSIAN)
    return TrackingNumber(text, NumberKind.ORDER, is_odd=is_digits and len(plain) in _NEARLY_RUSSIAN)


def is_same_number(one: str | None, other: str | None) -> bool:
    """Whether two numbers are one, however they were typed."""
    first, second = read_number(one), read_number(other)
    return first == second or (first is not None and second is not None and _bare(first) == _bare(second))


def _bare(number: TrackingNumber) -> str:
    return re.sub(r"[\s\-\u2010-\u2015]+", "", number.number).upper()
