"""Send a test mail at once, without the outbox, because the operator wants to see the relay's answer."""

from __future__ import annotations

import secrets

from incidentmail.app.context import AppContext
from incidentmail.core.frozen import Frozen
from incidentmail.errors import RelayUnavailableError
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.operator_alarm import TRIAL_SERIAL_MAX, render_trial
from incidentmail.transport.smtp_client import Outgoing

from .relay_sessions import Relays


class Sent(Frozen, kw_only=True):
    """A test mail that a relay accepted: the mail, and the relay's URL."""

    mail: Mail
    relay: str


def send_trial(context: AppContext, to: str) -> Sent:
    """Send a test mail to one address through the first relay that accepts it.

    Raise RelayUnavailableError, with the answer of the last relay, if none accepts it.
    """
    mail = render_trial(
        context.public_sender(),
        to=to,
        at=context.now(),
        serial=1 + secrets.randbelow(TRIAL_SERIAL_MAX),
        origin=context.ledger.origin,
    )
    outgoing = Outgoing(reverse_path=mail.reverse_path, forward_paths=(to,), raw=mail.raw)
    error: RelayUnavailableError | None = None
    with Relays(context) as relays:
        for relay in relays.all:
            try:
                delivery = relays.send(relay, outgoing)
            except RelayUnavailableError as failed:
                error = failed
                continue
            if delivery.accepted:
                return Sent(mail=mail, relay=relay.url)
            ((_, reply), *_) = (*delivery.refused, *delivery.deferred)
            error = RelayUnavailableError(
                f"relay {relay.url} did not take the test mail to {to}: {reply.code} {reply.text}", relay=relay.url
            )
    raise error or RelayUnavailableError("there is no relay", relay="")
