"""What is said of parcels on pages: kinds, categories, who sent one, what is asked back, amounts."""

from __future__ import annotations

from decimal import Decimal

from flask_babel import format_currency, format_decimal
from flask_babel import lazy_gettext as _l

from tracker.parcels.rules import Fate, ItemCategory, ParcelCategory, ParcelKind, ParcelQuestion, SentBy
from tracker.web.words import register

PARCEL_KIND_WORDS = {
    ParcelKind.PARCEL: _l("parcel by post"),
    ParcelKind.DELIVERY: _l("handed in at the window"),
    ParcelKind.PACKET: _l("small packet"),
}

PARCEL_CATEGORY_WORDS = {
    ParcelCategory.ORDINARY: _l("ordinary things"),
    ParcelCategory.MEDICAL: _l("medicine, under a medical finding"),
    ParcelCategory.BOOKSHOP: _l("books sent by a bookshop"),
}

SENT_BY_WORDS = {
    SentBy.OURS: _l("us"),
    SentBy.FAMILY: _l("the family"),
    SentBy.OTHERS: _l("somebody else"),
}

ITEM_CATEGORY_WORDS = {
    ItemCategory.FOOD: _l("food"),
    ItemCategory.CLOTHES: _l("clothes"),
    ItemCategory.HYGIENE: _l("hygiene"),
    ItemCategory.BOOKS: _l("books"),
    ItemCategory.STATIONERY: _l("stationery"),
    ItemCategory.MEDICINE: _l("medicine"),
    ItemCategory.OTHER: _l("something else"),
}

FATE_WORDS = {
    Fate.UNDER_WAY: _l("under way"),
    Fate.ARRIVED: _l("arrived"),
    Fate.RETURNED: _l("came back"),
}

PARCEL_QUESTION_WORDS = {
    ParcelQuestion.LINES_WEIGH_MORE: _l("The lines together weigh more than the whole parcel. Yes, both are as typed."),
    ParcelQuestion.NUMBER_ODD: _l(
        "Russian Post gives 14 digits; the tracking number has more or fewer. Yes, it is printed like that."
    ),
}

for _words in (
    PARCEL_KIND_WORDS,
    PARCEL_CATEGORY_WORDS,
    SENT_BY_WORDS,
    ITEM_CATEGORY_WORDS,
    FATE_WORDS,
    PARCEL_QUESTION_WORDS,
):
    register(_words)


def money(minor: int, currency: str | None) -> str:
    """An amount in hundredths, in the reader's way of writing it."""
    amount = Decimal(minor) / 100
    return str(format_currency(amount, currency) if currency else format_decimal(amount, "#,##0.00"))
