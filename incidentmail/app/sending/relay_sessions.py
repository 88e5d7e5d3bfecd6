"""Manage the relays during one round of sending: keep sessions for the next message, and skip relays that are down.

A relay that cannot be reached, or does not let us log in, is tried only once per round. A relay that disconnects in the
middle of a message is tried again with the next message. If this happens twice in a row, that relay counts as down,
too.
"""

from __future__ import annotations

from types import TracebackType

from incidentmail.app.context import AppContext
from incidentmail.errors import ConfigError, RelayUnavailableError
from incidentmail.transport.relay_url import Relay, parse_relay
from incidentmail.transport.smtp_client import Delivery, Outgoing, Session, connect

TIMEOUT_S = 20.0


class Relays:
    """The configured relays in order. Raise ValueError, naming the relay, if a relay's URL cannot be parsed."""

    def __init__(self, context: AppContext) -> None:
        self.all = tuple(parse_relay(url) for url in context.config.settings.mail.relay)
        self._password, self._token = context.config.password, context.config.relay_token
        self._helo = context.config.helo
        self._sessions: dict[str, Session] = {}
        self._down: dict[str, str] = {}
        self._cut_off: set[str] = set()

    def __enter__(self) -> Relays:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for session in self._sessions.values():
            session.close()

    @property
    def are_down(self) -> bool:
        """Whether no relay can be used any more in this round."""
        return all(relay.url in self._down for relay in self.all)

    def send(self, relay: Relay, outgoing: Outgoing) -> Delivery:
        """Send one message through one relay. Raise RelayUnavailableError if it is not accepted or not answered.

        If the relay has closed the session of an earlier message in the meantime, try a new session.
        """
        if relay.url in self._down:
            raise RelayUnavailableError(self._down[relay.url], relay=relay.url)
        session = self._sessions.pop(relay.url, None)
        if session is not None:
            try:
                return self._sent(session, outgoing)
            except RelayUnavailableError:
                if session.gave_mail:
                    self._note_cut_off(relay)
                    raise
        try:
            session = connect(relay, password=self._password, timeout_s=TIMEOUT_S, helo=self._helo, token=self._token)
        except (RelayUnavailableError, ConfigError) as error:  # ConfigError: there is no password for this relay
            self._down[relay.url] = _said(error)
            raise RelayUnavailableError(_said(error), relay=relay.url) from error
        try:
            return self._sent(session, outgoing)
        except RelayUnavailableError:
            self._note_cut_off(relay)
            raise

    def _sent(self, session: Session, outgoing: Outgoing) -> Delivery:
        delivery = session.send(outgoing)
        self._sessions[session.relay.url] = session
        self._cut_off.discard(session.relay.url)
        return delivery

    def _note_cut_off(self, relay: Relay) -> None:
        if relay.url in self._cut_off:
            self._down[relay.url] = f"relay {relay.url} went away in the middle of two mails"
        self._cut_off.add(relay.url)


def _said(error: RelayUnavailableError | ConfigError) -> str:
    return f"{error} ({error.hint})" if error.hint else str(error)
