"""From the key file to a keyring: making, wrapping and unwrapping data keys."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.sealing.box import KEY_BYTES, Keyring
from tracker.sealing.models import SealingKey

_NONCE_BYTES = 12


class BadKeyFile(Exception):
    """The key file is missing, unreadable or holds no key."""


class WrongKey(Exception):
    """The key file does not belong to this database."""


def write_key_file(path: Path) -> None:
    """Make a new key file, readable by its owner only; an existing one is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w") as file:
        file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")


def read_key_file(path: Path) -> bytes:
    """The key in the file: 32 bytes in base64; raises BadKeyFile with a sentence for the operator."""
    try:
        text = path.read_text(encoding="ascii")
        key = base64.b64decode(text.strip(), validate=True)
    except OSError as error:
        raise BadKeyFile(f"The key file {path} cannot be read: {error.strerror}.") from None
    except (ValueError, binascii.Error):
        raise BadKeyFile(f"The key file {path} does not hold a key in base64.") from None
    if len(key) != KEY_BYTES:
        raise BadKeyFile(f"The key file {path} holds {len(key)} bytes instead of {KEY_BYTES}.")
    return key


def load_keyring(session: Session, file_key: bytes) -> Keyring | None:
    """The keyring of this database, or None if it has no keys yet; raises WrongKey."""
    rows = session.scalars(select(SealingKey).order_by(SealingKey.number)).all()
    if not rows:
        return None
    keys = {row.number: _unwrap(row.wrapped, row.number, file_key) for row in rows}
    return Keyring(keys, active=max(row.number for row in rows if row.active))


def add_data_key(session: Session, file_key: bytes, number: int, now: datetime) -> SealingKey:
    """Make a new active data key, wrapped by the key file's key."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    wrapped = nonce + AESGCM(file_key).encrypt(nonce, secrets.token_bytes(KEY_BYTES), _bound(number))
    row = SealingKey(number=number, wrapped=wrapped, active=True, created_at=now)
    session.add(row)
    return row


def _unwrap(wrapped: bytes, number: int, file_key: bytes) -> bytes:
    nonce, ciphertext = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
    try:
        return AESGCM(file_key).decrypt(nonce, ciphertext, _bound(number))
    except InvalidTag:
        raise WrongKey("The key file does not belong to this database.") from None


def _bound(number: int) -> bytes:
    return f"tracker|data key|{number}".encode()
