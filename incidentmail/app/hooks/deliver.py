"""Call the hooks that are due: lease a delivery, call the hook, and record what came of it.

Each hook is called in a thread of its own, so that one that is slow does not make the pager wait.
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
from incidentmail.core.frozen import Frozen, replace
from incidentmail.ledger.deliveries import Delivery

from .call import Caller
from .note import may_hear
from .tell_operator import tell_of_hook
from .verdict import NOT_OURS, WITHHELD, Verdict, next_attempt

LEASE_MARGIN = timedelta(seconds=10)
"""A call ends within the time limit of its hook. This is for recording the result on a busy machine."""
THREADS_MAX = 8
LOOK_AGAIN = timedelta(minutes=1)
"""How long to wait before it is looked again whether this installation leads."""


def deliver_to_hooks(
    context: AppContext, *, early: bool = False, incident: str | None = None, only: Sequence[str] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> list[Delivery]:  # fmt: skip
    """Call each hook for what is due, each delivery once. Return what was tried, as it is now.

    If `early` is true, what waits for its next attempt is tried as well. If `incident` is given, only what is about it
    is told. `only` names the hooks to call. What waits for a hook that is not in the configuration stays.
    """
    configured = {hook.name: hook for hook in context.config.settings.hook}
    if not configured:
        return []
    with context.ledger.snapshot() as view:
        due = [configured[name] for name in view.hooks_due(now=context.now(), early=early) if name in configured]
    chosen = [hook for hook in due if only is None or hook.name in only]
    work = partial(_deliver_to, context, early=early, incident=incident, stop=stop)
    if len(chosen) < 2:
        return [delivery for hook in chosen for delivery in work(hook)]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(len(chosen), THREADS_MAX), "hook") as threads:
        return [delivery for done in threads.map(work, chosen) for delivery in done]


def _deliver_to(
    context: AppContext, hook: HookSection, *, early: bool, incident: str | None, stop: Callable[[], bool]
) -> list[Delivery]:
    """Call one hook until nothing is due, or until it is clear that it takes nothing now."""
    worker, caller, tried, after = f"{socket.gethostname()}:{os.getpid()}", Caller(context, hook), list[Delivery](), 0
    while not stop():
        now = context.now()
        with context.ledger.transaction() as tx:
            until = now + hook.timeout + LEASE_MARGIN
            delivery = tx.lease_delivery(
                hook.name, now=now, until=until, by=worker, early=early, after=after, incident=incident
            )
        if delivery is None:
            break
        after = delivery.id
        done = settled(hook, delivery, _call(context, hook, caller, delivery), context.now())
        with context.ledger.transaction() as tx:
            if tx.settle_delivery(done.delivery, by=worker, at=context.now()):
                tell_of_hook(context, tx, hook, done.delivery)
        if done.verdict.outcome != "not ours":
            tried.append(done.delivery)
        if done.verdict.stops:
            break
    return tried


def _call(context: AppContext, hook: HookSection, caller: Caller, delivery: Delivery) -> Verdict:
    """Call the hook, unless it must not be told. Return what came of it."""
    with context.ledger.snapshot() as view:
        incident = view.incident(delivery.incident)
        is_ours = leads(context, view, incident)
    if incident is None or not is_ours:
        return NOT_OURS
    if not may_hear(hook, incident):
        return WITHHELD
    return caller.call(delivery.payload or "", name=delivery.name, event=delivery.event, incident=delivery.incident)


class Settled(Frozen):
    """A delivery as it is after an attempt, and what the attempt meant."""

    delivery: Delivery
    verdict: Verdict


def settled(hook: HookSection, delivery: Delivery, verdict: Verdict, now: datetime) -> Settled:
    """Return the delivery as it is after the attempt that `verdict` judges."""
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
    return Settled(replace(after, leased_until=None), verdict)
