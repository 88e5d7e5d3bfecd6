"""Define the key that authenticates our mail, and the previous keys that still verify older mail."""

from __future__ import annotations

import hmac
from collections.abc import Callable


class Key(bytes):
    """The current key, which signs new mail. `earlier` holds the previous keys, newest first.

    >>> key = Key(b"new", earlier=(b"old",))
    >>> key == b"new", every(key), every(b"only")
    (True, (b'new', b'old'), (b'only',))
    """

    earlier: tuple[bytes, ...]

    def __new__(cls, newest: bytes, *, earlier: tuple[bytes, ...] = ()) -> Key:
        made = super().__new__(cls, newest)
        made.earlier = earlier
        return made


class LostKey(Key):
    """Stands in for a lost key when reading back mail that no key can verify. It signs no mail.

    All mail in our format is accepted, so the result may contain whatever somebody has forged.

    >>> proven_by(LostKey(b"any"), "3 old", lambda key: "") == b"any"
    True
    """


def fingerprint(key: bytes) -> str:
    """Return 16 hexadecimal digits that identify the key without revealing it.

    >>> fingerprint(b"k")
    'c41721c4b6d46580'
    """
    return hmac.digest(bytes(key), b"fingerprint", "sha256").hex()[:16]


def every(key: bytes) -> tuple[bytes, ...]:
    """Return all keys that can verify our mail, newest first."""
    return (bytes(key), *(key.earlier if isinstance(key, Key) else ()))


def proven_by(key: bytes, claimed: str, made: Callable[[bytes], str]) -> bytes | None:
    """Return the key for which `made` returns `claimed`, or None. All keys are tried, so that timing reveals nothing.

    >>> proven_by(Key(b"new", earlier=(b"old",)), "3 old", lambda key: f"3 {key.decode()}")
    b'old'
    """
    if isinstance(key, LostKey):
        return bytes(key) if claimed else None
    raw = claimed.encode("utf-8", "replace")
    fitting = [one for one in every(key) if hmac.compare_digest(raw, made(one).encode())]
    return fitting[0] if fitting else None
