"""Pass messages to the workers, and keep the parsed results until they have been processed."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from incidentmail.errors import UnreadMailError
from incidentmail.inbound.authentication.author import Roster
from incidentmail.inbound.message import Envelope
from incidentmail.isolation.pool import Pool
from incidentmail.isolation.worker import Failure
from incidentmail.ledger.values import Accepted
from incidentmail.reply.read_mail import HEADER_ONLY, Reading, reading, request, roster_json

_AT_ONCE: Final = -1
"""The key of a request whose answer is awaited immediately. Accepted messages are keyed by sequence number."""


class NotReadYetError(Exception):
    """An earlier message must be parsed first, outside the transaction. app/receiving/apply.py always catches this."""

    def __init__(self, accepted: Accepted) -> None:
        super().__init__(accepted.seq)
        self.accepted = accepted


class MailReader:
    """A reader that parses mail in worker processes. Use it from one thread only.

    `late` holds the sequence numbers of slow messages that other messages no longer wait for. `given_up` maps the
    sequence number of each message that will be set aside to the reason, while its header is still being parsed.
    """

    def __init__(self, pool: Pool, roster: Roster | None) -> None:
        self._pool, self._roster = pool, roster
        self._read: dict[int, Reading | Failure] = {}
        self._earlier: dict[int, Reading] = {}
        self.late: set[int] = set()
        self.given_up: dict[int, str] = {}

    def begin(self, accepted: Accepted, envelope: Envelope) -> None:
        """Start parsing a message."""
        self._read.pop(accepted.seq, None)
        self._pool.submit(accepted.seq, request(accepted.raw, envelope, self._roster_json))

    def give_up(self, accepted: Accepted, envelope: Envelope, reason: str) -> None:
        """Start parsing only the header of a message that is set aside, so that people can see who sent it."""
        self.given_up[accepted.seq] = reason
        self._read.pop(accepted.seq, None)
        self._pool.submit(accepted.seq, request(accepted.raw, envelope, HEADER_ONLY))

    @property
    def is_full(self) -> bool:
        """Whether all workers are busy, so that another message would have to wait."""
        return self._pool.is_full

    def has(self, seq: int) -> bool:
        """Return whether parsing of the message has been started and the result has not been dropped."""
        return seq in self._read or self._pool.has(seq)

    @property
    def begun(self) -> set[int]:
        """The sequence numbers of all messages for which `has` returns True."""
        return {seq for seq in (*self._read, *self._pool.keys) if seq != _AT_ONCE}

    def reading(self, seq: int, wait_s: float | None = 0.0) -> Reading | Failure | None:
        """Return the parsed message, the reason why parsing failed, or None if it is not parsed in time.

        If `wait_s` is None, wait for as long as the limits allow.
        """
        if seq not in self._read:
            found = self._pool.take(seq, wait_s)
            if found is None:
                return None
            self._read[seq] = found if isinstance(found, Failure) else _checked(found)
        return self._read[seq]

    def forget(self, seq: int) -> None:
        """Drop all that is known about a message, because it has an outcome or has to wait for something else."""
        self._read.pop(seq, None)
        self._pool.drop(seq)
        self._earlier.clear()
        self.late.discard(seq)
        self.given_up.pop(seq, None)

    def read(self, raw: bytes, envelope: Envelope) -> Reading:
        """Parse a message and wait for the result. Raise UnreadMailError if it cannot be parsed."""
        self._pool.submit(_AT_ONCE, request(raw, envelope, self._roster_json), is_next=True)
        found = self._pool.take(_AT_ONCE, None)
        read = found if isinstance(found, Failure) else _checked(found or b"")
        if isinstance(read, Failure):
            raise UnreadMailError(str(read))
        return read

    def read_earlier(self, accepted: Accepted, envelope: Envelope) -> None:
        """Parse a message that already has an outcome, because the current message depends on it.

        Raise UnreadMailError if that fails.
        """
        self._earlier[accepted.seq] = self.read(accepted.raw, envelope)

    def earlier(self, accepted: Accepted) -> Reading:
        """Return the result of `read_earlier`. Raise NotReadYetError if it was not called for this message."""
        if accepted.seq not in self._earlier:
            raise NotReadYetError(accepted)
        return self._earlier[accepted.seq]

    @cached_property
    def _roster_json(self) -> bytes:
        return roster_json(self._roster)


def _checked(answer: bytes) -> Reading | Failure:
    """Return the parsed message from a worker's answer.

    The answer is validated, because the worker has parsed hostile bytes.
    """
    try:
        return reading(answer)
    except ValueError as error:
        return Failure(f"what read it gave no reading: {error}")
