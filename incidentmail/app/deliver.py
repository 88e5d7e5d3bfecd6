"""Outbox to relay: lease a mail, try the relays in order, record what each recipient's server said."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from incidentmail.errors import ConfigError, RelayUnavailableError
from incidentmail.ledger.port import MailState, OutboxMail, Recipient, Transaction
from incidentmail.transport.relay import Relay, parse_relay
from incidentmail.transport.relay_ids import id_in_reply
from incidentmail.transport.smtp_out import Outgoing, Reply, send

from .office import Office

LEASE_FOR_EACH_RELAY = timedelta(minutes=3)
"""Longer than one attempt can take (two steps of smtp_out.STEP_S_MAX), so that nobody else sends the same mail."""
TIMEOUT_S = 20.0
RETRY_FIRST = timedelta(seconds=30)
RETRY_MAX = timedelta(hours=1)


@dataclass
class _Attempt:
    """One mail, relay by relay: who waits for it, who has it or was refused, why the rest must wait."""

    recipients: dict[str, Recipient]
    transient: dict[str, list[str]] = field(default_factory=dict)

    @property
    def open(self) -> list[str]:
        return [address for address, recipient in self.recipients.items() if recipient.state != "sent"]

    def postpone(self, addresses: list[str], why: str) -> None:
        for address in addresses:
            self.transient.setdefault(address, []).append(why)

    def settle(self, address: str, state: MailState, reply: str) -> None:
        self.recipients[address] = Recipient(address=address, state=state, reply=reply)


def relays(office: Office) -> list[Relay]:
    """The configured relays in order. ValueError names one that cannot be read."""
    return [parse_relay(url) for url in office.config.settings.mail.relay]


def deliver(office: Office, *, early: bool = False, stop: Callable[[], bool] = lambda: False) -> list[OutboxMail]:
    """Sends what is due, or with `early` all that waits; each mail as it now stands.

    Each mail is tried once. Ends after the first one that no relay could be reached for: the next would fare no better.
    """
    worker, settled, after = f"{socket.gethostname()}:{os.getpid()}", list[OutboxMail](), 0
    while not stop():
        now = office.now()
        with office.ledger.transaction() as tx:
            mail = tx.lease(
                now=now,
                until=now + LEASE_FOR_EACH_RELAY * len(office.config.settings.mail.relay),
                by=worker,
                early=early,
                after=after,
            )
        if mail is None:
            break
        done, reached = _try(office, mail)
        with office.ledger.transaction() as tx:
            tx.settle(done, at=office.now())
            _learn_ids(tx, done)
        settled.append(done)
        after = mail.id
        if not reached:
            break
    return settled


def _learn_ids(tx: Transaction, mail: OutboxMail) -> None:
    """A relay that gave the mail another Message-ID says so in its 250: replies will name that one."""
    for recipient in mail.recipients:
        if mail.incident and recipient.state == "sent" and (recipient.reply or "").startswith("250 "):
            learned = id_in_reply((recipient.reply or "").removeprefix("250 "))
            if learned:
                tx.follow_thread(mail.incident, learned)


def _try(office: Office, mail: OutboxMail) -> tuple[OutboxMail, bool]:
    """The mail after one attempt over all relays, and whether any relay answered."""
    attempt = _Attempt({r.address: r for r in mail.recipients if r.state == "queued"})
    reached = False
    for relay in relays(office):
        if not attempt.open:
            break
        outgoing = Outgoing(reverse_path=mail.reverse_path, forward_paths=tuple(attempt.open), raw=mail.raw)
        try:
            delivery = send(relay, outgoing, password=office.config.password, timeout_s=TIMEOUT_S)
        except (RelayUnavailableError, ConfigError) as unavailable:  # ConfigError: there is no password for it
            attempt.postpone(attempt.open, str(unavailable))
            continue
        reached = True
        for address in delivery.accepted:
            attempt.settle(address, "sent", _text(delivery.reply))
        for address, reply in delivery.refused:
            attempt.settle(address, "failed", _text(reply))
        for address, reply in delivery.deferred:
            attempt.postpone([address], _text(reply))
    for address, texts in attempt.transient.items():
        if attempt.recipients[address].state != "sent":
            attempt.settle(address, "queued", "; ".join(texts))
    recipients = tuple(attempt.recipients.get(recipient.address, recipient) for recipient in mail.recipients)
    return _summed_up(mail, recipients, office.now()), reached


def _summed_up(mail: OutboxMail, recipients: tuple[Recipient, ...], now: datetime) -> OutboxMail:
    """Queued while anybody waits; failed where everybody was refused; else sent."""
    states = {recipient.state for recipient in recipients}
    state: MailState = "queued" if "queued" in states else "sent" if "sent" in states else "failed"
    errors = [f"{r.address}: {r.reply}" for r in recipients if r.state != "sent" and r.reply]
    wait = min(RETRY_FIRST * 2 ** min(mail.attempts - 1, 10), RETRY_MAX) * random.uniform(0.8, 1.2)
    return replace(
        mail,
        state=state,
        recipients=recipients,
        last_error="; ".join(errors) or None,
        next_attempt_at=(now + wait).replace(microsecond=0),
    )


def _text(reply: Reply | None) -> str:
    return f"{reply.code} {reply.text}" if reply else "stored"
