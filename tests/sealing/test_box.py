"""A sealed value opens in its own place and nowhere else."""

from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from tracker.sealing.box import CannotOpen, Keyring, Place

KEYS = Keyring({1: bytes(range(32)), 2: bytes(range(32, 64))}, active=2)
ROW = UUID("12345678-1234-4234-8234-123456789abc")
PLACE = Place("volunteer", "email_sealed", ROW)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=5000))
def test_what_was_sealed_opens(text: str) -> None:
    assert KEYS.open(KEYS.seal(text, PLACE), PLACE) == text


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("invitation", "email_sealed", ROW),
        Place("volunteer", "note_sealed", ROW),
        Place("volunteer", "email_sealed", uuid4()),
    ],
)
def test_a_value_that_was_moved_does_not_open(elsewhere: Place) -> None:
    sealed = KEYS.seal("vera@example.org", PLACE)
    with pytest.raises(CannotOpen) as refused:
        KEYS.open(sealed, elsewhere)
    assert "vera" not in str(refused.value)


@given(st.integers(min_value=0))
def test_one_changed_bit_keeps_it_shut(position: int) -> None:
    sealed = bytearray(KEYS.seal("Ярослав", PLACE))
    position %= len(sealed) * 8
    sealed[position // 8] ^= 1 << position % 8
    with pytest.raises(CannotOpen):
        KEYS.open(bytes(sealed), PLACE)


@pytest.mark.parametrize("length", [0, 1, 5, 16, 30])
def test_a_cut_off_value_stays_shut(length: int) -> None:
    with pytest.raises(CannotOpen):
        KEYS.open(KEYS.seal("Vera", PLACE)[:length], PLACE)


def test_an_older_key_still_opens_and_a_foreign_one_does_not() -> None:
    older = Keyring({1: KEYS.keys[1]}, active=1).seal("Vera", PLACE)
    assert KEYS.open(older, PLACE) == "Vera"
    with pytest.raises(CannotOpen):
        Keyring({1: bytes(32), 2: bytes(32)}, active=1).open(older, PLACE)


def test_two_seals_of_the_same_text_differ_and_short_texts_have_one_length() -> None:
    sealed = {KEYS.seal(text, PLACE) for text in ("a", "a", "Vera", "vera@example.org")}
    assert len(sealed) == 4
    assert len({len(each) for each in sealed}) == 1


def test_the_format_is_the_one_that_is_written_down() -> None:
    """Version 1, four bytes of key number, twelve of nonce; bound to table, column and row. Old values must open."""
    nonce = bytes(12)
    content = (4).to_bytes(4, "big") + b"Vera"
    body = AESGCM(KEYS.keys[2]).encrypt(
        nonce, content.ljust(64, b"\0"), f"tracker|1|volunteer|email_sealed|{ROW}".encode()
    )
    assert KEYS.open(b"\x01\x00\x00\x00\x02" + nonce + body, PLACE) == "Vera"


def test_keys_do_not_show_when_a_keyring_is_printed() -> None:
    assert repr(bytes(range(32)))[2:20] not in repr(KEYS)
