"""Define what every store promises about calls to hooks: they are kept until they are done, in order.

Times are aware datetimes in UTC with whole seconds.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal, Protocol, get_args

from incidentmail.core.frozen import Frozen

DeliveryState = Literal["queued", "sent", "failed", "dropped"]
"""`dropped`: nobody is told of it any more, because the operator said so or because the incident became restricted."""
DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)


class Delivery(Frozen, kw_only=True):
    """One call to a hook because of one event. `id` is 0 until it is in the ledger.

    `name` is the id that the receiver sees. `payload` is the JSON text, or None once the receiver has it. If
    `leased_until` is set, a process is calling the hook, at most until then.
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
    """What waits for one hook and what has failed.

    `queued` counts what waits, and `tried` what of that was tried already. `failed` counts what failed for good since
    a time. `tried_since` is when the oldest of those that were tried was noted, and `last_error` why it was not taken.
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
        """Return the deliveries in these states, in the order in which they were noted."""
        ...

    def delivery(self, number: int) -> Delivery | None: ...
    def hook_figures(self, *, failed_since: datetime) -> list[HookFigures]:
        """Return the figures of each hook for which anything waits or has failed since that time, by name."""
        ...

    def hooks_due(self, *, now: datetime, early: bool = False) -> list[str]:
        """Return the names of the hooks for which `lease_delivery` would find something."""
        ...


class DeliveryTransaction(Protocol):
    """The part of a transaction that writes deliveries."""

    def add_delivery(self, delivery: Delivery) -> None:
        """Note a delivery. If the hook already has one of that name, change nothing."""
        ...

    def lease_delivery(
        self, hook: str, *, now: datetime, until: datetime, by: str, early: bool = False, after: int = 0,
        incident: str | None = None,
    ) -> Delivery | None:  # fmt: skip
        """Lease to `by` the first delivery after number `after` that may be tried. Return it, or None.

        A delivery may be tried only if none of the same incident and hook that was noted earlier is queued. If `early`
        is true, the time of the next attempt does not matter. If `incident` is given, only its deliveries are tried.
        """
        ...

    def settle_delivery(self, delivery: Delivery, *, by: str, at: datetime) -> bool:
        """Record the new state of a delivery that is leased to `by`, and end the lease.

        Return False and change nothing if another process has leased it meanwhile. Once it was sent, its payload is
        removed.
        """
        ...

    def requeue_deliveries(self, *, at: datetime, only: Collection[int] | None = None) -> None:
        """Queue every failed delivery again, or those in `only`, dropped ones too.

        What waits for the same hooks is due at once.
        """
        ...

    def drop_delivery(self, number: int, *, why: str, at: datetime) -> bool:
        """Give up a delivery that is queued or has failed, and that nobody is trying now.

        Return whether there was one.
        """
        ...
