"""What must stand on the envelope of a letter to a prisoner, and what is missing for it.

The order is that of Russian prison post: the recipient's full name with the year of birth, then the institution, then
the address as it is stored. Guides to writing there ask for the year of birth, because an institution holds namesakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.facilities.rules import WhoMayWrite
from tracker.partial_date import PartialDate
from tracker.prisoners.rules import PlacementKind, Whereabouts

_BORN = {"RU", "BY", "KG", "KZ", "UA", "TJ", "UZ", "AM", "AZ", "MD"}
"""Countries whose prison post asks for the year of birth beside the name."""

_NUMBER = {"GB", "US"}
"""Countries where a letter without the prisoner's number is refused (guides to writing there)."""

_SENDER = {"DE"}
"""Countries whose prisons want the full sender on the envelope (Mannheim prison asks for sender and addressee)."""

_LATIN = {"AT", "CH", "DE", "FI", "FR", "GB", "IT", "NL", "PL", "SE", "US"}
"""Countries whose own script is Latin, so that one address is enough."""

_COUNTRIES = {
    "AM": "Armenia",
    "AZ": "Azerbaijan",
    "BY": "Belarus",
    "GE": "Georgia",
    "KG": "Kyrgyzstan",
    "KZ": "Kazakhstan",
    "MD": "Moldova",
    "RU": "Russia",
    "TJ": "Tajikistan",
    "UA": "Ukraine",
    "UZ": "Uzbekistan",
}
"""As the Latin address of a letter from abroad must end."""

_CYRILLIC = {"RU", "BY", "KG", "KZ", "UA", "TJ", "MD"}


class Missing(StrEnum):
    """What somebody has to find out before an envelope can be written in full."""

    FACILITY = "facility"
    LOCAL_NAME = "local_name"
    LOCAL_ADDRESS = "local_address"
    LATIN_ADDRESS = "latin_address"
    BIRTH_YEAR = "birth_year"
    NUMBER = "number"


class Blocked(StrEnum):
    """Why no letter goes out at all now."""

    MAIL_FORBIDDEN = "mail_forbidden"
    ON_TRANSFER = "on_transfer"
    AT_LIBERTY = "at_liberty"
    AT_HOME = "at_home"
    IN_HIDING = "in_hiding"


class Doubt(StrEnum):
    """Why the envelope may not arrive although it is complete."""

    PUNISHMENT_CELL = "punishment_cell"
    """The law on convicts keeps parcels out of it, not letters (Penal Enforcement Code, art. 118)."""
    CELL_IN_REMAND = "cell_in_remand"
    """103-FZ art. 40 is said to forbid letters in the kartser; not verified."""
    LOCKED_CELL = "locked_cell"
    PLACE_IMPLIED = "place_implied"
    RELATIVES_ONLY = "relatives_only"
    LISTED_ONLY = "listed_only"
    SENDER_NEEDED = "sender_needed"


@dataclass(frozen=True, slots=True)
class EnvelopeFacts:
    """What is known of the recipient and the place. Everything but the name may be unknown (None)."""

    name: str
    name_local: str | None = None
    birth: PartialDate | None = None
    placement: PlacementKind | None = None
    whereabouts: Whereabouts = Whereabouts.NOT_TOLD
    place_implied: bool = False
    mail_forbidden: bool = False
    """As of the day of writing; see ``rules.mail_is_forbidden``."""
    envelope_line: str | None = None
    facility_name: str | None = None
    facility_name_local: str | None = None
    address: str | None = None
    """In the local script, one line each."""
    address_latin: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2; None is taken for Russia."""
    needs_birth_year: bool | None = None
    """What the facility wants; None: as usual in the country."""
    needs_number: bool | None = None
    """The same for the prisoner's number, which stands in ``envelope_line``."""
    who_may_write: WhoMayWrite | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """The lines in both scripts; none where there is no address in that script, or where nothing may be sent."""

    local: tuple[str, ...]
    latin: tuple[str, ...]
    missing: tuple[Missing, ...]
    blocked: Blocked | None = None
    doubts: tuple[Doubt, ...] = ()


_BLOCKING_PLACEMENTS = {
    PlacementKind.TRANSFER: Blocked.ON_TRANSFER,
    PlacementKind.AT_LIBERTY: Blocked.AT_LIBERTY,
    PlacementKind.HOUSE_ARREST: Blocked.AT_HOME,
    PlacementKind.NIGHT_CURFEW: Blocked.AT_HOME,
    PlacementKind.ABROAD: Blocked.IN_HIDING,
}
BLOCKING_WHEREABOUTS = {
    Whereabouts.AT_LIBERTY: Blocked.AT_LIBERTY,
    Whereabouts.HOUSE_ARREST: Blocked.AT_HOME,
    Whereabouts.RESTRICTED: Blocked.AT_HOME,
    Whereabouts.WANTED: Blocked.IN_HIDING,
    Whereabouts.ABROAD: Blocked.IN_HIDING,
}
"""Who stands so is in no prison to which one could write."""


