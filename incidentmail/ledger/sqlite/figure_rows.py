"""Count the figures of a SQLite ledger. Only indexed rows are counted, so a large ledger takes no longer."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime

from incidentmail.core.facts import json_time
from incidentmail.ledger.values import Figures

_TRIED = "attempts > 0 AND (last_error IS NOT NULL OR leased_until IS NULL OR leased_until <= ?)"
"""An SQL condition that holds if an attempt is over.

`attempts` counts the current one, so a message that is being sent now is left out.
"""


class FigureRows:
    """The method of the store's interface (view.py) that returns figures."""

    connection: sqlite3.Connection

    def figures(self, *, now: datetime, failed_since: datetime, quarantined_since: datetime) -> Figures:
        waiting = "FROM pending WHERE seq NOT IN (SELECT seq FROM deferred)"
        newest = "(SELECT MAX(seq) FROM accepted)"
        day, at = str(json_time(failed_since)), str(json_time(now))
        return Figures(
            accepted=self._count(f"SELECT COALESCE({newest}, 0)"),
            accepted_at=self._time(f"SELECT received_at FROM accepted WHERE seq = {newest}"),
            applied_at=self._time("SELECT decided_at FROM outcomes ORDER BY seq DESC LIMIT 1"),
            waiting=self._count(f"SELECT COUNT(*) {waiting}"),
            waits_since=self._time(f"SELECT received_at FROM accepted WHERE seq = (SELECT MIN(seq) {waiting})"),
            deferred=self._count("SELECT COUNT(*) FROM pending WHERE seq IN (SELECT seq FROM deferred)"),
            quarantined=self._count(
                "SELECT COUNT(*) FROM outcomes WHERE outcome = 'quarantined' AND decided_at >= ?",
                str(json_time(quarantined_since)),
            ),
            queued=self._count("SELECT COUNT(*) FROM outbox WHERE state = 'queued'"),
            queued_since=self._time("SELECT MIN(queued_at) FROM outbox WHERE state = 'queued'"),
            tried=self._count(f"SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND {_TRIED}", at),
            tried_since=self._time(f"SELECT MIN(queued_at) FROM outbox WHERE state = 'queued' AND {_TRIED}", at),
            untried_since=self._time(
                f"SELECT MIN(queued_at) FROM outbox WHERE state = 'queued' AND NOT ({_TRIED})", at
            ),
            refused=self._count("SELECT COUNT(*) FROM outbox_recipients WHERE failed_at >= ?", day),
            missed=self._count("SELECT COUNT(*) FROM outbox WHERE missed_at >= ? AND returned_at IS NULL", day),
            looked_at=self._time("SELECT MAX(looked_at) FROM folders"),
            bytes=self._count("PRAGMA page_count") * self._count("PRAGMA page_size"),
        )

    def _time(self, query: str, *values: str) -> datetime | None:
        (text,) = self.connection.execute(query, values).fetchone() or (None,)
        return datetime.fromisoformat(text).astimezone(UTC) if text else None

    def _count(self, query: str, *values: str) -> int:
        (count,) = self.connection.execute(query, values).fetchone()
        return int(count)
