"""DNS lookups of TXT records."""

from __future__ import annotations

import ipaddress

import dns.exception
import dns.name
import dns.resolver

from incidentmail.errors import DnsUnavailableError

CACHE_NAMES_MAX = 200
"""How many records are kept for their time to live. An organisation has only a few keys."""


class Resolver:
    """Asks the DNS servers of this machine, or the server `server` (`127.0.0.1`, `127.0.0.1:5353`, `[::1]:5353`)."""

    def __init__(self, server: str | None, timeout_s: float) -> None:
        self._server = server
        self._timeout_s = timeout_s
        self._resolver: dns.resolver.Resolver | None = None

    def txt(self, name: str) -> bytes | None:
        """Return the TXT record of `name` with its strings joined (RFC 6376 section 3.6.2.2), or None if there is none.

        It is also None if the name does not exist. Raise DnsUnavailableError if no server is known, none answers in
        time, or one cannot answer (SERVFAIL); the record may exist in these cases.
        """
        try:
            self._resolver = self._resolver or self._made()
            answer = self._resolver.resolve(dns.name.from_text(name), "TXT", lifetime=self._timeout_s, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.NameTooLong):
            return None
        except dns.resolver.NoResolverConfiguration as error:
            raise DnsUnavailableError(
                f"no DNS server is known to ask for {name}", hint='[trust] resolver = "127.0.0.1"'
            ) from error
        except dns.exception.Timeout as error:
            raise DnsUnavailableError(f"DNS did not answer in {self._timeout_s:g} s for {name}") from error
        except dns.exception.DNSException as error:
            raise DnsUnavailableError(f"DNS could not tell the record of {name}: {type(error).__name__}") from error
        first: bytes = b"".join(answer[0].strings)
        return first

    def _made(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=self._server is None)
        resolver.cache = dns.resolver.LRUCache(CACHE_NAMES_MAX)
        if self._server is not None:
            host, port = _host_and_port(self._server)
            resolver.nameservers, resolver.port = [host], port
        return resolver


def _host_and_port(server: str) -> tuple[str, int]:
    """Split `[::1]:5353`, `127.0.0.1:5353` or an address alone into host and port, 53 by default.

    >>> _host_and_port("[::1]:5353"), _host_and_port("127.0.0.1:5353"), _host_and_port("::1")
    (('::1', 5353), ('127.0.0.1', 5353), ('::1', 53))
    """
    try:
        return str(ipaddress.ip_address(server)), 53
    except ValueError:
        host, _, port = server.rpartition(":")
        return host.strip("[]"), int(port)
