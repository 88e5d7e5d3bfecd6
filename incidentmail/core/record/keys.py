"""Define the key that proves our mail, together with the earlier ones, which still prove old mail."""

from __future__ import annotations

import hmac
from collections.abc import Callable


class Key(bytes):
    """The newest key. Mail is made with it. `earlier` are the keys before it, the newest first.

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
    """Takes the place of a key that is lost, to read back mail that nothing proves. It makes no mail.

    Everything that has the form of ours counts, so whoever could write such mail decides what is read.

    >>> proven_by(LostKey(b"any"), "3 old", lambda key: "") == b"any"
    True
    """


def fingerprint(key: bytes) -> str:
    """Return 16 hexadecimal digits that tell a key from others. Nobody can compute the key from them.

    >>> fingerprint(b"k")
    'c41721c4b6d46580'
    """
    return hmac.digest(bytes(key), b"fingerprint", "sha256").hex()[:16]


def every(key: bytes) -> tuple[bytes, ...]:
    """Return all keys by which mail of ours may be proven, the newest first."""
    return (bytes(key), *(key.earlier if isinstance(key, Key) else ()))


def proven_by(key: bytes, claimed: str, made: Callable[[bytes], str]) -> bytes | None:
    """Return the key with which `made` gives `claimed`, or None. All keys are tried, so the time tells nothing.

    >>> proven_by(Key(b"new", earlier=(b"old",)), "3 old", lambda key: f"3 {key.decode()}")
    b'old'
    """
    if isinstance(key, LostKey):
        return bytes(key) if claimed else None
    raw = claimed.encode("utf-8", "replace")
    fitting = [one for one in every(key) if hmac.compare_digest(raw, made(one).encode())]
    return fitting[0] if fitting else None
