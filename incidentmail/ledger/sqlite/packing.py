"""Raw mail as a SQLite ledger keeps it: compressed; every hash covers the bytes that came in."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import JsonValue

from incidentmail.errors import LedgerError
from incidentmail.ledger.codec import canonical

LEVEL = 3
"""Lower ones are no faster on replies; higher ones take half as long again for attachments, and save 2 % of them."""


class PackedMail(NamedTuple):
    raw: bytes
    sha256: bytes
    envelope: str


def packed(mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]]) -> list[PackedMail]:
    """Return raw mails and their envelopes as they are stored. It takes a moment, so do it before a transaction."""
    return [PackedMail(pack(raw), hashlib.sha256(raw).digest(), canonical(dict(envelope))) for raw, envelope in mails]


def pack(raw: bytes) -> bytes:
    """Return `raw` compressed.

    >>> unpack(pack(b"Subject: Cards fail"), 1)
    b'Subject: Cards fail'
    """
    return zlib.compress(raw, LEVEL)


def unpack(stored: bytes, seq: int) -> bytes:
    """Return the raw mail. Raise LedgerError if the stored bytes of accepted mail `seq` were damaged."""
    try:
        return zlib.decompress(stored)
    except zlib.error as error:
        raise LedgerError(
            f"accepted mail {seq} cannot be read: {error}", hint="run 'incidentmail ledger verify'; restore a back-up"
        ) from error
