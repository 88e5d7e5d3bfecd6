"""Define the part of a store's interface that handles hook calls, which are queued and made in order.

Times are aware datetimes in UTC with whole seconds.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal, Protocol, get_args

from incidentmail.core.frozen import Frozen

DeliveryState = Literal["queued", "sent", "failed", "dropped"]
"""The states of a delivery. `dropped` means given up by the operator, or because the incident became restricted."""
DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)


class Delivery(Frozen, kw_only=True):
    """A hook call caused by one event. `id` is 0 until the call is in the ledger.

    `name` is the id that the receiver sees. `payload` is the JSON text, or None once it has been delivered. If
    `leased_until` is set, a process is making the call, at most until then.
    """

    id: int = 0
    name: str
    hook: str
    incident: str
    event: str
    payload: str | None
    state: DeliveryState = "queued"
    attempts: int = 0
    last_error: str | None = None
    queued_at: datetime
    next_attempt_at: datetime
    leased_until: datetime | None = None
    sent_at: datetime | None = None


class HookFigures(Frozen, kw_only=True):
    """Counts of the waiting and failed calls to one hook.

    `queued` counts the waiting calls, `tried` those of them that have been attempted, and `failed` those that failed
    permanently since a given time. `tried_since` is when the oldest attempted call was queued, and `last_error` is why
    that call failed.
    """

    hook: str
    queued: int
    tried: int
    failed: int
    queued_since: datetime | None
    tried_since: datetime | None
    last_error: str | None


class DeliveryView(Protocol):
    """The part of a view that reads deliveries."""

    def deliveries(
        self, states: Collection[DeliveryState] = DELIVERY_STATES, *, incident: str | None = None
    ) -> list[Delivery]:
        """Return the deliveries in these states, in the order in which they were added."""
        ...

    def delivery(self, number: int) -> Delivery | None: ...
    def hook_figures(self, *, failed_since: datetime) -> list[HookFigures]:
        """Return the figures of each hook with calls that are waiting or that failed since the given time, by name."""
        ...

    def hooks_due(self, *, now: datetime, early: bool = False) -> list[str]:
        """Return the names of the hooks for which `lease_delivery` would return a delivery."""
        ...


class DeliveryTransaction(Protocol):
    """The part of a transaction that writes deliveries."""

    def add_delivery(self, delivery: Delivery) -> None:
        """Add a delivery, unless the hook already has a delivery with the same name."""
        ...

    def lease_delivery(
        self, hook: str, *, now: datetime, until: datetime, by: str, early: bool = False, after: int = 0,
        incident: str | None = None,
    ) -> Delivery | None:  # fmt: skip
        """Lease to `by` the first delivery with an id above `after` that can be attempted. Return it, or None.

        A delivery cannot be attempted while an earlier one of the same incident and hook is queued. If `early` is true,
        the time of the next attempt is ignored. If `incident` is given, only deliveries of that incident are attempted.
        """
        ...

    def settle_delivery(self, delivery: Delivery, *, by: str, at: datetime) -> bool:
        """Record the new state of a delivery that is leased to `by`, and end the lease.

        Return False and change nothing if another process has leased it in the meantime. The payload is removed once it
        has been sent.
        """
        ...

    def requeue_deliveries(self, *, at: datetime, only: Collection[int] | None = None) -> None:
        """Queue all failed deliveries again or, if `only` is given, those deliveries, even if they were dropped.

        Deliveries waiting for the same hooks become due at once.
        """
        ...

    def drop_delivery(self, number: int, *, why: str, at: datetime) -> bool:
        """Give up a delivery that is queued or has failed, and that is not being attempted now.

        Return whether there was such a delivery.
        """
        ...
