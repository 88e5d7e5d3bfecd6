"""Verify a ledger: rows against the chain, texts against their commitments, the projection against the entries.

The stores supply the rows in order, and each row is checked once. Nothing here depends on a database. Only the states
of incidents that have further entries are kept in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from incidentmail.core.events import Recorded
from incidentmail.core.fold import evolve
from incidentmail.core.model import Incident
from incidentmail.core.record.record_events import RecordEvent
from incidentmail.core.record.removed import Removed
from incidentmail.core.record.streams import APART

from .codec import SALT_BYTES, Body, Slots, accepted_hash, body_of, chain, commitment, entry_of, genesis, is_sealed
from .stored_rows import AcceptedRow, EntryRow, TextRow, TextsInOrder
from .values import Head, Verdict


class Rows(Protocol):
    """The rows that a store supplies: a consistent view of the ledger at one moment."""

    def head(self) -> Head: ...
    def accepted_head(self) -> Head: ...
    def record_events(self) -> Iterator[RecordEvent]:
        """Yield the events about the record itself, in order. Raise ValueError if they cannot be parsed."""
        ...

    def accepted_rows(self) -> Iterator[AcceptedRow]:
        """Yield all accepted messages in the order of `seq`."""
        ...

    def entry_rows(self) -> Iterator[EntryRow]:
        """Yield all entries in the order of `seq`."""
        ...

    def text_rows(self) -> Iterator[TextRow]:
        """Yield all texts in the order of `seq`."""
        ...

    def accepted_sha256(self, seq: int) -> str | None:
        """Return the SHA-256 digest of an accepted message in hex, or None if there is no such message."""
        ...

    def last_version(self, incident_id: str) -> int | None:
        """Return the version of the incident's last entry, or None if it has no entries."""
        ...

    def incident_without_entries(self) -> str | None:
        """Return the id of an incident that has a projected state but no entries, or None."""
        ...

    def is_projected_as(self, incident_id: str, state: Incident) -> bool:
        """Return whether the incident's projection is exactly `state`. Raise ValueError if it cannot be parsed."""
        ...


def removed_in(rows: Rows) -> Removed:
    """Return the removals that the entries name. If entries cannot be parsed, return none; `verify` reports them."""
    try:
        return Removed(rows.record_events())
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError):
        return Removed([])


def bad_newest_mail(rows: Iterable[AcceptedRow], origin: str, removed: Removed) -> str | None:
    """Return the fault of the first bad message among the newest ones, which are given in order, or None.

    The hash of the first of these messages is checked only if it is also the first in the ledger. Every other hash is
    checked against its predecessor.
    """
    before: tuple[int, bytes] | None = None
    for row in rows:
        before = before or ((0, genesis(origin)) if row.seq == 1 else None)
        if before is not None and (reason := _bad_accepted(row, before[0] + 1, before[1], removed)):
            return f"accepted mail {row.seq}: {reason}"
        before = row.seq, row.hash
    return None


def bad_newest_entry(rows: Iterable[EntryRow], texts: Iterable[TextRow], origin: str, removed: Removed) -> str | None:
    """Return the fault of the first bad entry among the newest ones, or None, like `bad_newest_mail`."""
    before: tuple[int, bytes] | None = None
    kept = TextsInOrder(texts)
    for row in rows:
        before = before or ((0, genesis(origin)) if row.seq == 1 else None)
        slots = kept.of(row.seq)
        if before is not None:
            found = _bad_bytes(row, before[0] + 1, before[1])
            if reason := found if isinstance(found, str) else _bad_texts(row.seq, slots, found[1], removed):
                return f"entry {row.seq}: {reason}"
        before = row.seq, row.hash
    return None


def verify(rows: Rows) -> Verdict:
    """Check accepted mail, then entries and texts, and then the projection of each incident against its last state."""
    head, removed = rows.head(), removed_in(rows)
    first_bad, reason = _first_bad_mail(rows, head, removed) or _first_bad_entry(rows, head, removed) or (None, None)
    return Verdict(ok=reason is None, size=head.size, head=head.hash, first_bad=first_bad, reason=reason)


Bad = tuple[int | None, str]


def _first_bad_mail(rows: Rows, head: Head, removed: Removed) -> Bad | None:
    prev = genesis(head.origin)
    for number, row in enumerate(rows.accepted_rows(), 1):
        reason = _bad_accepted(row, number, prev, removed)
        if reason:
            return number, f"accepted mail {number}: {reason}"
        prev = row.hash
    return None


def _first_bad_entry(rows: Rows, head: Head, removed: Removed) -> Bad | None:
    """Return the first fault (a bad entry, a text without an entry, a wrong head or a wrong projection), or None."""
    prev, number, texts = genesis(head.origin), 0, TextsInOrder(rows.text_rows())
    incidents = _Incidents(rows, removed)
    for number, row in enumerate(rows.entry_rows(), 1):
        reason = _bad_entry(rows, incidents, row, texts.of(row.seq), number, prev)
        if reason:
            return number, reason
        if texts.orphan_seq is not None:
            break
        prev = row.hash
    orphan_seq = texts.orphan_seq if texts.orphan_seq is not None else texts.next_seq
    if orphan_seq is not None:
        return orphan_seq, f"a text names entry {orphan_seq}, which does not exist"
    if (number, prev.hex()) != (head.size, head.hash):
        return head.size, "the head is not the last entry"
    return incidents.wrong_projection()


