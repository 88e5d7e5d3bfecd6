"""Determine whether the list sent a copy. A List-Post field proves nothing, because anybody can write one.

A list has its own envelope sender, to which failed deliveries return. People cannot use it: mail servers check the
envelope senders of their users, and SPF checks those of everybody else. Lists and people often share a domain, so a
pass for the domain alone proves nothing; the mailbox has to match.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from incidentmail.inbound.message import Message

from .dkim_signature import covers_all
from .domains import domain_of
from .evidence import Evidence
from .results import FAILURES, Findings, Result

Word = Literal["denied", "unproven", "silent", "proven"]
"""Our server's statement about whether the list sent a copy.

`denied`: the list did not send the copy. `unproven`: the server checked the copy, and nothing passed for the list.
`silent`: the server checked nothing. `proven`: a check passed for the list.
"""
_BEFORE = ("owner-", "bounce-", "bounces-")
_AFTER = ("", "-bounces", "-bounce", "-owner", "-return", "-admin", "-request")
_READ = ("from", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references")
"""The fields that identify a message, its author and its thread. The list's signature must cover those present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListHost:
    """One of our lists as a sender of mail. `bounce_from` lists its other envelope senders, also as `*@domain`.

    `member_domains` are the domains of members' addresses.
    """

    address: str
    bounce_from: Collection[str] = ()
    member_domains: Collection[str | None] = ()

    def sends_as(self, sender: str) -> bool:
        """Return whether `sender` is an envelope sender of the list, in a form used by common list software.

        >>> host = ListHost(address="incidents@example.com", bounce_from=("*@bounces.example.net",))
        >>> [host.sends_as(f"{name}@example.com") for name in ("incidents-bounces+mara=x.example", "owner-incidents")]
        [True, True]
        >>> host.sends_as("x@bounces.example.net")
        True
        >>> host.sends_as("mara@example.com"), host.sends_as("incidents2@example.com")
        (False, False)
        """
        sender = sender.lower()
        local, _, domain = sender.rpartition("@")
        name, _, own = self.address.rpartition("@")
        if sender in self.bounce_from or f"*@{domain}" in self.bounce_from:
            return True
        if domain != own or not local:
            return False
        if local in (f"{before}{name}" for before in _BEFORE):
            return True
        rest = local.removeprefix(name) if local.startswith(name) else None
        return rest is not None and any(_goes_on(rest, after) for after in _AFTER)

    def domains(self, sender: str | None) -> set[str | None]:
        """Return the domains that the list sends from: only the domain of the envelope sender `sender`, if known."""
        if sender is not None:
            return {domain_of(sender)}
        return {domain_of(address) for address in (self.address, *self.bounce_from)}

    def has_alone(self, domain: str | None) -> bool:
        """Return whether the list sends from `domain` and no member has an address there."""
        return domain is not None and domain in self.domains(None) and domain not in self.member_domains


def word_on(results: Findings | None, message: Message, host: ListHost, sender: str | None) -> Word:
    """Return our server's statement about a copy that claims to come from the list.

    `sender` is the envelope sender if known. SPF proves the domain of the envelope sender, whose mailbox also has to be
    the list's. A signature proves the signing domain. It counts only if no members have addresses in that domain, and
    if it covers everything that is parsed here. Otherwise somebody who received the list's mail could send it again
    with another author. A sender who logged in is not the list.
    """
    if results is None:
        return "silent"
    if isinstance(results, Evidence):
        return "silent" if results.verdict == "none" else "denied"
    spf = [result for result in results if result.method == "spf"]
    named = [value for result in spf for value in result.all("smtp.mailfrom") if domain_of(value)]
    users = [value for result in results for value in result.passed("auth", "smtp.auth")]
    if any(result.result in FAILURES for result in spf) or not all(map(host.sends_as, users)):
        return "denied"
    if not all(_is_lists(value, host, sender) for value in named):
        return "denied"
    if _spf_proves(spf, host, sender) or _domain_proves(results, message, host):
        return "proven"
    return "unproven" if any(result.method in ("spf", "dkim", "dmarc") for result in results) else "silent"


def _goes_on(rest: str, after: str) -> bool:
    return rest.startswith(after) and (rest == after or rest[len(after)] in "+-=")


def _is_lists(mail_from: str, host: ListHost, sender: str | None) -> bool:
    """Return whether the envelope sender that our server checked is the list's. Some servers give only its domain."""
    local, _, domain = mail_from.rpartition("@")
    return host.sends_as(mail_from) if local else domain_of(domain) in host.domains(sender)


def _spf_proves(spf: list[Result], host: ListHost, sender: str | None) -> bool:
    passed = [value for result in spf for value in result.passed("spf", "smtp.mailfrom")]
    is_mailbox_known = sender is not None or any(value.rpartition("@")[0] for value in passed)
    return any(is_mailbox_known or host.has_alone(domain_of(value)) for value in passed)


def _domain_proves(results: tuple[Result, ...], message: Message, host: ListHost) -> bool:
    """Return whether DKIM passed for the list's domain, or DMARC if the list put its own address into From."""
    passed = [value for result in results for value in result.passed("dkim", "header.d")]
    dmarc = [result for result in results if result.method == "dmarc"]
    if dmarc and all(result.result == "pass" for result in dmarc):
        shown = domain_of(message.header_from.address) if message.header_from else None
        passed += [v for result in dmarc for v in result.all("header.from") if domain_of(v) == shown]
    alone = {domain for domain in map(domain_of, passed) if domain and host.has_alone(domain)}
    return any(covers_all(message, domain, _READ) for domain in alone)
