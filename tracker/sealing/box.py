"""Sealing and opening single values with AES-256-GCM, bound to the place where they are kept.

What a sealed value buys: a stolen database, backup or disk is unreadable without the key file. What it does not: a
running server that is seized or taken over holds the key in memory. SECURITY.md says so too.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = 1
_NONCE_BYTES = 12
KEY_BYTES = 32

_PADDED_LENGTHS = (64, 256, 1024, 4096, 16384, 65536)
"""Values are padded to one of these, so that the length of a name or a note tells little."""


class CannotOpen(Exception):
    """The value was not sealed here: another key, another row, another column, or it was tampered with."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lives. A value moved to another table, column or row does not open."""

    table: str
    column: str
    row: UUID

    def bound(self) -> bytes:
        return f"tracker|{_VERSION}|{self.table}|{self.column}|{self.row}".encode()


@dataclass(frozen=True)
class Keyring:
    """The keys that open values, by number, and the number of the one that seals new ones."""

    keys: Mapping[int, bytes] = field(repr=False)
    active: int

    def seal(self, text: str, place: Place) -> bytes:
        """Encrypt ``text`` for ``place``."""
        return self.seal_bytes(text.encode(), place)

    def seal_bytes(self, content: bytes, place: Place) -> bytes:
        """Encrypt ``content`` for ``place``: version, key number, nonce, ciphertext with tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        head = bytes([_VERSION]) + self.active.to_bytes(4, "big") + nonce
        return head + AESGCM(self.keys[self.active]).encrypt(nonce, _padded(content), place.bound())

    def open(self, sealed: bytes, place: Place) -> str:
        """Decrypt text that was sealed for ``place``; raises CannotOpen, which never carries any of the content."""
        return self.open_bytes(sealed, place).decode()

    def open_bytes(self, sealed: bytes, place: Place) -> bytes:
        """Decrypt what was sealed for ``place``; raises CannotOpen."""
        number = int.from_bytes(sealed[1:5], "big")
        if sealed[:1] != bytes([_VERSION]) or number not in self.keys:
            raise CannotOpen(f"{place.table}.{place.column}: unknown version or key")
        nonce, ciphertext = sealed[5 : 5 + _NONCE_BYTES], sealed[5 + _NONCE_BYTES :]
        try:
            padded = AESGCM(self.keys[number]).decrypt(nonce, ciphertext, place.bound())
        except (InvalidTag, ValueError):
            raise CannotOpen(f"{place.table}.{place.column}: does not open") from None
        return _unpadded(padded)


def _padded(content: bytes) -> bytes:
    content = len(content).to_bytes(4, "big") + content
    length = next((size for size in _PADDED_LENGTHS if size >= len(content)), len(content))
    return content.ljust(length, b"\0")


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:4], "big")
    return padded[4 : 4 + length]