class _Incidents:
    """The states of incidents, computed entry by entry. Each final state is compared with the projection."""

    def __init__(self, rows: Rows, removed: Removed) -> None:
        self._rows, self.removed = rows, removed
        self._versions = dict.fromkeys(APART, 0)
        self._open: dict[str, tuple[Incident, int | None]] = {}
        """A mapping from incident ids to the state so far and the version of the last entry."""
        self._wrong: str | None = None

    def take(self, recorded: Recorded) -> None:
        """Apply the next entry. Raise ValueError if it does not follow from the entries before it."""
        name = recorded.incident
        if name in APART:
            self._versions[name] += 1
            if recorded.version != self._versions[name]:
                raise ValueError(f"version {recorded.version} is not the next one")
            return
        before, last = self._open.get(name) or (None, self._rows.last_version(name))
        if recorded.version != (before.version if before else 0) + 1:
            raise ValueError(f"version {recorded.version} is not the next one")
        state = evolve(before, recorded)
        if state.version != last:
            self._open[name] = (state, last)
            return
        self._open.pop(name, None)
        self._compare(state)

    def wrong_projection(self) -> Bad | None:
        """Return the first incident that `show` would report wrongly, or None. Call this after all entries."""
        for state, _ in self._open.values():
            self._compare(state)
        if self._wrong is not None:
            return None, f"what 'show' reads of {self._wrong} differs from its entries"
        name = self._rows.incident_without_entries()
        return (None, f"{name} has a state but no entries") if name is not None else None

    def _compare(self, state: Incident) -> None:
        try:
            is_same = self._rows.is_projected_as(state.id, state)
        except ValueError:
            is_same = False
        if not is_same and self._wrong is None:
            self._wrong = state.id


def _bad_accepted(row: AcceptedRow, number: int, prev: bytes, removed: Removed) -> str | None:
    if row.seq != number:
        return f"its number is {row.seq}"
    if removed.has_mail(number) is not (row.raw is None):
        return "its body is gone" if row.raw is None else "its body is there, though an entry says that it was removed"
    if row.raw is not None and hashlib.sha256(row.raw).digest() != row.sha256:
        return "its bytes were changed"
    if accepted_hash(prev, row.sha256, row.envelope, row.received_at) != row.hash:
        return "its hash does not follow from what stands before it"
    return None


def _bad_entry(rows: Rows, incidents: _Incidents, row: EntryRow, slots: Slots, number: int, prev: bytes) -> str | None:
    """Check the position, bytes, texts and meaning of an entry. Return the first fault, or None."""
    found = _bad_bytes(row, number, prev)
    if isinstance(found, str):
        return found
    body, committed = found
    return _bad_texts(number, slots, committed, incidents.removed) or _bad_meaning(rows, incidents, body, slots)


def _bad_bytes(row: EntryRow, number: int, prev: bytes) -> str | tuple[Body, dict[str, str]]:
    """Return what is wrong with the position or bytes of an entry or, if nothing is, its body and commitments."""
    if row.seq != number:
        return f"entry {number} is missing"
    if row.prev_hash != prev:
        return "it does not follow the entry before it"
    if chain(prev, row.body) != row.hash:
        return "its bytes were changed"
    try:
        body = body_of(row.body)
        committed = {name: value["sealed"] for name, value in body.data.items() if is_sealed(value)}
        committed["actor"] = body.actor["sealed"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "its bytes are no entry"
    if (body.seq, body.incident, body.version, body.kind) != (row.seq, row.incident, row.version, row.kind):
        return "its columns differ from its bytes"
    return body, committed


def _bad_texts(seq: int, slots: Slots, committed: dict[str, str], removed: Removed) -> str | None:
    if committed.keys() != slots.keys():
        return f"its texts are {sorted(slots)}, not {sorted(committed)}"
    for slot, (salt, text) in slots.items():
        if removed.has_text(seq, slot) is not (text is None):
            if text is None:
                return f"{_named(slot)} is gone, and no entry says that it was redacted"
            return f"{_named(slot)} is there, though an entry says that it was redacted"
        if text is None:
            continue
        if len(salt) != SALT_BYTES or commitment(salt, text) != committed[slot]:
            return f"{_named(slot)} was changed"
    return None


def _named(slot: str) -> str:
    return "its text" if slot == "text" else f"its text '{slot}'"


def _bad_meaning(rows: Rows, incidents: _Incidents, body: Body, slots: Slots) -> str | None:
    """Return why an entry with correct hashes is wrong, or None.

    It is wrong if it cannot be parsed, names a wrong cause, or does not follow from the entries before it.
    """
    try:
        entry = entry_of(body, slots, hash_=b"")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return f"the entry cannot be read: {str(error).splitlines()[0]}"
    if entry.caused_by and rows.accepted_sha256(entry.caused_by.seq) != entry.caused_by.sha256:
        return f"accepted mail {entry.caused_by.seq}, its cause, is not the one stored"
    try:
        incidents.take(entry.recorded)
    except ValueError as error:
        return f"it does not follow from the entries before it: {error}"
    return None
