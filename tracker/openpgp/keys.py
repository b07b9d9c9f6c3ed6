"""What an OpenPGP certificate is good for, and encrypting to it. Told the time; knows neither web nor database.

The library encrypts to keys that have expired without a word, so that is looked at here; and its errors carry traces
of its inside, so none of them is let out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pysequoia import Cert, encrypt
from pysequoia.packet import KeyFlags, Packet, PacketPile, SignatureType, Tag

from tracker.volunteers.rules import KeyState

LARGEST_KEY = 100_000
"""In characters. Keys with many signatures on them are longer, and can be exported without (gpg: export-minimal)."""


class NotAKey(Exception):
    """This is no OpenPGP key. It begins with «BEGIN PGP PUBLIC KEY BLOCK»."""


class PrivateKey(Exception):
    """This is a private key: with it, anybody reads what is meant for you alone. It belongs to nobody but you."""


class SeveralKeys(Exception):
    """There are several keys in it; give the one to which mail is to be encrypted."""


class KeyTooLarge(Exception):
    """The key is too large; export it without the signatures of others."""


class CannotEncrypt(Exception):
    """Nothing can be encrypted to this key, and ``state`` says why."""

    def __init__(self, state: KeyState) -> None:
        super().__init__(str(state))
        self.state = state


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A certificate as it is kept."""

    armoured: str
    fingerprint: str
    """In capitals."""
    expires_at: datetime | None
    """When nothing can be encrypted to it any more; None: never."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A key within a certificate, and until when mail can be encrypted to it."""

    created_at: datetime | None
    expires_at: datetime | None
    is_revoked: bool


def read_key(given: bytes, now: datetime) -> PublicKey:
    """A key that somebody gave, armoured or not. Raises KeyTooLarge, NotAKey, PrivateKey, SeveralKeys or
    CannotEncrypt."""
    # Before its length: a private key is not sent back to the page, however long it is.
    if b"PRIVATE KEY" in given:
        raise PrivateKey
    if len(given) > LARGEST_KEY:
        raise KeyTooLarge
    packets = _packets(given)
    tags = [packet.tag for packet in packets]
    if any(tag in (Tag.SecretKey, Tag.SecretSubkey) for tag in tags):
        raise PrivateKey
    if sum(tag == Tag.PublicKey for tag in tags) > 1:
        raise SeveralKeys
    try:
        cert = Cert.from_bytes(given)
        armoured = str(cert)
        fingerprint, expires_at = cert.fingerprint.upper(), _expires_at(cert, packets)
    except Exception:
        raise NotAKey from None
    state = state_of(armoured, now)
    if state is not KeyState.USABLE:
        raise CannotEncrypt(state)
    return PublicKey(armoured, fingerprint, expires_at)


def state_of(armoured: str, now: datetime) -> KeyState:
    """Whether mail can be encrypted to a key at this moment."""
    try:
        given = armoured.encode()
        cert, packets = Cert.from_bytes(given), _packets(given)
        if cert.is_revoked:
            return KeyState.REVOKED
        if cert.expiration is not None and cert.expiration <= now:
            return KeyState.EXPIRED
    except Exception:
        return KeyState.UNUSABLE
    parts = [part for part in _to_encrypt_to(packets) if part.created_at is None or part.created_at <= now]
    if any(not part.is_revoked and (part.expires_at is None or part.expires_at > now) for part in parts):
        return KeyState.USABLE if _does_encrypt(cert) else KeyState.UNUSABLE
    if any(not part.is_revoked for part in parts):
        return KeyState.EXPIRED
    return KeyState.REVOKED if parts else KeyState.UNUSABLE


def encrypt_to(content: bytes, armoured: str, now: datetime) -> bytes:
    """``content`` for whoever has the private part of a key, in ASCII armour. Raises CannotEncrypt."""
    state = state_of(armoured, now)
    if state is not KeyState.USABLE:
        raise CannotEncrypt(state)
    try:
        return encrypt(content, recipients=[Cert.from_bytes(armoured.encode())])
    except Exception:
        raise CannotEncrypt(KeyState.UNUSABLE) from None


def _packets(given: bytes) -> list[Packet]:
    try:
        return list(PacketPile.from_bytes(given))
    except Exception:
        raise NotAKey from None


def _does_encrypt(cert: Cert) -> bool:
    try:
        encrypt(b"", recipients=[cert])
    except Exception:
        return False
    return True


def _expires_at(cert: Cert, packets: Sequence[Packet]) -> datetime | None:
    """When the certificate ends, or the last of those parts to which mail is encrypted."""
    usable = [part.expires_at for part in _to_encrypt_to(packets) if not part.is_revoked]
    last = None if not usable or None in usable else max(moment for moment in usable if moment)
    ends = [moment for moment in (cert.expiration, last) if moment is not None]
    return min(ends, default=None)


def _to_encrypt_to(packets: Sequence[Packet]) -> Iterator[_Part]:
    """The parts of a certificate that are meant for encrypting. What binds a part is its newest signature."""
    for key, signatures in _keys(packets):
        binding = max(
            (signature for signature in signatures if signature.key_flags is not None),
            key=lambda signature: signature.signature_created or _LONG_AGO,
            default=None,
        )
        if binding is None or not _is_for_encryption(binding.key_flags):
            continue
        created, lasts = key.key_created, binding.key_validity_period
        yield _Part(
            created_at=created,
            expires_at=created + lasts if created is not None and lasts else None,
            is_revoked=any(each.signature_type == SignatureType.SubkeyRevocation for each in signatures),
        )


_LONG_AGO = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _is_for_encryption(flags: KeyFlags | None) -> bool:
    return flags is not None and (flags.transport_encryption or flags.storage_encryption)


def _keys(packets: Sequence[Packet]) -> Iterator[tuple[Packet, list[Packet]]]:
    """Each key of a certificate with the signatures that follow it."""
    key: Packet | None = None
    signatures: list[Packet] = []
    for packet in packets:
        if packet.tag in (Tag.PublicKey, Tag.PublicSubkey):
            if key is not None:
                yield key, signatures
            key, signatures = packet, []
        elif packet.tag == Tag.Signature:
            signatures.append(packet)
    if key is not None:
        yield key, signatures
