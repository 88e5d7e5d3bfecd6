"""Call the hooks that are due: lease a delivery, call the hook, and record the result.

Different hooks are called in parallel, so that a slow one does not delay the pager.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import assert_never

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import leads
from incidentmail.config.hook_section import HookSection
from incidentmail.core.frozen import replace
from incidentmail.ledger.deliveries import Delivery

from .call import Caller
from .note import may_hear
from .tell_operator import tell_of_hook
from .verdict import NOT_OURS, WITHHELD, Verdict, next_attempt

LEASE_MARGIN = timedelta(seconds=10)
"""A lease lasts for the timeout of the hook plus this margin for recording the result."""
THREADS_MAX = 8
LOOK_AGAIN = timedelta(minutes=1)
"""How long to wait before checking again whether this installation leads."""


def deliver_to_hooks(
    context: AppContext, *, early: bool = False, incident: str | None = None, only: Sequence[str] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> list[Delivery]:  # fmt: skip
    """Try each delivery that is due once. Return the deliveries that were tried, in their new state.

    If `early` is true, deliveries that wait for their next attempt are tried as well. If `incident` is given, only
    deliveries about it are tried. `only` contains the names of the hooks to call. Deliveries to a hook that is no
    longer configured stay queued.
    """
    configured = {hook.name: hook for hook in context.config.settings.hook}
    if not configured:
        return []
    with context.ledger.snapshot() as view:
        names = view.hooks_due(now=context.now(), early=early)
    chosen = [configured[name] for name in names if name in configured and (only is None or name in only)]
    if not chosen:
        return []
    from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

    queues = [_Queue(context, hook, early=early, incident=incident) for hook in chosen]
    running: dict[Future[Verdict], _Queue] = {}
    with ThreadPoolExecutor(min(len(queues), THREADS_MAX), "hook") as threads:
        idle = list(queues)
        while True:
            for queue in idle:
                call = None if stop() else queue.begin()
                if call is not None:
                    running[threads.submit(call)] = queue
            if not running:
                return [delivery for queue in queues for delivery in queue.tried]
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            idle = [queue for future in done if (queue := running.pop(future)).end(future.result())]


class _Queue:
    """The deliveries due for one hook. Its calls are made one after another, by threads that do not use the ledger."""

    def __init__(self, context: AppContext, hook: HookSection, *, early: bool, incident: str | None) -> None:
        self.context, self.hook, self.early, self.incident = context, hook, early, incident
        self.tried: list[Delivery] = []
        self._worker, self._caller, self._after = f"{socket.gethostname()}:{os.getpid()}", Caller(context, hook), 0
        self._leased: Delivery | None = None

    def begin(self) -> Callable[[], Verdict] | None:
        """Lease the next delivery that is due. Return the function that makes its call, or None if nothing is due."""
        now = self.context.now()
        with self.context.ledger.transaction() as tx:
            self._leased = leased = tx.lease_delivery(
                self.hook.name, now=now, until=now + self.hook.timeout + LEASE_MARGIN, by=self._worker,
                early=self.early, after=self._after, incident=self.incident,
            )  # fmt: skip
            if leased is None:
                return None
            incident = tx.incident(leased.incident)
            is_ours = leads(self.context, tx, incident)
        self._after = leased.id
        if incident is None or not is_ours:
            return lambda: NOT_OURS
        if not may_hear(self.hook, incident):
            return lambda: WITHHELD
        return partial(
            self._caller.call, leased.payload or "", name=leased.name, event=leased.event, incident=leased.incident
        )

    def end(self, verdict: Verdict) -> bool:
        """Record the result of a call. Return whether the next call may be made."""
        if self._leased is None:
            raise RuntimeError("no call was begun")
        done = settled(self.hook, self._leased, verdict, self.context.now())
        with self.context.ledger.transaction() as tx:
            if tx.settle_delivery(done, by=self._worker, at=self.context.now()):
                tell_of_hook(self.context, tx, self.hook, done)
        if verdict.outcome != "not ours":
            self.tried.append(done)
        return not verdict.stops


def settled(hook: HookSection, delivery: Delivery, verdict: Verdict, now: datetime) -> Delivery:
    """Return the delivery in its state after an attempt with this verdict."""
    match verdict.outcome:
        case "taken":
            after = replace(delivery, state="sent", last_error=None, sent_at=now)
        case "withheld":
            after = replace(delivery, state="dropped", last_error=verdict.said)
        case "not ours":
            after = replace(delivery, next_attempt_at=now + LOOK_AGAIN)
        case "refused":
            after = replace(delivery, state="failed", last_error=verdict.said, next_attempt_at=now)
        case "again" if now - delivery.queued_at >= hook.give_up_after:
            after = replace(delivery, state="failed", last_error=f"{verdict.said} (given up)", next_attempt_at=now)
        case "again":
            at = next_attempt(delivery.attempts, verdict, now)
            after = replace(delivery, last_error=verdict.said, next_attempt_at=at)
        case _:
            assert_never(verdict.outcome)
    return replace(after, leased_until=None)
