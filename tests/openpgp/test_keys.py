"""What keys are good for. Every key is made here."""

from __future__ import annotations

import warnings
from datetime import timedelta

import pytest
from pysequoia import Cert, Tsk, decrypt
from pysequoia.packet import PacketPile, Tag

from tests.openpgp.conftest import NAME
from tracker import clock
from tracker.openpgp.keys import (
    LARGEST_KEY,
    CannotEncrypt,
    KeyTooLarge,
    NotAKey,
    PrivateKey,
    SeveralKeys,
    encrypt_to,
    read_key,
    state_of,
)
from tracker.volunteers.rules import KeyState

NOW = clock.now() + timedelta(hours=2)
"""Later than any key of this run was made, however long it takes."""
DAY = timedelta(days=1)


def certificate(**facts) -> Cert:
    return Tsk.generate(NAME, **facts).extract_certificate()


def without_encryption(cert: Cert) -> Cert:
    packets = list(PacketPile.from_bytes(bytes(cert)))
    at = next(
        index
        for index, packet in enumerate(packets)
        if packet.tag == Tag.PublicSubkey and packets[index + 1].key_flags.transport_encryption
    )
    return Cert.from_packets(packets[:at] + packets[at + 2 :])


def revoked(private: Tsk) -> Cert:
    cert = private.extract_certificate()
    return Cert.from_bytes(bytes(cert) + bytes(cert.revoke(private.certifier())))


def refusal(given: bytes, now=NOW) -> KeyState:
    with pytest.raises(CannotEncrypt) as refused:
        read_key(given, now)
    return refused.value.state


def test_a_key_is_taken_as_text_and_as_a_file(private, public):
    cert = private.extract_certificate()
    as_text, as_file = read_key(public.encode(), NOW), read_key(bytes(cert), NOW)
    assert as_text == as_file
    assert (as_text.fingerprint, as_text.expires_at) == (cert.fingerprint.upper(), None)


def test_only_the_holder_of_the_private_half_can_read(private, public):
    sealed = encrypt_to("Заседание во вторник".encode(), public, NOW)
    assert sealed.startswith(b"-----BEGIN PGP MESSAGE-----")
    opened = decrypt(sealed, decryptor=private.decryptor())
    assert opened.bytes is not None
    assert opened.bytes.decode() == "Заседание во вторник"
    with pytest.raises(RuntimeError):
        decrypt(sealed, decryptor=Tsk.generate(NAME).decryptor())


def test_a_private_key_is_refused_armoured_or_not(private):
    for given in (str(private).encode(), bytes(private), b"please take this\n" + str(private).encode()):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(PrivateKey):
                read_key(given, NOW)


def test_a_key_that_has_expired_is_refused_and_not_encrypted_to():
    cert = certificate(validity_seconds=12 * 3600)
    later = NOW + DAY
    assert refusal(bytes(cert), later) is KeyState.EXPIRED
    assert state_of(str(cert), NOW) is KeyState.USABLE
    assert read_key(bytes(cert), NOW).expires_at == cert.expiration
    with pytest.raises(CannotEncrypt) as refused:
        encrypt_to(b"anything", str(cert), later)
    assert refused.value.state is KeyState.EXPIRED


def test_a_key_that_is_revoked_is_refused_and_not_encrypted_to(private):
    cert = revoked(private)
    assert refusal(bytes(cert)) is KeyState.REVOKED
    with pytest.raises(CannotEncrypt):
        encrypt_to(b"anything", str(cert), NOW)


def test_a_key_that_is_for_signing_only_is_refused():
    assert refusal(bytes(without_encryption(certificate()))) is KeyState.UNUSABLE


@pytest.mark.parametrize(
    "given", [b"", b"hello", b"\x00" * 90, "ключ".encode(), b"-----BEGIN PGP PUBLIC KEY BLOCK-----"]
)
def test_whatever_else_is_no_key(given):
    with pytest.raises(NotAKey):
        read_key(given, NOW)


def test_a_keyring_of_several_is_refused(public):
    with pytest.raises(SeveralKeys):
        read_key(bytes(Cert.from_bytes(public.encode())) + bytes(certificate()), NOW)


def test_a_key_beyond_all_measure_is_refused(public):
    with pytest.raises(KeyTooLarge):
        read_key(public.encode() + b" " * LARGEST_KEY, NOW)


def test_no_refusal_tells_of_the_inside_of_the_library(public):
    for given in (b"hello", public.encode()[:300]):
        with pytest.raises(NotAKey) as refused:
            read_key(given, NOW)
        assert refused.value.__cause__ is None
        assert str(refused.value) == ""


def test_what_was_kept_and_can_no_longer_be_read_is_unusable():
    assert state_of("not a key", NOW) is KeyState.UNUSABLE
