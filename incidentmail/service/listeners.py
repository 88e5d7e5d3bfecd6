"""Open the listeners configured in [listen], and reload their certificate and user list on SIGHUP."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass

from incidentmail.config.load import Config
from incidentmail.errors import ConfigError
from incidentmail.ledger.free_space import free_bytes
from incidentmail.transport.server_address import is_loopback
from incidentmail.transport.smtp.certificate import Certificate
from incidentmail.transport.smtp.client_context import OnEvent
from incidentmail.transport.smtp.connection_counts import Load
from incidentmail.transport.smtp.disk_room import DiskRoom
from incidentmail.transport.smtp.limits import Bounds
from incidentmail.transport.smtp.listen_address import Protocol, parse_listen
from incidentmail.transport.smtp.listener import Accept, Listener
from incidentmail.transport.smtp.users_file import Users

from .cannot_listen import cannot_listen


@dataclass(frozen=True, slots=True)
class BoundAddress:
    """The address to which a listener is bound, with the real port if the system chose it."""

    protocol: str
    where: str


@dataclass(frozen=True, slots=True)
class Listeners:
    """All listeners of the service, and the files that they share."""

    listeners: Sequence[Listener]
    certificate: Certificate | None
    users: Users | None
    allow_public: bool

    async def open(self) -> list[BoundAddress]:
        """Start listening, and return the bound addresses.

        Raise ConfigError if systemd opened a socket that other machines can reach and `allow_public` is not set. If
        an address cannot be used, raise the error that `cannot_listen` returns.
        """
        for listener in self.listeners:
            try:
                await listener.start()
            except OSError as error:
                raise cannot_listen(f"[listen] {listener.key}", str(listener.address), error) from error
            if isinstance(listener.bound, tuple):
                _check_reach(listener.key, listener.bound[0], allow_public=self.allow_public)
        return [BoundAddress(listener.key, _shown(listener.bound)) for listener in self.listeners]

    def reload(self) -> None:
        """Reload certificate and user list for new clients. If that fails, keep the old ones and raise ConfigError."""
        if self.certificate is not None:
            self.certificate.reload()
        if self.users is not None:
            self.users.reload()


def listeners_for(config: Config, accept: Accept, on_event: OnEvent) -> Listeners:
    """Return the configured listeners, not yet open.

    Raise ConfigError if there is nothing to listen on, if an option needs a certificate and none is configured, or if
    other machines could reach an address and `allow_public` is not set, since anybody could then pretend to be a
    member.
    """
    listen, relays = config.settings.listen, config.settings.trust.relays
    wanted = [(key, text) for key, text in listen.addresses.items()]
    if not wanted and config.settings.imap.url is None:
        raise ConfigError("nothing to listen on", hint='[listen] lmtp = "127.0.0.1:8024", or [imap] url')
    certificate = Certificate(listen.tls_certificate, listen.tls_key) if listen.tls_certificate else None
    needing = (("require_starttls", listen.require_starttls), ("users", listen.users), ("smtps", listen.smtps))
    for key, value in needing:
        if value and certificate is None:
            raise ConfigError(f"[listen] {key} needs a certificate", hint="set tls_certificate, and tls_key")
    users = Users(listen.users) if listen.users else None
    is_here = config.ledger.database_url is None
    load = Load(DiskRoom((lambda: free_bytes(config.ledger_path)) if is_here else None))
    found = []
    for name, text in wanted:
        protocol: Protocol = "lmtp" if name == "lmtp" else "smtp"
        address = parse_listen(protocol, text, mode=listen.socket_mode, group=listen.socket_group)
        if address.host is not None:
            _check_reach(name, address.host, allow_public=listen.allow_public)
        found.append(
            Listener(
                accept,
                address,
                hostname=listen.hostname or socket.gethostname(),
                trusted_peers=relays,
                bounds=Bounds(
                    message_bytes_max=listen.message_bytes_max,
                    in_flight_bytes_max=listen.in_flight_bytes_max,
                    connections_max=listen.connections_max,
                    connections_per_peer_max=listen.connections_per_peer_max,
                    recipients_max=listen.recipients_max,
                    untrusted_peer_bytes_a_day_max=listen.untrusted_peer_bytes_a_day_max,
                    untrusted_bytes_a_day_max=listen.untrusted_bytes_a_day_max,
                    untrusted_free_bytes_min=listen.untrusted_free_bytes_min,
                ),
                load=load,
                certificate=certificate,
                require_starttls=listen.require_starttls and name == "smtp",
                is_tls_first=name == "smtps",
                users=users if protocol == "smtp" else None,
                on_event=on_event,
            )
        )
    return Listeners(found, certificate, users, listen.allow_public)


def _check_reach(protocol: str, host: str, *, allow_public: bool) -> None:
    if not allow_public and not is_loopback(host):
        raise ConfigError(
            f"[listen] {protocol} = {host!r} can be reached from other machines, and no sender is verified",
            hint="listen on 127.0.0.1 or a unix socket, behind your mail server; or [listen] allow_public = true",
        )


def _shown(bound: tuple[str, int] | str) -> str:
    return bound if isinstance(bound, str) else f"{bound[0]}:{bound[1]}"
