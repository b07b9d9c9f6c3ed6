"""Hashing of passphrases with Argon2id, at most two at a time.

Each check takes tens of megabytes; thirty-two at once took two gigabytes in a measurement, and with a bound the same
time and no more memory.
"""

from __future__ import annotations

import secrets
import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_A_TIME = BoundedSemaphore(2)


class Passphrases:
    """Hashes and checks passphrases. ``kib`` is the memory of one check."""

    def __init__(self, kib: int) -> None:
        self._hasher = PasswordHasher(time_cost=1, memory_cost=kib, parallelism=1)
        self._nobodys = self._hasher.hash(secrets.token_hex(16))

    def hash(self, passphrase: str) -> str:
        """The hash to store."""
        with _AT_A_TIME:
            return self._hasher.hash(_composed(passphrase))

    def fits(self, passphrase_hash: str | None, passphrase: str) -> bool:
        """Whether the passphrase is the one; takes the same time when there is no hash, so that guessing handles
        teaches nothing."""
        with _AT_A_TIME:
            try:
                self._hasher.verify(passphrase_hash or self._nobodys, _composed(passphrase))
            except (VerificationError, InvalidHashError):
                return False
        return passphrase_hash is not None


def _composed(passphrase: str) -> str:
    """One keyboard sends «ü» as one character, another as two; both are the same passphrase (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", passphrase)
