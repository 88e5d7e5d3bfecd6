"""Compute a ledger's figures. They use only indexed rows, so the time does not grow with the size of the ledger."""

from __future__ import annotations

from datetime import UTC, datetime

from incidentmail.core.facts import json_time
from incidentmail.ledger.values import Figures

from .statements import Statements

_TRIED = "attempts > 0 AND (last_error IS NOT NULL OR leased_until IS NULL OR leased_until <= ?)"
"""An SQL condition for messages with a completed attempt.

`attempts` includes the current attempt, so messages that are being sent now are excluded.
"""


_STRANGERS = "trust = 'stranger' AND COALESCE(trust_rule, '') <> 'no-author'"
"""An SQL condition for incoming messages that are certainly not from members."""
TO_STRANGER = (
    "EXISTS (SELECT 1 FROM private_mails p WHERE p.ref = substr(outbox.message_id, 2, 6) AND p.kind = 'stranger')"
)
"""An SQL condition for answers to strangers in the outbox, identified by their REF. Nobody is waiting for them."""


class FigureRows(Statements):
    """The method of the store's interface (view.py) that returns figures."""

    def figures(self, *, now: datetime, failed_since: datetime, quarantined_since: datetime) -> Figures:
        waiting = f"FROM pending WHERE seq NOT IN (SELECT seq FROM deferred WHERE until > '{json_time(now)}')"
        newest = "(SELECT MAX(seq) FROM accepted)"
        day, week, at = (str(json_time(time)) for time in (failed_since, quarantined_since, now))
        set_aside = "SELECT COUNT(*) FROM outcomes WHERE outcome = 'quarantined' AND decided_at >= ?"
        unsent = f"FROM outbox WHERE state = 'queued' AND NOT {TO_STRANGER}"
        return Figures(
            accepted=self._count(f"SELECT COALESCE({newest}, 0)"),
            accepted_at=self._time(f"SELECT received_at FROM accepted WHERE seq = {newest}"),
            applied_at=self._time("SELECT decided_at FROM outcomes ORDER BY seq DESC LIMIT 1"),
            waiting=self._count(f"SELECT COUNT(*) {waiting}"),
            waits_since=self._time(f"SELECT received_at FROM accepted WHERE seq = (SELECT MIN(seq) {waiting})"),
            deferred=self._count(
                "SELECT COUNT(*) FROM pending WHERE seq IN (SELECT seq FROM deferred WHERE until > ?)", at
            ),
            quarantined=self._count(f"{set_aside} AND NOT COALESCE({_STRANGERS}, FALSE)", week),
            strangers=self._count(f"{set_aside} AND {_STRANGERS}", week),
            queued=self._count("SELECT COUNT(*) FROM outbox WHERE state = 'queued'"),
            queued_since=self._time("SELECT MIN(queued_at) FROM outbox WHERE state = 'queued'"),
            tried=self._count(f"SELECT COUNT(*) {unsent} AND {_TRIED}", at),
            tried_since=self._time(f"SELECT MIN(queued_at) {unsent} AND {_TRIED}", at),
            untried_since=self._time(f"SELECT MIN(queued_at) {unsent} AND NOT ({_TRIED})", at),
            refused=self._count(
                "SELECT COUNT(*) FROM outbox_recipients JOIN outbox ON outbox.id = mail"
                f" WHERE failed_at >= ? AND NOT {TO_STRANGER}",
                day,
            ),
            missed=self._count("SELECT COUNT(*) FROM outbox WHERE missed_at >= ? AND returned_at IS NULL", day),
            looked_at=self._time("SELECT MAX(looked_at) FROM folders"),
            bytes=self.bytes_used(),
        )

    def bytes_used(self) -> int:
        """Return the size of the ledger in bytes. Each database overrides this."""
        raise NotImplementedError

    def _time(self, query: str, *values: str) -> datetime | None:
        (text,) = self.connection.execute(query, values).fetchone() or (None,)
        return datetime.fromisoformat(text).astimezone(UTC) if text else None

    def _count(self, query: str, *values: str) -> int:
        (count,) = self.connection.execute(query, values).fetchone()
        return int(count)
