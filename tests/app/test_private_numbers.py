"""The numbers of private mail are unique, can be decoded, and do not show how many mails there are."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from incidentmail.app.telling.private_numbers import FIRST, LAST, PLAIN_FROM, private_number, private_serial

KEY = b"k" * 32


@given(st.integers(1, 10**8), st.binary(min_size=1, max_size=32))
def test_a_number_has_nine_digits_and_leads_back_to_its_serial(serial: int, key: bytes) -> None:
    number = private_number(key, serial)
    assert FIRST <= number <= LAST
    assert private_serial(key, number) == serial


def test_no_two_are_the_same_and_their_order_is_not_that_of_the_mail() -> None:
    numbers = [private_number(KEY, serial) for serial in range(1, 2_000)]
    assert len(set(numbers)) == len(numbers)
    rising = sum(later > earlier for earlier, later in pairwise(numbers))
    assert 800 < rising < 1_200
    assert numbers != [private_number(b"x" * 32, serial) for serial in range(1, 2_000)]


def test_a_number_of_an_earlier_version_is_read_as_it_was_made() -> None:
    assert private_serial(KEY, PLAIN_FROM + 7) == 7
