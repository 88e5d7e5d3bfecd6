"""Send messages from the outbox: lease a message, give it to a relay, and record the result.

Several messages share one connection.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Collection
from datetime import timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.undelivered import tell_of_failures
from incidentmail.core.model import Person
from incidentmail.ledger.values import OutboxMail

from .attempt import attempt
from .relay_sessions import Relays

LEASE_FOR_EACH_RELAY = timedelta(minutes=5)
"""The lease is longer than one attempt can take, so that nobody else sends the same message.

An attempt has at most four steps of smtp_client.STEP_S_MAX: trying a session that has been closed, opening a new one,
sending the message, and sending it to the back-up list.
"""


def deliver(
    context: AppContext, *, early: bool = False, stop: Callable[[], bool] = lambda: False,
    only: Collection[int] | None = None, first: Collection[int] = (), seen_by: Person | None = None,
) -> list[OutboxMail]:  # fmt: skip
    """Send the messages that are due, and return each one in its new state.

    If `early` is true, send everything that is waiting. If `only` is given, send only these messages. If a message does
    not reach somebody, the people who are waiting for that person are told, except `seen_by`, who sees the failure at a
    terminal.

    Each message is tried once: first those in `first`, then the others in the order in which they were written. When no
    relay can be used any more, no further connection is made, and the messages that are due wait for their next
    attempt. If `early` is true, sending ends instead, because somebody is waiting.
    """
    worker, settled = f"{socket.gethostname()}:{os.getpid()}", list[OutboxMail]()
    with Relays(context) as relays:
        for turn, but in ((first, ()), (only, first)) if first else ((only, ()),):
            after = 0
            while not stop() and not (early and relays.are_down):
                now = context.now()
                with context.ledger.transaction() as tx:
                    until = now + LEASE_FOR_EACH_RELAY * len(relays.all)
                    mail = tx.lease(now=now, until=until, by=worker, early=early, after=after, only=turn, but=but)
                if mail is None:
                    break
                done = attempt(context, relays, mail)
                with context.ledger.transaction() as tx:
                    tx.settle(done.mail, at=context.now())
                    for message_id in done.other_ids if mail.incident else ():  # replies will name these ids
                        tx.follow_thread(str(mail.incident), message_id)
                    tell_of_failures(context, tx, mail, done.mail, given_up=done.given_up, seen_by=seen_by)
                settled.append(done.mail)
                after = mail.id
    return settled