def envelope(facts: EnvelopeFacts) -> Envelope:
    """The envelope in the local script and in Latin letters, or what keeps it from being written.

    The local block is written with the Latin name while nobody has supplied the other: better than no letter, and
    ``missing`` says so. Where post is blocked there are no lines at all, so that nobody copies them.
    """
    blocked = blocked_by(facts.mail_forbidden, facts.placement, facts.whereabouts)
    if blocked is not None:
        return Envelope((), (), (), blocked)
    country = facts.country or "RU"
    needs_year = country in _BORN if facts.needs_birth_year is None else facts.needs_birth_year
    year = facts.birth.year if facts.birth and needs_year else None
    local = _block(
        _recipient(facts.name_local or facts.name, year, cyrillic=country in _CYRILLIC),
        facts.envelope_line,
        facts.facility_name_local or (facts.facility_name if country in _LATIN else None),
        facts.address,
    )
    latin = _block(
        _recipient(facts.name, year, cyrillic=False), facts.envelope_line, facts.facility_name, facts.address_latin
    )
    if latin and not _ends_with_country(latin, country):
        latin = (*latin, _COUNTRIES[country])
    missing = _missing(facts, country, lacks_year=needs_year and year is None)
    return Envelope(local, latin, tuple(missing), None, tuple(_doubts(facts, country)))


def blocked_by(mail_forbidden: bool, placement: PlacementKind | None, whereabouts: Whereabouts) -> Blocked | None:
    """Why no letter can be sent to somebody in this situation; None: one can."""
    if mail_forbidden:
        return Blocked.MAIL_FORBIDDEN
    if placement in _BLOCKING_PLACEMENTS:
        return _BLOCKING_PLACEMENTS[placement]
    return BLOCKING_WHEREABOUTS.get(whereabouts)


def _recipient(name: str, year: int | None, *, cyrillic: bool) -> str:
    if year is None:
        return name
    return f"{name}, {year} г. р." if cyrillic else f"{name}, born {year}"


def _block(recipient: str, extra: str | None, institution: str | None, address: str | None) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in (address or "").splitlines() if line.strip())
    if not lines:
        return ()
    # Many a stored address begins with the institution.
    repeated = institution is None or institution.casefold() in " ".join(lines).casefold()
    head = (recipient, *(extra.splitlines() if extra else ()))
    return (*head, *lines) if repeated or institution is None else (*head, institution, *lines)


def _ends_with_country(lines: tuple[str, ...], country: str) -> bool:
    name = _COUNTRIES.get(country)
    return name is None or name.casefold() in lines[-1].casefold()


def _missing(facts: EnvelopeFacts, country: str, *, lacks_year: bool) -> list[Missing]:
    if facts.facility_name is None and not (facts.address or facts.address_latin):
        return [Missing.FACILITY]
    needs_number = country in _NUMBER if facts.needs_number is None else facts.needs_number
    # A cell or a unit may stand in that line too; a number has a digit at least.
    has_number = any(character.isdigit() for character in facts.envelope_line or "")
    one_script = country in _LATIN
    has_address = bool(facts.address or facts.address_latin)
    lacking = {
        Missing.LOCAL_NAME: not facts.name_local and not one_script,
        Missing.LOCAL_ADDRESS: not (has_address if one_script else facts.address),
        Missing.LATIN_ADDRESS: not (has_address if one_script else facts.address_latin),
        Missing.BIRTH_YEAR: lacks_year,
        Missing.NUMBER: needs_number and not has_number,
    }
    if one_script:
        # One sentence about it is enough.
        del lacking[Missing.LOCAL_ADDRESS]
    return [each for each, is_lacking in lacking.items() if is_lacking]


def _doubts(facts: EnvelopeFacts, country: str) -> list[Doubt]:
    doubts = []
    if facts.placement is PlacementKind.PUNISHMENT_CELL:
        doubts.append(Doubt.PUNISHMENT_CELL)
        if facts.whereabouts is Whereabouts.IN_CUSTODY:
            doubts.append(Doubt.CELL_IN_REMAND)
    if facts.placement is PlacementKind.LOCKED_CELL:
        doubts.append(Doubt.LOCKED_CELL)
    if facts.place_implied:
        doubts.append(Doubt.PLACE_IMPLIED)
    if facts.who_may_write is WhoMayWrite.RELATIVES:
        doubts.append(Doubt.RELATIVES_ONLY)
    if facts.who_may_write is WhoMayWrite.LISTED:
        doubts.append(Doubt.LISTED_ONLY)
    if country in _SENDER:
        doubts.append(Doubt.SENDER_NEEDED)
    return doubts
