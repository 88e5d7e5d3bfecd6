"""Compare the ledger with sent messages. Each message states the heads of both hash chains at the time of sending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from incidentmail.core.frozen import Frozen
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.ledger.values import Head
from incidentmail.ledger.view import LedgerView

from .saved_mail import SavedMail
from .witness import Witness, read_witness


class Difference(Frozen, kw_only=True):
    """A difference between the ledger and a message. `file` is the file that holds the message.

    `first` is the number of the first entry or accepted message that may differ. An earlier message proves that
    everything before it is unchanged.
    """

    file: str
    reason: str
    first: int


class Comparison(Frozen, kw_only=True):
    """The result of a comparison.

    `mails` is the number of messages read, and `witnesses` the number of those with heads that the key proves.
    `unproven_count` is the number of messages with heads that the key does not prove. `unproven` is the first
    difference that one of these shows.
    """

    mails: int
    witnesses: int
    difference: Difference | None
    unproven: Difference | None
    unproven_count: int


class _Seen(Frozen, kw_only=True):
    """The head of one chain as stated in a message, and the file that holds the message."""

    head: Head
    file: str


class _Chain(Frozen, kw_only=True):
    """One of the two chains: what its links are called, and functions for the head at a size and a hash's position."""

    what: str
    head_at: Callable[[int], Head | None]
    place_of: Callable[[str], int | None]


def compare(view: LedgerView, mails: Iterable[SavedMail], key: bytes) -> Comparison:
    """Compare the ledger with every message in `mails` that has the field `Incident-Ledger`.

    The result contains the earliest difference, so that the range of possible changes is as narrow as possible.
    """
    count = 0
    proven: list[tuple[str, Witness]] = []
    unproven: list[tuple[str, Witness]] = []
    for mail in mails:
        count += 1
        witness = _witness_in(mail.raw, key)
        if witness is not None:
            (proven if witness.is_proven else unproven).append((mail.file, witness))
    doubtful = [found for one in unproven if (found := _difference(view, [one])) is not None]
    return Comparison(
        mails=count,
        witnesses=len(proven),
        difference=_difference(view, proven),
        unproven=doubtful[0] if doubtful else None,
        unproven_count=len(unproven),
    )


def _witness_in(raw: bytes, key: bytes) -> Witness | None:
    """Return the heads of the ledger stated in the header of a message. The body is not parsed."""
    return read_witness(parse_message(raw, Envelope(way="pipe"), with_body=False), key)


def _difference(view: LedgerView, witnesses: list[tuple[str, Witness]]) -> Difference | None:
    """Return the earliest difference between the ledger and these messages, or None."""
    origin = view.head().origin
    for file, witness in witnesses:
        if witness.entries.origin != origin:
            reason = f"it came from another ledger, {witness.entries.origin}, and this one is {origin}"
            return Difference(file=file, reason=reason, first=1)
    entries = _Chain(what="entry", head_at=view.head_at, place_of=view.size_of)
    accepted = _Chain(what="accepted mail", head_at=view.accepted_head_at, place_of=view.size_of)
    of_entries = [_Seen(head=witness.entries, file=file) for file, witness in witnesses]
    of_mail = [_Seen(head=witness.accepted, file=file) for file, witness in witnesses if witness.accepted]
    return next(_differences(entries, of_entries), None) or next(_differences(accepted, of_mail), None)


def _differences(chain: _Chain, seen: Iterable[_Seen]) -> Iterator[Difference]:
    """Yield the earliest difference in one chain, if there is any.

    In messages to the main list, the stated sizes do not count silent incidents, so a head may be later in the chain
    than its size suggests.
    """
    agreed, agreed_file = 0, ""
    for one in sorted(seen, key=lambda one: one.head.size):
        place = _place(chain, one.head)
        if place is None:
            yield Difference(file=one.file, first=agreed + 1, reason=_reason(chain, one.head, agreed, agreed_file))
            return
        if place > agreed:
            agreed, agreed_file = place, one.file


def _place(chain: _Chain, then: Head) -> int | None:
    """Return the position of a message's head in the ledger's chain, or None if it is not there or comes too early."""
    if chain.head_at(then.size) == then:
        return then.size
    place = chain.place_of(then.hash)
    return place if place is not None and place >= then.size else None


def _reason(chain: _Chain, then: Head, agreed: int, agreed_file: str) -> str:
    """Return a sentence that says what differs, and between which numbers the difference is."""
    was_there = chain.head_at(then.size) is not None
    reason = (
        f"{chain.what} {then.size} was another one when it was written"
        if was_there
        else f"there was {chain.what} {then.size} when it was written, and now there is none"
    )
    if not agreed_file:
        return reason
    first, last = agreed + 1, max(then.size, agreed + 1)
    place = f"number {first}" if first == last else f"a number from {first} to {last}"
    return f"{reason}; the first difference is at {place}, because up to {agreed} all is as {agreed_file} says"
