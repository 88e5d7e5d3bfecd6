"""Does the ledger hold? Every row against the chain, the texts against their commitments, the projection against all.

The stores hand in rows; nothing here knows a database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from incidentmail.core.fold import evolve
from incidentmail.core.model import Incident

from .codec import Slots, accepted_hash, chain, commitment, decode, genesis
from .port import Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`first_bad` is the number of the first entry (or accepted mail) that does not hold; `reason` says why."""

    ok: bool
    size: int
    head: str
    first_bad: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    seq: int
    incident: str
    version: int
    kind: str
    body: bytes
    prev_hash: bytes
    hash: bytes
    slots: Slots


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRow:
    seq: int
    received_at: str
    envelope: str
    raw: bytes
    sha256: bytes
    hash: bytes


def verify(
    head: Head, accepted: Iterable[AcceptedRow], entries: Iterable[EntryRow], projection: Mapping[str, str]
) -> Verdict:
    """Walks the whole ledger once. `projection` maps an incident's id to its stored state."""

    def bad(seq: int | None, reason: str) -> Verdict:
        return Verdict(ok=False, size=head.size, head=head.hash, first_bad=seq, reason=reason)

    digests: dict[int, str] = {}
    prev = genesis(head.origin)
    for mail_number, mail in enumerate(accepted, 1):
        reason = _bad_accepted(mail, mail_number, prev)
        if reason:
            return bad(mail_number, f"accepted mail {mail_number}: {reason}")
        digests[mail.seq], prev = mail.sha256.hex(), mail.hash

    states: dict[str, Incident] = {}
    prev, number = genesis(head.origin), 0
    for number, row in enumerate(entries, 1):
        reason = _bad_entry(row, number, prev)
        if reason:
            return bad(number, reason)
        prev = row.hash
        try:
            entry = decode(row.body, row.slots, hash_=row.hash)
            if entry.caused_by and digests.get(entry.caused_by.seq) != entry.caused_by.sha256:
                return bad(number, f"accepted mail {entry.caused_by.seq}, its cause, is not the one stored")
            states[row.incident] = evolve(states.get(row.incident), entry.recorded)
        except (ValueError, KeyError) as error:
            return bad(number, f"the entry cannot be read: {str(error).splitlines()[0]}")
    if (number, prev.hex()) != (head.size, head.hash):
        return bad(head.size, "the head is not the last entry")
    for incident, state in states.items():
        stored = projection.get(incident)
        if stored is None or Incident.model_validate_json(stored) != state:
            return bad(None, f"what 'show' reads of {incident} differs from its entries")
    extra = sorted(set(projection) - set(states))
    if extra:
        return bad(None, f"{extra[0]} has a state but no entries")
    return Verdict(ok=True, size=head.size, head=head.hash)


def _bad_accepted(row: AcceptedRow, number: int, prev: bytes) -> str | None:
    if row.seq != number:
        return f"its number is {row.seq}"
    if hashlib.sha256(row.raw).digest() != row.sha256:
        return "its bytes were changed"
    if accepted_hash(prev, row.sha256, row.envelope, row.received_at) != row.hash:
        return "its hash does not follow from what stands before it"
    return None


def _bad_entry(row: EntryRow, number: int, prev: bytes) -> str | None:
    if row.seq != number:
        return f"entry {number} is missing"
    if row.prev_hash != prev:
        return "it does not follow the entry before it"
    if chain(prev, row.body) != row.hash:
        return "its bytes were changed"
    try:
        body = json.loads(row.body)
        committed = {name: value["sealed"] for name, value in body["data"].items() if _is_sealed(value)}
        columns = (body["seq"], body["incident"], body["version"], body["kind"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "its bytes are no entry"
    if columns != (row.seq, row.incident, row.version, row.kind):
        return "its columns differ from its bytes"
    committed["actor"] = body["actor"]["sealed"]
    if set(committed) != set(row.slots):
        return f"its texts are {sorted(row.slots)}, not {sorted(committed)}"
    for slot, (salt, text) in row.slots.items():
        if text is not None and commitment(salt, text) != committed[slot]:
            return f"its text {slot} was changed"
    return None


def _is_sealed(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"sealed"}
