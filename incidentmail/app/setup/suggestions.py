"""Suggest answers from this machine and from DNS: who is at the terminal, and how mail is sent and received."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from incidentmail.config.identity import me_from_environment
from incidentmail.config.network_types import PUBLIC_DOMAINS
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Person
from incidentmail.errors import ConfigError, DnsUnavailableError

from .providers import MailDns, Provider, provider_of

LOCAL = ("127.0.0.1", 25)
Answers220 = Callable[[tuple[str, int]], bool]
"""A function that returns whether a mail server answers at a host and port."""


class Found(Frozen, kw_only=True):
    """How mail can be sent and received, as far as known. `why` explains where the relay was found."""

    relay: str | None
    mailbox: str | None
    why: str


def me() -> Person | None:
    """Return the person at the terminal, or None if that person's address is unknown."""
    try:
        found = me_from_environment()
    except ConfigError:
        return None
    return found if found.address else None


def list_of(person: Person | None) -> str | None:
    """Return a likely list address, or None if the person's domain does not belong to an organisation."""
    domain = str(person.address).rpartition("@")[2] if person else ""
    return f"incidents@{domain}" if domain and domain not in PUBLIC_DOMAINS else None


def zone() -> tuple[str, ...]:
    """Return the time zone of this machine as a tuple of one name, or () if it is UTC or unknown."""
    name = os.environ.get("TZ", "").removeprefix(":")
    if not name:
        try:
            name = str(Path("/etc/localtime").readlink())
        except OSError:
            return ()
    name = name.partition("zoneinfo/")[2] or name
    return (name,) if "/" in name and not name.startswith(("/", "Etc/", ".")) else ()


def mail_way(own_address: str, dns: MailDns, answers: Answers220) -> Found:
    """Return how our own address may send and receive mail: through a server on this machine, or one of its domain."""
    if answers(LOCAL):
        return Found(relay=f"smtp://{LOCAL[0]}:{LOCAL[1]}", mailbox=None, why="a mail server answers on this machine")
    domain = own_address.rpartition("@")[2]
    try:
        provider = provider_of(domain, dns)
    except DnsUnavailableError as error:
        return Found(relay=None, mailbox=None, why=f"no mail server answers on this machine, and {error}")
    if provider is None:
        return Found(
            relay=None, mailbox=None,
            why=f"no mail server answers on this machine, and DNS does not say which one {domain} has",
        )  # fmt: skip
    return _of_provider(provider, own_address)


def _of_provider(provider: Provider, own_address: str) -> Found:
    note = f"; {provider.note}" if provider.note else ""
    return Found(
        relay=provider.relay_of(own_address), mailbox=provider.mailbox_of(own_address),
        why=f"the mail of {own_address.rpartition('@')[2]} is at {provider.name}{note}",
    )  # fmt: skip
