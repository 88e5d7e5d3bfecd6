"""Does the ledger hold? Every row against the chain, the texts against their commitments, the projection against all.

The stores hand in rows in their order; nothing here knows a database, and nothing here keeps more than one incident.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from incidentmail.core.fold import evolve
from incidentmail.core.model import Incident

from .codec import Slots, accepted_hash, chain, commitment, decode, genesis
from .port import Entry, Head, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    seq: int
    incident: str
    version: int
    kind: str
    body: bytes
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """One text apart from its entry; None where it was redacted."""

    seq: int
    slot: str
    salt: bytes
    text: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRow:
    seq: int
    received_at: str
    envelope: str
    raw: bytes
    sha256: bytes
    hash: bytes


class Rows(Protocol):
    """What a store hands in, all of one moment."""

    def head(self) -> Head: ...
    def accepted_rows(self) -> Iterator[AcceptedRow]:
        """In the order of `seq`."""
        ...

    def entry_rows(self) -> Iterator[EntryRow]:
        """In the order of `seq`."""
        ...

    def text_rows(self) -> Iterator[TextRow]:
        """In the order of `seq`."""
        ...

    def accepted_sha256(self, seq: int) -> str | None:
        """In hex; None where there is no such mail."""
        ...

    def incident_ids(self) -> Iterator[str]:
        """Of every incident that has entries or a projected state."""
        ...

    def entries_of(self, incident_id: str) -> Iterator[Entry]:
        """In the order of their versions."""
        ...

    def shows(self, incident_id: str, state: Incident) -> bool:
        """Whether the projection of the incident says exactly `state`. ValueError where it cannot be read."""
        ...


def verify(rows: Rows) -> Verdict:
    """Walks accepted mail, entries and texts once, then each incident against its projection."""
    head = rows.head()
    first_bad, reason = _bad_mail(rows, head) or _bad_chain(rows, head) or _bad_projection(rows) or (None, None)
    return Verdict(ok=reason is None, size=head.size, head=head.hash, first_bad=first_bad, reason=reason)


Bad = tuple[int | None, str]


def _bad_mail(rows: Rows, head: Head) -> Bad | None:
    prev = genesis(head.origin)
    for number, row in enumerate(rows.accepted_rows(), 1):
        reason = _bad_accepted(row, number, prev)
        if reason:
            return number, f"accepted mail {number}: {reason}"
        prev = row.hash
    return None


def _bad_chain(rows: Rows, head: Head) -> Bad | None:
    prev, number, texts = genesis(head.origin), 0, _Texts(rows.text_rows())
    for number, row in enumerate(rows.entry_rows(), 1):
        slots = texts.of(row.seq)
        reason = _bad_entry(row, slots, number, prev) or _unreadable(rows, row, slots)
        if reason:
            return number, reason
        if texts.astray is not None:
            break
        prev = row.hash
    stray = texts.astray if texts.astray is not None else texts.next_seq
    if stray is not None:
        return stray, f"a text names entry {stray}, which does not exist"
    if (number, prev.hex()) != (head.size, head.hash):
        return head.size, "the head is not the last entry"
    return None


def _bad_projection(rows: Rows) -> Bad | None:
    for incident in rows.incident_ids():
        state: Incident | None = None
        for entry in rows.entries_of(incident):
            try:
                state = evolve(state, entry.recorded)
            except ValueError as error:
                return entry.seq, f"it does not follow from the entries before it: {error}"
        if state is None:
            return None, f"{incident} has a state but no entries"
        try:
            holds = rows.shows(incident, state)
        except ValueError:
            holds = False
        if not holds:
            return None, f"what 'show' reads of {incident} differs from its entries"
    return None


class _Texts:
    """The texts of one entry after the other: two ordered cursors move on together."""

    def __init__(self, rows: Iterable[TextRow]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)
        self.astray: int | None = None
        """The number that a text bears though no entry does."""

    @property
    def next_seq(self) -> int | None:
        return None if self._next is None else self._next.seq

    def of(self, seq: int) -> Slots:
        slots: dict[str, tuple[bytes, str | None]] = {}
        while self._next is not None and self._next.seq <= seq:
            row, self._next = self._next, next(self._rows, None)
            if row.seq == seq:
                slots[row.slot] = (row.salt, row.text)
            elif self.astray is None:
                self.astray = row.seq
        return slots


def _bad_accepted(row: AcceptedRow, number: int, prev: bytes) -> str | None:
    if row.seq != number:
        return f"its number is {row.seq}"
    if hashlib.sha256(row.raw).digest() != row.sha256:
        return "its bytes were changed"
    if accepted_hash(prev, row.sha256, row.envelope, row.received_at) != row.hash:
        return "its hash does not follow from what stands before it"
    return None


def _bad_entry(row: EntryRow, slots: Slots, number: int, prev: bytes) -> str | None:
    if row.seq != number:
        return f"entry {number} is missing"
    if row.prev_hash != prev:
        return "it does not follow the entry before it"
    if chain(prev, row.body) != row.hash:
        return "its bytes were changed"
    try:
        body = json.loads(row.body)
        committed = {name: value["sealed"] for name, value in body["data"].items() if _is_sealed(value)}
        committed["actor"] = body["actor"]["sealed"]
        columns = (body["seq"], body["incident"], body["version"], body["kind"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "its bytes are no entry"
    if columns != (row.seq, row.incident, row.version, row.kind):
        return "its columns differ from its bytes"
    if set(committed) != set(slots):
        return f"its texts are {sorted(slots)}, not {sorted(committed)}"
    for slot, (salt, text) in slots.items():
        if text is None:
            return f"its text {slot} is gone, and no entry says that it was redacted"
        if commitment(salt, text) != committed[slot]:
            return f"its text {slot} was changed"
    return None


def _unreadable(rows: Rows, row: EntryRow, slots: Slots) -> str | None:
    """Bytes that the chain holds, and that still say nothing we understand, or name a mail that is not there."""
    try:
        entry = decode(row.body, slots, hash_=row.hash)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return f"the entry cannot be read: {str(error).splitlines()[0]}"
    if entry.caused_by and rows.accepted_sha256(entry.caused_by.seq) != entry.caused_by.sha256:
        return f"accepted mail {entry.caused_by.seq}, its cause, is not the one stored"
    return None


def _is_sealed(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"sealed"}
