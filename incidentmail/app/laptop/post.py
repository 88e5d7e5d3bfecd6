"""Send a mail through the laptop's own relays, in order, until each recipient is accepted or refused."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.errors import ConfigError, RelayUnavailableError
from incidentmail.outbound.header_fields import Mail
from incidentmail.transport.relay_url import parse_relay
from incidentmail.transport.smtp_client import Outgoing, connect

from .laptop import Laptop

TIMEOUT_S = 20.0


class Posted(Frozen, kw_only=True):
    """The result of sending: the recipients that were accepted, and the last reply about each of the others.

    `refused` are recipients whom a relay refused permanently. For those in `waiting`, a later attempt may succeed.
    """

    accepted: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()
    waiting: tuple[tuple[str, str], ...] = ()

    @property
    def why(self) -> str:
        """The last reply about each recipient who does not get the mail."""
        return "; ".join(f"{address}: {said}" for address, said in (*self.refused, *self.waiting))


def post(laptop: Laptop, mail: Mail) -> Posted:
    """Send `mail`. For recipients whom one relay does not accept, try the next relay."""
    refused: dict[str, str] = {}
    waiting = dict.fromkeys(mail.forward_paths, "no relay was tried")
    for relay in map(parse_relay, laptop.config.settings.mail.relay):
        left = (*waiting, *refused)
        if not left:
            break
        outgoing = Outgoing(reverse_path=mail.reverse_path, forward_paths=left, raw=mail.raw)
        try:
            with connect(
                relay,
                password=laptop.config.password,
                timeout_s=TIMEOUT_S,
                helo=laptop.config.helo,
                token=laptop.config.relay_token,
            ) as session:
                delivery = session.send(outgoing)
        except (RelayUnavailableError, ConfigError) as error:  # ConfigError: there is no password for this relay
            said = f"{error} ({error.hint})" if error.hint else str(error)
            waiting = dict.fromkeys(waiting, said)
            continue
        for address in delivery.accepted:
            waiting.pop(address, None)
            refused.pop(address, None)
        for address, reply in delivery.refused:
            waiting.pop(address, None)
            refused[address] = f"{reply.code} {reply.text}"
        for address, reply in delivery.deferred:
            refused.pop(address, None)
            waiting[address] = f"{reply.code} {reply.text}"
    accepted = tuple(address for address in mail.forward_paths if address not in {*refused, *waiting})
    return Posted(accepted=accepted, refused=tuple(refused.items()), waiting=tuple(waiting.items()))
