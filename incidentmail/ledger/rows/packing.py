"""Compress the large values in a ledger: incoming and outgoing mail, and earlier texts.

Hashes cover the original bytes, before compression.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence

from incidentmail.core.frozen import Frozen, JsonValue
from incidentmail.errors import LedgerError
from incidentmail.ledger.codec import canonical

LEVEL = 3
"""The compression level. Lower ones are no faster on replies; higher ones take 50 % longer and save only 2 %."""


class PackedMail(Frozen):
    """A message in stored form: compressed, with the SHA-256 of the raw bytes and its envelope as canonical JSON."""

    raw: bytes
    sha256: bytes
    envelope: str


def packed(mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]]) -> list[PackedMail]:
    """Return raw messages and their envelopes in stored form. Call this before a transaction, because it takes time."""
    return [PackedMail(pack(raw), hashlib.sha256(raw).digest(), canonical(dict(envelope))) for raw, envelope in mails]


def pack(raw: bytes) -> bytes:
    """Return `raw` compressed by zlib (RFC 1950).

    >>> unpack(pack(b"Subject: Cards fail"), "a mail")
    b'Subject: Cards fail'
    """
    return zlib.compress(raw, LEVEL)


def unpack(stored: bytes, what: str) -> bytes:
    """Return the bytes that were packed. If they are damaged, raise a LedgerError that names `what`."""
    stream, reason = zlib.decompressobj(), "something follows its end"
    try:
        raw = stream.decompress(stored)
    except zlib.error as error:
        reason = str(error)
    else:
        if stream.eof and not stream.unused_data:
            return raw
    raise LedgerError(f"{what} cannot be read: {reason}", hint="run 'incidentmail ledger verify'; restore a back-up")


def packed_text(text: str) -> bytes:
    """Return the compressed text.

    >>> unpacked_text(packed_text("Alícia"))
    'Alícia'
    """
    return pack(text.encode())


def unpacked_text(stored: bytes) -> str:
    """Return the text that was compressed by `packed_text`. Raise LedgerError if it is damaged."""
    return unpack(stored, "the text of an earlier mail").decode()
