"""Query TXT, MX and SRV records in the DNS."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYetError
from typing import Any

import dns.exception
import dns.name
import dns.resolver

from incidentmail.errors import DnsUnavailableError

CACHE_NAMES_MAX = 200
"""The maximum number of records cached for their time to live. An organisation has only a few keys."""


QUESTIONS_MAX = 8
"""The maximum number of concurrent queries of a service. Mail from anybody can name a server that never answers."""
WAITS_MAX = 2
"""The number of unanswered queries above which a service does not wait for another query."""
ANSWERS_MAX, FAULT_KEPT_S = 200, 60.0
"""The maximum number of answers that a service keeps, and the seconds for which it remembers an unresponsive server."""


class Resolver:
    """A client for the DNS servers of this machine, or for `server` (`127.0.0.1`, `127.0.0.1:5353`, `[::1]:5353`).

    After `patience_s` seconds, `txt` gives up. The query continues in a thread, so that a later call finds the answer.
    If `patience_s` is None, `txt` waits until the query is answered or `timeout_s` has passed.
    """

    def __init__(self, server: str | None, timeout_s: float) -> None:
        self._server = server
        self._timeout_s = timeout_s
        self.patience_s: float | None = None
        self._resolver: dns.resolver.Resolver | None = None
        self._asked: dict[str, Future[bytes | None]] = {}
        self._faults: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def txt(self, name: str) -> bytes | None:
        """Return the TXT record of `name` with its strings joined (RFC 6376 section 3.6.2.2), or None if there is none.

        Also return None if the name does not exist. Raise DnsUnavailableError if no server is known, if none answers in
        time, or if a server reports a failure (SERVFAIL). In these cases the record may exist.
        """
        return self._ask(name) if self.patience_s is None else self._ask_briefly(name, self.patience_s)

    def _ask_briefly(self, name: str, patience_s: float) -> bytes | None:
        """Return the record like `txt`, but wait only briefly, and not at all while too many queries are unanswered."""
        if len(self._asked) > ANSWERS_MAX:  # answers that no call has picked up
            self._asked = {asked: one for asked, one in self._asked.items() if not one.done()}
        unanswered = sum(not one.done() for one in self._asked.values())
        future = self._asked.get(name)
        if future is None:
            self._raise_known_fault(name)
            if unanswered >= QUESTIONS_MAX:
                raise DnsUnavailableError(f"DNS was not asked for {name}: other servers do not answer")
            future = self._asked[name] = self._begin(name)
        try:
            answer = future.result(patience_s if unanswered <= WAITS_MAX else 0)
        except NotYetError:
            raise DnsUnavailableError(f"DNS has not answered yet for {name}") from None
        except DnsUnavailableError as error:
            self._faults[name] = time.monotonic() + FAULT_KEPT_S, str(error)
            while len(self._faults) > ANSWERS_MAX:
                self._faults.popitem(last=False)
            raise
        finally:
            if future.done():
                self._asked.pop(name, None)
        return answer

    def _raise_known_fault(self, name: str) -> None:
        until, why = self._faults.get(name, (0.0, ""))
        if time.monotonic() < until:
            raise DnsUnavailableError(why)
        self._faults.pop(name, None)

    def _begin(self, name: str) -> Future[bytes | None]:
        """Start the query in a thread that ends with the query and does not keep the process alive."""
        future: Future[bytes | None] = Future()

        def ask() -> None:
            try:
                future.set_result(self._ask(name))
            except Exception as error:  # raised again where the result is used
                future.set_exception(error)

        threading.Thread(target=ask, name="dns", daemon=True).start()
        return future

    def _ask(self, name: str) -> bytes | None:
        found = self._records(name, "TXT")
        return next((b"".join(record.strings) for record in found), None)

    def texts(self, name: str) -> list[str]:
        """Return all TXT records of `name`, each with its strings joined. Wait and raise like `txt`.

        A byte that is not UTF-8 becomes U+FFFD.
        """
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._records(name, "TXT")]

    def mail_servers(self, domain: str) -> list[str]:
        """Return the hosts of the MX records of `domain` (RFC 5321 section 5.1), most preferred first.

        Wait and raise like `txt`.
        """
        found = sorted(self._records(domain, "MX"), key=lambda record: record.preference)
        return [record.exchange.to_text(omit_final_dot=True).lower() for record in found]

    def services(self, name: str) -> list[tuple[str, int]]:
        """Return the host and port of each SRV record of `name` (RFC 2782), most preferred first.

        The target "." means that there is no such service, and is omitted. Wait and raise like `txt`.
        """
        found = sorted(self._records(name, "SRV"), key=lambda record: (record.priority, -record.weight))
        named = [(record.target.to_text(omit_final_dot=True).lower(), int(record.port)) for record in found]
        return [(host, port) for host, port in named if host not in ("", ".", "@")]

    def _records(self, name: str, kind: str) -> list[Any]:
        try:
            self._resolver = self._resolver or self._made()
            answer = self._resolver.resolve(dns.name.from_text(name), kind, lifetime=self._timeout_s, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.NameTooLong):
            return []
        except dns.resolver.NoResolverConfiguration as error:
            raise DnsUnavailableError(
                f"no DNS server is known to ask for {name}", hint='[trust] resolver = "127.0.0.1"'
            ) from error
        except dns.exception.Timeout as error:
            raise DnsUnavailableError(f"DNS did not answer in {self._timeout_s:g} s for {name}") from error
        except dns.exception.DNSException as error:
            raise DnsUnavailableError(f"DNS could not tell the record of {name}: {type(error).__name__}") from error
        return list(answer)

    def _made(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=self._server is None)
        resolver.cache = dns.resolver.LRUCache(CACHE_NAMES_MAX)
        if self._server is not None:
            host, port = _host_and_port(self._server)
            resolver.nameservers, resolver.port = [host], port
        return resolver


def _host_and_port(server: str) -> tuple[str, int]:
    """Split an address such as `[::1]:5353` or `127.0.0.1:5353` into host and port. The default port is 53.

    >>> _host_and_port("[::1]:5353"), _host_and_port("127.0.0.1:5353"), _host_and_port("::1")
    (('::1', 5353), ('127.0.0.1', 5353), ('::1', 53))
    """
    try:
        return str(ipaddress.ip_address(server)), 53
    except ValueError:
        host, _, port = server.rpartition(":")
        return host.strip("[]"), int(port)
