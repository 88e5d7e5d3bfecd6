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


def every(key: bytes) -> tuple[bytes, ...]:
    """Return all keys by which mail of ours may be proven, the newest first."""
    return (bytes(key), *(key.earlier if isinstance(key, Key) else ()))


def proven_by(key: bytes, claimed: str, made: Callable[[bytes], str]) -> bytes | None:
    """Return the key with which `made` gives `claimed`, or None. All keys are tried, so the time tells nothing.

    >>> proven_by(Key(b"new", earlier=(b"old",)), "3 old", lambda key: f"3 {key.decode()}")
    b'old'
    """
    raw = claimed.encode("utf-8", "replace")
    fitting = [one for one in every(key) if hmac.compare_digest(raw, made(one).encode())]
    return fitting[0] if fitting else None
