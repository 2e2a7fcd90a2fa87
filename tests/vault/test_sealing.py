"""A sealed value opens at its own place with its own key, and nowhere else."""

from collections.abc import Iterator

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from creditbank.errors import Unavailable
from creditbank.vault.keys import key_ring
from creditbank.vault.sealing import Place, Sealed, blind_index, keyed_digest, seal, unseal

PLACE = Place("identity_document", "018f0000-0000-7000-8000-000000000001", "number")
NUMBER = "110101201205049996"


@pytest.fixture
def fresh_ring() -> Iterator[None]:
    key_ring.cache_clear()
    yield
    key_ring.cache_clear()


@given(st.text(max_size=60))
def test_what_was_sealed_opens_at_its_place(text: str) -> None:
    assert unseal(seal(text, PLACE), PLACE) == text


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("contact_phone", PLACE.row, PLACE.column),
        Place(PLACE.table, "018f0000-0000-7000-8000-000000000002", PLACE.column),
        Place(PLACE.table, PLACE.row, "phone"),
        Place(PLACE.table + "0", PLACE.row[1:], PLACE.column),
    ],
)
def test_a_value_that_was_moved_does_not_open(elsewhere: Place) -> None:
    with pytest.raises(Unavailable):
        unseal(seal(NUMBER, PLACE), elsewhere)


@given(st.integers(min_value=0, max_value=12 + len(NUMBER) + 16 - 1))
def test_every_changed_byte_is_found(position: int) -> None:
    sealed = seal(NUMBER, PLACE)
    changed = bytearray(sealed.data)
    changed[position] ^= 1
    with pytest.raises(Unavailable):
        unseal(Sealed(sealed.key_id, bytes(changed)), PLACE)


def test_a_value_cut_short_is_refused() -> None:
    with pytest.raises(Unavailable):
        unseal(Sealed("test-1", b"\0" * 5), PLACE)


def test_the_same_value_is_never_sealed_to_the_same_bytes() -> None:
    assert seal(NUMBER, PLACE).data != seal(NUMBER, PLACE).data
    assert NUMBER.encode() not in seal(NUMBER, PLACE).data


def test_after_a_rotation_old_values_open_and_new_ones_name_the_new_key(fresh_ring: None) -> None:
    with override_settings(VAULT_CURRENT_KEY="test-0"):
        key_ring.cache_clear()
        old = seal(NUMBER, PLACE)
    key_ring.cache_clear()
    new = seal(NUMBER, PLACE)
    assert (old.key_id, new.key_id) == ("test-0", "test-1")
    assert unseal(old, PLACE) == unseal(new, PLACE) == NUMBER


def test_a_value_cannot_be_passed_off_as_sealed_with_another_key() -> None:
    with pytest.raises(Unavailable):
        unseal(Sealed("test-0", seal(NUMBER, PLACE).data), PLACE)


def test_a_key_that_is_not_in_the_ring_is_named_as_the_reason() -> None:
    with pytest.raises(Unavailable) as caught:
        unseal(Sealed("gone", b"\0" * 40), PLACE)
    assert caught.value.reason == "key-unknown"


def test_a_blind_index_is_equal_for_equal_numbers_and_tells_groups_apart() -> None:
    assert blind_index("citizen-number", NUMBER) == blind_index("citizen-number", NUMBER)
    assert blind_index("citizen-number", NUMBER) != blind_index("passport", NUMBER)
    assert NUMBER not in blind_index("citizen-number", NUMBER)


def test_the_parts_of_a_digest_cannot_be_shifted_into_each_other() -> None:
    assert keyed_digest("ab", "c") != keyed_digest("a", "bc")


def test_another_key_gives_another_index(fresh_ring: None) -> None:
    before = blind_index("passport", "E12345678")
    with override_settings(BLIND_INDEX_KEY="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="):
        key_ring.cache_clear()
        assert blind_index("passport", "E12345678") != before


def test_neither_the_ring_nor_a_sealed_value_shows_itself() -> None:
    shown = repr(key_ring()) + repr(seal(NUMBER, PLACE))
    assert "\\x" not in shown
    assert NUMBER not in shown
