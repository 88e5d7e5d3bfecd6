"""Store hook calls: their payloads, the process that makes each call, and their results."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from incidentmail.core.facts import json_time
from incidentmail.ledger.deliveries import DELIVERY_STATES, Delivery, DeliveryState, HookFigures

from .packing import packed_text, unpack
from .statements import Statements, listed

_DELIVERY = (
    "SELECT id, name, hook, incident, event, payload, state, attempts, last_error, queued_at, next_attempt_at,"
    " leased_until, sent_at FROM deliveries"
)
_MAY_BE_TRIED = (
    "d.state = 'queued' AND (d.leased_until IS NULL OR d.leased_until <= ?) AND (? OR d.next_attempt_at <= ?)"
    " AND NOT EXISTS (SELECT 1 FROM deliveries AS earlier WHERE earlier.state = 'queued' AND earlier.hook = d.hook"
    " AND earlier.incident = d.incident AND earlier.id < d.id)"
)


class DeliveryRows(Statements):
    """The methods of the store's interface (ledger/deliveries.py) for hook calls."""

    def deliveries(
        self, states: Collection[DeliveryState] = DELIVERY_STATES, *, incident: str | None = None
    ) -> list[Delivery]:
        chosen, values = ("", []) if incident is None else (" AND incident = ?", [incident])
        rows = self.connection.execute(
            f"{_DELIVERY} WHERE state IN {self.in_texts}{chosen} ORDER BY id", (listed(states), *values)
        ).fetchall()
        return [_delivery(row) for row in rows]

    def delivery(self, number: int) -> Delivery | None:
        row = self.connection.execute(f"{_DELIVERY} WHERE id = ?", (number,)).fetchone()
        return _delivery(row) if row else None

    def hook_figures(self, *, failed_since: datetime) -> list[HookFigures]:
        tried = "state = 'queued' AND last_error IS NOT NULL"
        rows = self.connection.execute(
            f"SELECT hook, COUNT(*) FILTER (WHERE state = 'queued'), COUNT(*) FILTER (WHERE {tried}),"
            " COUNT(*) FILTER (WHERE state = 'failed'), MIN(queued_at) FILTER (WHERE state = 'queued'),"
            f" MIN(queued_at) FILTER (WHERE {tried}), MAX(last_error) FROM deliveries"
            " WHERE state = 'queued' OR (state = 'failed' AND next_attempt_at >= ?) GROUP BY hook ORDER BY hook",
            (json_time(failed_since),),
        ).fetchall()
        return [
            HookFigures(
                hook=row[0], queued=row[1], tried=row[2], failed=row[3], queued_since=_utc(row[4]),
                tried_since=_utc(row[5]), last_error=row[6],
            )
            for row in rows
        ]  # fmt: skip

    def hooks_due(self, *, now: datetime, early: bool = False) -> list[str]:
        rows = self.connection.execute(
            f"SELECT DISTINCT d.hook FROM deliveries AS d WHERE {_MAY_BE_TRIED} ORDER BY d.hook",
            (json_time(now), early, json_time(now)),
        ).fetchall()
        return [hook for (hook,) in rows]

    def add_delivery(self, delivery: Delivery) -> None:
        self.connection.execute(
            "INSERT INTO deliveries (name, hook, incident, event, payload, state, queued_at, next_attempt_at)"
            " VALUES (?, ?, ?, ?, ?, 'queued', ?, ?) ON CONFLICT (hook, name) DO NOTHING",
            (
                delivery.name, delivery.hook, delivery.incident, delivery.event, packed_text(delivery.payload or ""),
                json_time(delivery.queued_at), json_time(delivery.next_attempt_at),
            ),
        )  # fmt: skip

    def lease_delivery(
        self, hook: str, *, now: datetime, until: datetime, by: str, early: bool = False, after: int = 0,
        incident: str | None = None,
    ) -> Delivery | None:  # fmt: skip
        chosen, values = ("", []) if incident is None else (" AND d.incident = ?", [incident])
        row = self.connection.execute(
            "UPDATE deliveries SET leased_until = ?, leased_by = ?, attempts = attempts + 1 WHERE id = ("
            f" SELECT d.id FROM deliveries AS d WHERE {_MAY_BE_TRIED} AND d.hook = ? AND d.id > ?{chosen}"
            " ORDER BY d.id LIMIT 1) RETURNING id",
            (json_time(until), by, json_time(now), early, json_time(now), hook, after, *values),
        ).fetchone()
        return self.delivery(row[0]) if row else None

    def settle_delivery(self, delivery: Delivery, *, by: str, at: datetime) -> bool:
        is_sent = delivery.state == "sent"
        done = self.connection.execute(
            "UPDATE deliveries SET state = ?, last_error = ?, next_attempt_at = ?, leased_until = NULL,"
            " leased_by = NULL, sent_at = ?, payload = CASE WHEN ? THEN NULL ELSE payload END"
            " WHERE id = ? AND leased_by = ?",
            (
                delivery.state, delivery.last_error, json_time(delivery.next_attempt_at),
                json_time(at) if is_sent else None, is_sent, delivery.id, by,
            ),
        )  # fmt: skip
        return done.rowcount == 1

    def requeue_deliveries(self, *, at: datetime, only: Collection[int] | None = None) -> None:
        if only is None:
            rows = self.connection.execute("SELECT id FROM deliveries WHERE state = 'failed'").fetchall()
            only = [number for (number,) in rows]
        now, chosen = json_time(at), listed(only)
        self.connection.execute(
            "UPDATE deliveries SET state = 'queued', queued_at = ?, next_attempt_at = ?"
            f" WHERE id IN {self.in_numbers} AND state IN ('failed', 'dropped')",
            (now, now, chosen),
        )
        self.connection.execute(
            "UPDATE deliveries SET next_attempt_at = ? WHERE state = 'queued' AND next_attempt_at > ?"
            f" AND hook IN (SELECT hook FROM deliveries WHERE id IN {self.in_numbers})",
            (now, now, chosen),
        )

    def drop_delivery(self, number: int, *, why: str, at: datetime) -> bool:
        done = self.connection.execute(
            "UPDATE deliveries SET state = 'dropped', last_error = ? WHERE id = ? AND state IN ('queued', 'failed')"
            " AND (leased_until IS NULL OR leased_until <= ?)",
            (why, number, json_time(at)),
        )
        return done.rowcount == 1


def _delivery(row: tuple[Any, ...]) -> Delivery:
    stored = row[5]
    return Delivery(
        id=row[0], name=row[1], hook=row[2], incident=row[3], event=row[4],
        payload=None if stored is None else unpack(stored, f"delivery {row[0]} to a hook").decode(),
        state=row[6], attempts=row[7], last_error=row[8], queued_at=_at(row[9]), next_attempt_at=_at(row[10]),
        leased_until=_utc(row[11]), sent_at=_utc(row[12]),
    )  # fmt: skip


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _utc(text: str | None) -> datetime | None:
    return _at(text) if text else None
