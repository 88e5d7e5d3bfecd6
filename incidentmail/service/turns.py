"""Decide which thread writes to the ledger first: accepting before applying, applying before sending.

SQLite makes writers wait by sleeping, so a thread that writes all the time starves the others. So the threads of this
process take turns. Between processes, SQLite's own waiting is used.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from enum import IntEnum

from incidentmail.core.frozen import JsonValue
from incidentmail.ledger.port import Ledger, Transaction
from incidentmail.ledger.sharing import News, Turn
from incidentmail.ledger.values import Verdict
from incidentmail.ledger.view import LedgerView


class Rank(IntEnum):
    """The order of writers. A lower number goes first."""

    ACCEPTING = 0
    APPLYING = 1
    SENDING = 2


class Turns:
    """A lock for one writer at a time. The waiting writer with the lowest rank is next."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.waiting: Counter[Rank] = Counter()
        self._is_taken = False

    @contextmanager
    def of(self, rank: Rank) -> Iterator[None]:
        """Hold the lock for writing while the block lasts."""
        with self._changed:
            self.waiting[rank] += 1
            self._changed.wait_for(lambda: not self._is_taken and not any(self.waiting[r] for r in Rank if r < rank))
            self.waiting[rank] -= 1
            self._is_taken = True
        try:
            yield
        finally:
            with self._changed:
                self._is_taken = False
                self._changed.notify_all()


class RankedLedger:
    """A ledger for one thread of the service, which acquires the lock before it writes."""

    def __init__(self, ledger: Ledger, turns: Turns, rank: Rank) -> None:
        self._ledger, self._turns, self._rank = ledger, turns, rank
        self.accepts_beside = ledger.accepts_beside

    @property
    def origin(self) -> str:
        return self._ledger.origin

    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        if self.accepts_beside:
            return self._ledger.store_mails(mails, at=at)
        with self._turns.of(self._rank):
            return self._ledger.store_mails(mails, at=at)

    def snapshot(self) -> AbstractContextManager[LedgerView]:
        return self._ledger.snapshot()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._turns.of(self._rank), self._ledger.transaction() as tx:
            yield tx

    def reading_turn(self) -> Turn | None:
        return self._ledger.reading_turn()

    def news(self) -> News | None:
        return self._ledger.news()

    def check(self) -> None:
        self._ledger.check()

    def verify(self) -> Verdict:
        return self._ledger.verify()

    def compact(self) -> None:
        self._ledger.compact()

    def close(self) -> None:
        self._ledger.close()
