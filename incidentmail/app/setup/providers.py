"""Describe common mail services: how to recognise them, and the addresses of their servers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import quote

from incidentmail.core.frozen import Frozen


class MailDns(Protocol):
    """An object that looks up mail servers in DNS, such as `transport.resolver.Resolver`.

    Each method may raise DnsUnavailableError.
    """

    def mail_servers(self, domain: str) -> list[str]: ...
    def services(self, name: str) -> list[tuple[str, int]]: ...


class Provider(Frozen, kw_only=True):
    """A mail service: its name, the URLs of its relay and mailbox (with {user} in them), and advice for the operator.

    A URL is None if it is not known.
    """

    name: str
    relay: str | None
    mailbox: str | None
    note: str = ""

    def relay_of(self, user: str) -> str | None:
        """Return the URL of the relay for the account `user`."""
        return self.relay.format(user=quote(user, safe="")) if self.relay else None

    def mailbox_of(self, user: str) -> str | None:
        """Return the URL of the account's inbox."""
        return self.mailbox.format(user=quote(user, safe="")) if self.mailbox else None


_APP_PASSWORD = "it needs an app password, which the account's security settings make"
PROVIDERS: tuple[tuple[Sequence[str], Provider], ...] = (
    (("google.com", "googlemail.com"), Provider(
        name="Google", note=_APP_PASSWORD,
        relay="smtp+starttls://{user}@smtp.gmail.com:587", mailbox="imaps://{user}@imap.gmail.com/INBOX",
    )),
    (("mail.protection.outlook.com", "mx.microsoft"), Provider(
        name="Microsoft 365", note="its mailbox needs OAuth 2: set [imap] oauth2_command",
        relay="smtp+starttls://{user}@smtp.office365.com:587", mailbox="imaps://{user}@outlook.office365.com/INBOX",
    )),
    (("messagingengine.com",), Provider(
        name="Fastmail", note=_APP_PASSWORD,
        relay="smtps://{user}@smtp.fastmail.com:465", mailbox="imaps://{user}@imap.fastmail.com/INBOX",
    )),
    (("mail.icloud.com",), Provider(
        name="iCloud", note=_APP_PASSWORD,
        relay="smtp+starttls://{user}@smtp.mail.me.com:587", mailbox="imaps://{user}@imap.mail.me.com/INBOX",
    )),
    (("mailbox.org",), Provider(
        name="mailbox.org",
        relay="smtp+starttls://{user}@smtp.mailbox.org:587", mailbox="imaps://{user}@imap.mailbox.org/INBOX",
    )),
)  # fmt: skip
"""The providers, each with the domains of its servers for incoming mail."""


def provider_of(domain: str, dns: MailDns) -> Provider | None:
    """Return the mail service that `domain` uses, or None if it is not known.

    A known service is recognised by its servers (MX). Any other domain may publish its servers in DNS (RFC 6186, RFC
    8314 section 5.1). Raise DnsUnavailableError if DNS does not answer.
    """
    servers = dns.mail_servers(domain)
    for suffixes, provider in PROVIDERS:
        if any(server == suffix or server.endswith(f".{suffix}") for server in servers for suffix in suffixes):
            return provider
    relay = _service(dns, domain, (("_submissions", "smtps"), ("_submission", "smtp+starttls")))
    mailbox = _service(dns, domain, (("_imaps", "imaps"),))
    if relay is None and mailbox is None:
        return None
    return Provider(name=domain, relay=relay, mailbox=f"{mailbox}/INBOX" if mailbox else None)


def _service(dns: MailDns, domain: str, names: Sequence[tuple[str, str]]) -> str | None:
    """Return the first service of `names` that the domain offers on one of its own hosts.

    An answer that names a host in another domain may be forged, and that host would get the password (RFC 6186 section
    6).
    """
    for name, scheme in names:
        own = ((host, port) for host, port in dns.services(f"{name}._tcp.{domain}") if host.endswith(f".{domain}"))
        for host, port in own:
            return f"{scheme}://{{user}}@{host}:{port}"
    return None
