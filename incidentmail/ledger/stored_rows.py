"""Define the rows that a store provides for verifying and exporting a ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .codec import Slots


class EntryRow(NamedTuple):
    seq: int
    incident: str
    version: int
    kind: str
    body: bytes
    prev_hash: bytes
    hash: bytes


class TextRow(NamedTuple):
    """A sealed text, stored separately from its entry. `text` is None if it was redacted."""

    seq: int
    slot: str
    salt: bytes
    text: str | None


class AcceptedRow(NamedTuple):
    """An accepted message. `raw` is the original message, or None if it is missing."""

    seq: int
    received_at: str
    envelope: str
    raw: bytes | None
    sha256: bytes
    hash: bytes


class TextsInOrder:
    """The texts of each entry in turn. The tables of entries and texts must be read in the same order."""

    def __init__(self, rows: Iterable[TextRow]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)
        self.orphan_seq: int | None = None
        """The number of the missing entry to which a text belongs, or None."""

    @property
    def next_seq(self) -> int | None:
        return None if self._next is None else self._next.seq

    def of(self, seq: int) -> Slots:
        slots: dict[str, tuple[bytes, str | None]] = {}
        while self._next is not None and self._next.seq <= seq:
            row, self._next = self._next, next(self._rows, None)
            if row.seq == seq:
                slots[row.slot] = row[2:]
            elif self.orphan_seq is None:
                self.orphan_seq = row.seq
        return slots
