"""Outbox to relay: lease a mail, try the relays in order, record what each recipient's server said."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from incidentmail.errors import ConfigError, RelayUnavailableError
from incidentmail.ledger.port import MailState, OutboxMail, Recipient
from incidentmail.transport.smtp_out import Outgoing, Relay, Reply, parse_relay, send

from .office import Office

LEASE = timedelta(minutes=5)
TIMEOUT_S = 20.0
RETRY_FIRST = timedelta(seconds=30)
RETRY_MAX = timedelta(hours=1)


@dataclass
class _Attempt:
    """One mail, relay by relay: who waits for it, who has it or was refused, the last words of those who could not."""

    recipients: dict[str, Recipient]
    transient: dict[str, str] = field(default_factory=dict)

    @property
    def open(self) -> list[str]:
        return [address for address, recipient in self.recipients.items() if recipient.state != "sent"]

    def settle(self, address: str, state: MailState, reply: str) -> None:
        self.recipients[address] = Recipient(address=address, state=state, reply=reply)


def relays(office: Office) -> list[Relay]:
    """The configured relays in order. ValueError names one that cannot be read."""
    return [parse_relay(url) for url in office.config.settings.mail.relay]


def deliver(office: Office, *, early: bool = False, stop: Callable[[], bool] = lambda: False) -> list[OutboxMail]:
    """Sends what is due, or with `early` all that waits; each mail as it now stands.

    Each mail is tried once. Ends after the first one that no relay could be reached for: the next would fare no better.
    """
    worker, settled = f"{socket.gethostname()}:{os.getpid()}", list[OutboxMail]()
    again: list[OutboxMail] = []
    while not stop():
        now = office.now()
        with office.ledger.transaction() as tx:
            mail = tx.lease(now=now, until=now + LEASE, by=worker, early=early)
        if mail is None:
            break
        if any(mail.id == done.id for done in settled):
            again.append(mail)  # it stays leased until the end, so that the ones behind it have their turn
            continue
        done, reached = _try(office, mail)
        _settle(office, done)
        settled.append(done)
        if not reached or not _more_wait(office, settled):
            break
    for mail in again:
        _settle(office, mail)
    return settled


def _more_wait(office: Office, settled: list[OutboxMail]) -> bool:
    """Whether another lease can be of use: asked only where a mail that was tried would be leased again."""
    if all(mail.state != "queued" for mail in settled):
        return True
    with office.ledger.reading() as view:
        return {mail.id for mail in view.outbox(("queued",))} > {mail.id for mail in settled if mail.state == "queued"}


def _settle(office: Office, mail: OutboxMail) -> None:
    with office.ledger.transaction() as tx:
        tx.settle(mail, at=office.now())


def _try(office: Office, mail: OutboxMail) -> tuple[OutboxMail, bool]:
    """The mail after one attempt over all relays, and whether any relay answered."""
    attempt = _Attempt({r.address: r for r in mail.recipients if r.state == "queued"})
    reached, error = False, None
    for relay in relays(office):
        if not attempt.open:
            break
        outgoing = Outgoing(reverse_path=mail.reverse_path, forward_paths=tuple(attempt.open), raw=mail.raw)
        try:
            delivery = send(relay, outgoing, password=office.config.password, timeout_s=TIMEOUT_S)
        except (RelayUnavailableError, ConfigError) as unavailable:  # ConfigError: there is no password for it
            error = str(unavailable)
            attempt.transient |= dict.fromkeys(attempt.open, error)
            continue
        reached = True
        for address in delivery.accepted:
            attempt.settle(address, "sent", _text(delivery.reply))
        for address, reply in delivery.refused:
            attempt.settle(address, "failed", _text(reply))
        for address, reply in delivery.deferred:
            attempt.transient[address] = _text(reply)
    for address, text in attempt.transient.items():
        if attempt.recipients[address].state != "sent":
            attempt.settle(address, "queued", text)
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
