"""Choose the numbers in the Message-IDs of private mail, so that they are unique and reveal no count.

A person who gets two private mails would otherwise see how many other mails were sent between them, for example about a
restricted incident. So a permutation that depends on the key maps each private mail's serial number to another number,
which is the same at each attempt. It is a balanced Feistel network with HMAC-SHA-256 and cycle walking (Black and
Rogaway, "Ciphers with arbitrary finite domains", 2002).
"""

from __future__ import annotations

import hashlib
import hmac

_HALF_BITS = 15
_HALF = (1 << _HALF_BITS) - 1
_ROUNDS = 8
PLAIN_FROM = 100_000_000
"""In earlier versions, the number was this plus the serial number."""
FIRST, LAST = 200_000_000, 999_999_999
_COUNT = LAST - FIRST + 1


def private_number(key: bytes, serial: int) -> int:
    """Return the nine-digit number for the private mail with that serial number.

    >>> private_number(b"k", 7) == private_number(b"k", 7), private_number(b"k", 7) == private_number(b"k", 8)
    (True, False)
    >>> private_serial(b"k", private_number(b"k", 7))
    7
    """
    number = _permuted(key, serial % _COUNT)
    while number >= _COUNT:
        number = _permuted(key, number)
    return FIRST + number


def private_serial(key: bytes, number: int) -> int:
    """Return the serial number of the private mail that has the given number, even if an earlier version chose it."""
    if number < FIRST:
        return number - PLAIN_FROM
    serial = _unpermuted(key, number - FIRST)
    while serial >= _COUNT:
        serial = _unpermuted(key, serial)
    return serial


def _permuted(key: bytes, value: int) -> int:
    left, right = value >> _HALF_BITS, value & _HALF
    for number in range(_ROUNDS):
        left, right = right, left ^ _scrambled(key, number, right)
    return left << _HALF_BITS | right


def _unpermuted(key: bytes, value: int) -> int:
    left, right = value >> _HALF_BITS, value & _HALF
    for number in reversed(range(_ROUNDS)):
        left, right = right ^ _scrambled(key, number, left), left
    return left << _HALF_BITS | right


def _scrambled(key: bytes, number: int, half: int) -> int:
    digest = hmac.new(key, f"private-number\0{number}\0{half}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:4]) & _HALF
