"""Mails given to the workers, and what was read in them, kept until it was acted on."""

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
"""The key of a request that is waited for; those of accepted mails are their numbers."""


class NotReadYetError(Exception):
    """An earlier mail has to be read first, outside the transaction; always caught in app/receiving/apply.py."""

    def __init__(self, accepted: Accepted) -> None:
        super().__init__(accepted.seq)
        self.accepted = accepted


class MailReader:
    """What reads mail, for one thread.

    `late`: the numbers of mails that others no longer wait for. `given_up`: why mails are set aside once their header
    was tried.
    """

    def __init__(self, pool: Pool, roster: Roster | None) -> None:
        self._pool, self._roster = pool, roster
        self._read: dict[int, Reading | Failure] = {}
        self._earlier: dict[int, Reading] = {}
        self.late: set[int] = set()
        self.given_up: dict[int, str] = {}

    def begin(self, accepted: Accepted, envelope: Envelope) -> None:
        """Have a mail read."""
        self._read.pop(accepted.seq, None)
        self._pool.submit(accepted.seq, request(accepted.raw, envelope, self._roster_json))

    def give_up(self, accepted: Accepted, envelope: Envelope, reason: str) -> None:
        """Have the header alone read of a mail that is set aside, so that people see whose it is."""
        self.given_up[accepted.seq] = reason
        self._read.pop(accepted.seq, None)
        self._pool.submit(accepted.seq, request(accepted.raw, envelope, HEADER_ONLY))

    @property
    def is_full(self) -> bool:
        """Whether mail that is begun now would only wait for a worker."""
        return self._pool.is_full

    def has(self, seq: int) -> bool:
        """Return whether the mail was begun and is not forgotten."""
        return seq in self._read or self._pool.has(seq)

    def reading(self, seq: int, wait_s: float | None = 0.0) -> Reading | Failure | None:
        """Return what was read in a mail that was begun, or why nothing could be; None if that is not known in time.

        `wait_s` None waits for as long as the limits allow.
        """
        if seq not in self._read:
            found = self._pool.take(seq, wait_s)
            if found is None:
                return None
            self._read[seq] = found if isinstance(found, Failure) else _checked(found)
        return self._read[seq]

    def forget(self, seq: int) -> None:
        """The mail has an outcome, or waits for something else."""
        self._read.pop(seq, None)
        self._earlier.clear()
        self.late.discard(seq)
        self.given_up.pop(seq, None)

    def read(self, raw: bytes, envelope: Envelope) -> Reading:
        """Return what is in a mail, and wait for it. Raise UnreadMailError if it cannot be read."""
        self._pool.submit(_AT_ONCE, request(raw, envelope, self._roster_json), is_next=True)
        found = self._pool.take(_AT_ONCE, None)
        read = found if isinstance(found, Failure) else _checked(found or b"")
        if isinstance(read, Failure):
            raise UnreadMailError(str(read))
        return read

    def read_earlier(self, accepted: Accepted, envelope: Envelope) -> None:
        """Read a mail that has its outcome, for the one that is decided now. Raise UnreadMailError if that fails."""
        self._earlier[accepted.seq] = self.read(accepted.raw, envelope)

    def earlier(self, accepted: Accepted) -> Reading:
        """Return what `read_earlier` has read. Raise NotReadYetError if it was not asked to."""
        if accepted.seq not in self._earlier:
            raise NotReadYetError(accepted)
        return self._earlier[accepted.seq]

    @cached_property
    def _roster_json(self) -> bytes:
        return roster_json(self._roster)


def _checked(answer: bytes) -> Reading | Failure:
    """Return the reading that a worker answered; it has read hostile bytes, so nothing is taken on trust."""
    try:
        return reading(answer)
    except ValueError as error:
        return Failure(f"what read it gave no reading: {error}")
