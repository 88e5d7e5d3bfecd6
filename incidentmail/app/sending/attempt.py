"""Make one attempt to send one message: try the relays in order, then the back-up list, and record each server's reply.

The back-up list gets the message, once, in two cases: every relay refused the list address permanently, or the message
has waited longer than `[mail] backup_after` and was not accepted in this attempt either, for whatever reason.
"""

from __future__ import annotations

import random
from datetime import timedelta

from incidentmail.app.context import AppContext
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.times import show_duration
from incidentmail.errors import RelayUnavailableError
from incidentmail.ledger.values import MailState, OutboxMail, Recipient
from incidentmail.transport.relay_message_ids import id_in_reply
from incidentmail.transport.smtp_client import Outgoing, Reply

from .relay_sessions import Relays

RETRY_FIRST = timedelta(seconds=5)
"""The first retry delay, followed by 10 and 20 s. It is short because most relays recover soon, and people wait."""
RETRY_MAX = timedelta(hours=1)


class _Attempt:
    """An attempt to send one message through one relay after another.

    It records the recipients for whom the message was accepted or refused, and why the others have to wait.
    """

    def __init__(self, mail: OutboxMail, relays: Relays) -> None:
        self.mail, self.relays = mail, relays
        self.recipients = {recipient.address: recipient for recipient in mail.recipients}
        self.transient: dict[str, list[str]] = {}
        self.heard_of: set[str] = set()
        self.taken: list[str] = []
        """The replies of the relays that accepted the message."""

    def give(self, addresses: list[str]) -> None:
        """Offer the message to each relay, for those of `addresses` for whom no earlier relay has accepted it."""
        for relay in self.relays.all:
            waiting = tuple(address for address in addresses if self.state(address) != "sent")
            if not waiting:
                return
            outgoing = Outgoing(reverse_path=self.mail.reverse_path, forward_paths=waiting, raw=self.mail.raw)
            try:
                delivery = self.relays.send(relay, outgoing)
            except RelayUnavailableError as unavailable:
                text = f"{unavailable} ({unavailable.hint})" if unavailable.hint else str(unavailable)
                self._postpone(waiting, text)
                continue
            self.heard_of.update(waiting)
            if delivery.accepted and delivery.reply is not None and delivery.reply.code == 250:
                self.taken.append(delivery.reply.text)
            for address in delivery.accepted:
                self._settle(address, "sent", _text(delivery.reply))
            for address, reply in delivery.refused:
                self._settle(address, "failed", _text(reply))
            for address, reply in delivery.deferred:
                self._postpone((address,), _text(reply))
        for address in addresses:
            if address in self.transient and self.state(address) != "sent":
                self._settle(address, "queued", "; ".join(self.transient[address]))

    def state(self, address: str) -> MailState | None:
        recipient = self.recipients.get(address)
        return recipient.state if recipient else None

    def _postpone(self, addresses: tuple[str, ...], why: str) -> None:
        for address in addresses:
            self.transient.setdefault(address, []).append(why)

    def _settle(self, address: str, state: MailState, reply: str) -> None:
        self.recipients[address] = Recipient(address=address, state=state, reply=reply)


class Attempted(Frozen):
    """The mail after one attempt, the recipients for whom it was given up, and new Message-IDs assigned by relays."""

    mail: OutboxMail
    given_up: frozenset[str] = frozenset()
    other_ids: tuple[str, ...] = ()


def attempt(context: AppContext, relays: Relays, mail: OutboxMail) -> Attempted:
    """Try to send the message once."""
    settings, list_address = context.config.settings, context.config.list_address
    now = context.now()
    tried = _Attempt(mail, relays)
    backup = settings.list.backup if list_address in tried.recipients else None
    tried.give([address for address, r in tried.recipients.items() if r.state == "queued" and address != backup])
    if backup is not None:
        late = now - (mail.queued_at or now) >= settings.mail.backup_after
        fails = tried.state(list_address) == "failed" or (late and tried.state(list_address) == "queued")
        if fails and tried.state(backup) in (None, "queued"):
            tried.give([backup])
        if tried.state(backup) == "queued" and (not fails or backup not in tried.heard_of):
            del tried.recipients[backup]  # no relay was tried for the back-up list, or it is no longer needed
    ids = tuple(filter(None, map(id_in_reply, tried.taken)))
    return _summed_up(context, mail, tuple(tried.recipients.values()), ids)


def _summed_up(
    context: AppContext, mail: OutboxMail, recipients: tuple[Recipient, ...], other_ids: tuple[str, ...]
) -> Attempted:
    """Return the result: queued if a recipient still waits, failed if every recipient was refused, otherwise sent."""
    settings, now = context.config.settings, context.now()
    since = mail.queued_at or now
    patience = settings.mail.give_up_after
    is_over = now - since >= patience
    given_up = frozenset(r.address for r in recipients if is_over and r.state == "queued")
    if is_over:
        recipients = tuple(_given_up(recipient, patience) for recipient in recipients)
    states = {recipient.state for recipient in recipients}
    state: MailState = "queued" if "queued" in states else "sent" if "sent" in states else "failed"
    errors = [f"{r.address}: {r.reply}" for r in recipients if r.state != "sent" and r.reply]
    wait = min(RETRY_FIRST * 2 ** min(mail.attempts - 1, 10), RETRY_MAX) * random.uniform(0.8, 1.2)
    milestones = [since + patience, *([since + settings.mail.backup_after] if settings.list.backup else [])]
    next_at = min([now + wait, *(at for at in milestones if at > now)])
    settled = replace(
        mail,
        state=state,
        recipients=recipients,
        last_error="; ".join(errors) or None,
        next_attempt_at=next_at.replace(microsecond=0),
    )
    return Attempted(settled, given_up, other_ids)


def _given_up(recipient: Recipient, patience: timedelta) -> Recipient:
    if recipient.state != "queued":
        return recipient
    said = f"given up after {show_duration(patience)}: {recipient.reply or 'never tried'}"
    return replace(recipient, state="failed", reply=said)


def _text(reply: Reply | None) -> str:
    return f"{reply.code} {reply.text}" if reply else "stored"
