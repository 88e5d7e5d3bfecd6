"""Define the lines of an exported ledger, each a JSON object (docs/json.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from incidentmail.core.frozen import Frozen

EXPORT_FORMAT: Final = 2
"""The format version of an export. Version 1 had only entries and mail."""
TABLES: Final = "6"
"""The ledger format version whose tables the `row` lines describe."""


class LedgerLine(Frozen, kw_only=True, tag_field="type", tag="ledger"):
    """The first line: the ledger's origin, the numbers of its entries and messages, and the newest hashes in hex."""

    export: int = EXPORT_FORMAT
    tables: str = TABLES
    origin: str
    entries: int
    head: str
    accepted: int
    accepted_head: str


class MailLine(Frozen, kw_only=True, tag_field="type", tag="mail"):
    """An accepted message. `raw` is in base64, or null if it was removed. Hashes are in hex."""

    seq: int
    received_at: str
    envelope: str
    raw: bytes | None
    sha256: str
    hash: str


class ExportedText(Frozen, kw_only=True):
    """A sealed text as JSON, with the salt of its commitment in hex. If it was removed, the text is null."""

    salt: str
    text: str | None


class EntryLine(Frozen, kw_only=True, tag_field="type", tag="entry"):
    """An entry. `body` is the exact text covered by its hash."""

    seq: int
    incident: str
    version: int
    kind: str
    body: str
    hash: str
    texts: dict[str, ExportedText]


class RowLine(Frozen, kw_only=True, tag_field="type", tag="row"):
    """A row of a table that is not part of a chain. Byte values are in base64, uncompressed."""

    table: str
    values: dict[str, str | int | None]


class EndLine(Frozen, kw_only=True, tag_field="type", tag="end"):
    """The last line: the number of lines before it, and the SHA-256 digest of their bytes in hex."""

    lines: int
    sha256: str


Line = LedgerLine | MailLine | EntryLine | RowLine | EndLine
encode: Final = msgspec.json.Encoder().encode
decode: Final[Callable[[bytes], Line]] = msgspec.json.Decoder(Line).decode
"""Parses a line. Raises ValueError if the bytes are not a line of an export."""
