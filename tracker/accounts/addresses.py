"""E-mail addresses as people type them."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email


class NotAnAddress(ValueError):
    """This is not an e-mail address."""


def usable_address(text: str) -> str:
    """The address as mail servers understand it; raises NotAnAddress.

    Whether it exists is not asked: that would tell its host, and whoever listens, of us.
    """
    try:
        found = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, globally_deliverable=False
        )
    except EmailNotValidError:
        raise NotAnAddress from None
    if found.ascii_email is None or "." not in (found.ascii_domain or ""):
        raise NotAnAddress
    return found.ascii_email
