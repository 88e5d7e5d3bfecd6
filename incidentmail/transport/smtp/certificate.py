"""Load the listener's certificate at startup, and again on request after it was renewed."""

from __future__ import annotations

import ssl
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from incidentmail.errors import ConfigError

NO_CHECK_TIME: Final = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which makes it possible to read an expired certificate too."""


class Certificate:
    """The certificate of a listener. `context` is the TLS context for new clients; it is kept if a `reload` fails."""

    def __init__(self, chain: Path, key: Path | None = None) -> None:
        """Load the files.

        `key` is None if the chain file also contains the key. Raise ConfigError if a file cannot be used.
        """
        self._chain, self._key = chain, key
        self.context = self._read()

    def reload(self) -> None:
        """Load the files again. Raise ConfigError if they cannot be used."""
        self.context = self._read()

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
        try:
            # A password prompt would block the service before it starts, so a key with a password is an error.
            context.load_cert_chain(self._chain, self._key, password=lambda: b"")
            key = self._key or self._chain
            is_open = key.stat().st_mode & 0o007
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise ConfigError(
                f"[listen] tls_certificate: {self._chain} cannot be used: {said}",
                hint="a PEM file with the whole chain, and its key in tls_key, both readable by this user",
            ) from error
        if is_open:
            raise ConfigError(
                f"[listen] tls_key: everybody can read or change {key}",
                hint=f"chmod 0640 {key}, and the service's group",
            )
        return context

    def expires_at(self) -> datetime:
        """Return the time at which the certificate expires, in UTC. Raise ConfigError if it cannot be determined.

        Python reveals the time only for a certificate that a server presents, so a TLS handshake is made in memory.
        """
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | NO_CHECK_TIME
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        try:
            trusting.load_verify_locations(self._chain)
            server = self.context.wrap_bio(to_server, to_client, server_side=True)
            client = trusting.wrap_bio(to_client, to_server)
            for side in (client, server, client, server, client):
                with suppress(ssl.SSLWantReadError):
                    side.do_handshake()
            found = client.getpeercert()
        except (OSError, ValueError) as error:
            raise ConfigError(f"[listen] tls_certificate: {self._chain}: {error}", hint="a PEM file") from error
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str((found or {})["notAfter"])), UTC)
