"""Does the ledger hold? Every row against the chain, the texts against their commitments, the projection against all.

The stores hand in rows in their order, and each is looked at once; nothing here knows a database. What is kept are the
states of those incidents of which more is to come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from incidentmail.core.events import Recorded
from incidentmail.core.fold import evolve
from incidentmail.core.model import Incident

from .codec import Body, Slots, accepted_hash, body_of, chain, commitment, entry_of, genesis, is_sealed
from .values import Head, Verdict


class EntryRow(NamedTuple):
    seq: int
    incident: str
    version: int
    kind: str
    body: bytes
    prev_hash: bytes
    hash: bytes


class TextRow(NamedTuple):
    """One text apart from its entry; None where it was redacted."""

    seq: int
    slot: str
    salt: bytes
    text: str | None


class AcceptedRow(NamedTuple):
    """An accepted mail; `raw` as it came in, None if it is gone."""

    seq: int
    received_at: str
    envelope: str
    raw: bytes | None
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

    def last_version(self, incident_id: str) -> int | None:
        """The version of its last entry."""
        ...

    def unfounded(self) -> str | None:
        """An incident with a projected state and no entries, if there is one."""
        ...

    def shows(self, incident_id: str, state: Incident) -> bool:
        """Whether the projection of the incident says exactly `state`. ValueError where it cannot be read."""
        ...


def verify(rows: Rows) -> Verdict:
    """Walks accepted mail, then entries with their texts, each incident to its end and against its projection."""
    head = rows.head()
    first_bad, reason = _bad_mail(rows, head) or _bad_record(rows, head) or (None, None)
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


def _bad_record(rows: Rows, head: Head) -> Bad | None:
    """The first bad entry; else the text without one, the head, the incident that is shown otherwise."""
    prev, number, texts, incidents = genesis(head.origin), 0, _Texts(rows.text_rows()), _Incidents(rows)
    for number, row in enumerate(rows.entry_rows(), 1):
        reason = _bad_entry(rows, incidents, row, texts.of(row.seq), number, prev)
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
    return incidents.misshown()


class _Incidents:
    """The state of each incident as its entries come, until its last one: then it is what `show` has to say."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._open: dict[str, tuple[Incident, int | None]] = {}
        """The state so far, and the last version there is."""
        self._misshown: str | None = None

    def take(self, recorded: Recorded) -> None:
        """Raises ValueError where it does not follow."""
        name = recorded.incident
        before, last = self._open.get(name) or (None, self._rows.last_version(name))
        if recorded.version != (before.version if before else 0) + 1:
            raise ValueError(f"version {recorded.version} is not the next one")
        state = evolve(before, recorded)
        if state.version != last:
            self._open[name] = (state, last)
            return
        self._open.pop(name, None)
        self._compare(state)

    def misshown(self) -> Bad | None:
        """Whatever `show` would tell wrongly; to be asked when all entries are there."""
        for state, _ in self._open.values():
            self._compare(state)
        if self._misshown is not None:
            return None, f"what 'show' reads of {self._misshown} differs from its entries"
        unfounded = self._rows.unfounded()
        return (None, f"{unfounded} has a state but no entries") if unfounded is not None else None

    def _compare(self, state: Incident) -> None:
        try:
            holds = self._rows.shows(state.id, state)
        except ValueError:
            holds = False
        if not holds and self._misshown is None:
            self._misshown = state.id


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
                slots[row.slot] = row[2:]
            elif self.astray is None:
                self.astray = row.seq
        return slots


def _bad_accepted(row: AcceptedRow, number: int, prev: bytes) -> str | None:
    if row.seq != number:
        return f"its number is {row.seq}"
    if row.raw is None:
        return "its body is gone"
    if hashlib.sha256(row.raw).digest() != row.sha256:
        return "its bytes were changed"
    if accepted_hash(prev, row.sha256, row.envelope, row.received_at) != row.hash:
        return "its hash does not follow from what stands before it"
    return None


def _bad_entry(rows: Rows, incidents: _Incidents, row: EntryRow, slots: Slots, number: int, prev: bytes) -> str | None:
    """What is wrong with an entry: its place, its bytes, its texts, or what it says after those before it."""
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
    return _bad_texts(slots, committed) or _bad_sense(rows, incidents, body, slots)


def _bad_texts(slots: Slots, committed: dict[str, str]) -> str | None:
    if committed.keys() != slots.keys():
        return f"its texts are {sorted(slots)}, not {sorted(committed)}"
    for slot, (salt, text) in slots.items():
        if text is None:
            return f"its text {slot} is gone, and no entry says that it was redacted"
        if commitment(salt, text) != committed[slot]:
            return f"its text {slot} was changed"
    return None


def _bad_sense(rows: Rows, incidents: _Incidents, body: Body, slots: Slots) -> str | None:
    """Bytes that the chain holds, and that still say nothing we understand, or that cannot have happened there."""
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
