"""Determine who wrote a message, and how far to trust its author: as a stranger, as a member or as verified.

A From field alone proves nothing. It counts as a member's if the address is on the roster and the message arrived in a
way that only our own servers use (`trust.relays`). Anything more has to be proven, by a copy that arrived directly or
by the ARC seal of a listed server. A list breaks its authors' signatures, so a message that came through one proves
membership at most.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from incidentmail.core.model import Trust
from incidentmail.inbound.message import Mailbox, Message

from .arc import sealed
from .domains import domain_of
from .evidence import NOTHING, Evidence
from .results import Findings, Server, evidence_of, results_of, says_arc_pass
from .through_list import ListHost, Word, word_on

Verify = Literal["none", "authentication-results", "dkim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The organisation's people (addresses and `*@domain`), its trusted relays, and how it verifies senders.

    `relays` lists peer addresses, peer networks, `unix`, `pipe` and `imap`. `server` is the server whose
    Authentication-Results count. `sealers` are the domains whose ARC seals count. `bounce_from` lists other envelope
    senders of our lists. `alert_senders` are those whose mail proposes incidents, as addresses or `*@domain`.
    """

    members: Collection[str]
    relays: Collection[str]
    list_address: str
    own_address: str
    other_lists: Collection[str] = ()
    verify: Verify = "none"
    server: Server | None = None
    sealers: Collection[str] = ()
    bounce_from: Collection[str] = ()
    alert_senders: Collection[str] = ()

    @property
    def lists(self) -> tuple[str, ...]:
        """The addresses of all our lists, the main list first."""
        return (self.list_address, *self.other_lists)

    def has(self, address: str) -> bool:
        return address in self.members or f"*@{address.rpartition('@')[2]}" in self.members

    def is_alert_sender(self, address: str) -> bool:
        return address in self.alert_senders or f"*@{address.rpartition('@')[2]}" in self.alert_senders

    def host_of(self, list_address: str) -> ListHost:
        """Return a description of one of our lists as a sender of mail."""
        domains = {domain_of(member) for member in self.members}
        return ListHost(address=list_address, bounce_from=self.bounce_from, member_domains=domains)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """How far the author of a message is trusted, which rule decided that, and the reason in one sentence.

    If the proof depends on a signature alone, `signed` names the fields that it covers. Otherwise it is None.
    """

    trust: Trust
    rule: str
    why: str
    signed: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The origin and author of a message. Each fact is computed on first use and cached."""

    message: Message
    roster: Roster

    @cached_property
    def came_a_trusted_way(self) -> bool:
        """Whether one of our own servers, or somebody who logged in, delivered the message to us."""
        envelope = self.message.envelope
        if envelope.way == "submission":
            return True
        way = envelope.peer if envelope.way in ("smtp", "lmtp") else envelope.way
        if way is None or way in self.roster.relays:
            return way is not None
        try:
            address = ipaddress.ip_address(way)
        except ValueError:
            return False
        networks = (relay for relay in self.roster.relays if "/" in relay)
        return any(address in ipaddress.ip_network(network, strict=False) for network in networks)

    @property
    def strangeness(self) -> str | None:
        """The rule that makes the author a stranger before any evidence is considered, or None."""
        if not self.came_a_trusted_way:
            return UNTRUSTED_WAY
        return NOT_ON_ROSTER if self.author is not None and not self.roster.has(self.address) else None

    @cached_property
    def claimed_list(self) -> str | None:
        """Our list from which this copy claims to come. `through_our_list` checks that claim."""
        post = (self.message.field("list-post") or "").lower()
        return next((address for address in self.roster.lists if f"<mailto:{address}>" in post), None)

    @cached_property
    def through_our_list(self) -> bool:
        """Whether the copy claims to come from our list (List-Post, RFC 2369), and nothing contradicts that.

        This can only reduce trust. Privileges of the list, such as naming another author, require `handed_over`.
        """
        claimed, sender = self.claimed_list, self.envelope_sender
        if claimed is None or (sender is not None and not self.roster.host_of(claimed).sends_as(sender)):
            return False
        return self._word != "denied"

    @cached_property
    def handed_over(self) -> bool:
        """Whether our list sent the copy, as far as is known: the copy's envelope sender belongs to the list.

        If our server has checked the message, one of its checks must have passed for the list.
        """
        is_lists = self._word == "proven" or (self._word == "silent" and self.envelope_sender is not None)
        return self.through_our_list and is_lists

    @property
    def is_proven_to_be_lists(self) -> bool:
        """Whether our server says that the list's own host sent the copy."""
        return self.through_our_list and self._word == "proven"

    @cached_property
    def author(self) -> Mailbox | None:
        """The author in From or, if our own list rewrote From, the single address that the list recorded beside it."""
        roster, sender = self.roster, self.message.header_from
        if sender is None or sender.address not in roster.lists or not self.handed_over:
            return sender
        boxes = (*self.message.reply_to, *self.message.cc)
        beside = {box.address: box for box in boxes if not is_ours(box.address, roster) and roster.has(box.address)}
        name = sender.name.rpartition(" via ")[0]
        named = [box for box in beside.values() if box.name and box.name == name]
        found = named if len(named) == 1 else list(beside.values())
        return found[0] if len(found) == 1 else None

    @property
    def is_from_list_itself(self) -> bool:
        """Whether the list sent the copy under its own address, as it does if it wraps messages or hides authors."""
        sender = self.message.header_from
        by_list = sender is not None and sender.address in self.roster.lists and self.handed_over
        return by_list and self.came_a_trusted_way and not self.is_disproved

    @property
    def address(self) -> str:
        return self.author.address if self.author else ""

    @cached_property
    def evidence(self) -> Evidence:
        """The evidence for or against the author, from our own checks or from a statement by our server."""
        message, server, results = self.message, self._server, self._results
        if message.evidence is not None or self.author is None or server is None or results is None:
            return message.evidence or NOTHING
        found = sealed(message, domain_of(self.address) or "", self.roster.sealers)
        if found is not None and says_arc_pass(results):
            return found
        return evidence_of(message, server, self.address, results)

    @property
    def is_disproved(self) -> bool:
        """Whether our server says that the author did not send the message (DMARC failed).

        If so, nobody is asked to confirm the message.
        """
        return self.evidence.verdict == "fail"

    @property
    def list_vouches(self) -> bool:
        """Whether a failed DMARC check is ignored because the message came through our list.

        A list breaks its authors' signatures, so DMARC fails for genuine copies too. This requires our server to say
        that the list's own host sent the copy. If we check signatures ourselves, broken ones on the list's copy are
        ignored.
        """
        return self.is_proven_to_be_lists or (self._results is None and self.through_our_list)

    @cached_property
    def belief(self) -> Belief:
        """How far the author is trusted, according to the first rule that applies."""
        name, trust, why = next((name, trust, why) for name, hits, trust, why in _RULES if hits(self))
        return Belief(
            trust=trust,
            rule=self.evidence.rule if name in _BY_EVIDENCE else name,
            why=why(self),
            signed=self.evidence.signed if trust is Trust.VERIFIED else None,
        )

    @property
    def _server(self) -> Server | None:
        """The server whose Authentication-Results count, or None if the sender could have written them."""
        return None if self.message.envelope.way == "submission" else self.roster.server

    @property
    def envelope_sender(self) -> str | None:
        """The envelope sender: "" if null, None if unknown. For a pipe, it may be taken from Return-Path."""
        envelope = self.message.envelope
        if envelope.reverse_path is not None or envelope.way != "pipe":
            return envelope.reverse_path
        written = self.message.field("return-path")
        return None if written is None else written.strip().removeprefix("<").removesuffix(">")

    @cached_property
    def _word(self) -> Word:
        """Our server's statement about whether the claimed list sent the message."""
        if self.claimed_list is None:
            return "silent"
        host = self.roster.host_of(self.claimed_list)
        return word_on(self._results, self.message, host, self.envelope_sender or None)

    @cached_property
    def _results(self) -> Findings | None:
        return results_of(self.message, self._server) if self._server else None


def _way(mail: Provenance) -> str:
    envelope = mail.message.envelope
    return f"it came from {envelope.peer or envelope.way}, which [trust] relays does not name"


def _own_address(mail: Provenance) -> str:
    if mail.claimed_list is None or mail.handed_over:
        return f"{mail.address} is no person's"
    return f"{mail.address} is no person's, and nothing shows that the list sent it, so no other author counts"


def _through_list(mail: Provenance) -> str:
    came = "it came through the list" if mail.through_our_list else "it says that it came through the list"
    return f"{came}, which proves membership only"


def _disproved(mail: Provenance) -> str:
    return mail.evidence.why + ("; it did not come through the list, as it claims" if mail.claimed_list else "")


UNTRUSTED_WAY, NOT_ON_ROSTER = "untrusted-way", "not-on-roster"
"""The rules for mail that did not come from our own servers, and for authors who are not members."""

# The first rule that applies decides. The last one always applies.
_RULES: tuple[tuple[str, Callable[[Provenance], bool], Trust, Callable[[Provenance], str]], ...] = (
    (UNTRUSTED_WAY, lambda m: not m.came_a_trusted_way, Trust.STRANGER, _way),
    ("no-author", lambda m: m.author is None, Trust.STRANGER,
     lambda m: f"its From cannot be read: {m.message.from_problem or 'the list wrote it'}"),
    ("own-address", lambda m: is_ours(m.address, m.roster), Trust.STRANGER, _own_address),
    (NOT_ON_ROSTER, lambda m: not m.roster.has(m.address), Trust.STRANGER,
     lambda m: f"{m.address} is not among [trust] members"),
    ("roster", lambda m: m.roster.verify == "none", Trust.MEMBER, lambda m: f"{m.address} is among [trust] members"),
    ("sealed", lambda m: m.evidence.verdict == "sealed", Trust.VERIFIED, lambda m: m.evidence.why),
    ("disproved", lambda m: m.is_disproved and not m.list_vouches, Trust.STRANGER, _disproved),
    ("through-list", lambda m: m.claimed_list is not None, Trust.MEMBER, _through_list),
    ("proven", lambda m: m.evidence.verdict == "pass", Trust.VERIFIED, lambda m: m.evidence.why),
    ("unproven", lambda m: True, Trust.MEMBER, lambda m: m.evidence.why),
)  # fmt: skip
_BY_EVIDENCE = ("sealed", "disproved", "proven", "unproven")


def believe(message: Message, roster: Roster) -> Belief:
    """Return how far the author is trusted.

    If we check signatures ourselves, `message.evidence` must already hold the result.
    """
    return Provenance(message=message, roster=roster).belief


def to_examine(message: Message, roster: Roster) -> str | None:
    """Return the author's domain if checking signatures ourselves could prove more, otherwise None.

    Only mail from members and from monitoring systems is checked.
    """
    mail = Provenance(message=message, roster=roster)
    who = mail.author
    if roster.verify != "dkim" or who is None or is_ours(who.address, roster):
        return None
    if not (roster.has(who.address) or roster.is_alert_sender(who.address)):
        return None
    if message.is_over_a_limit:  # the message is quarantined anyway, and checking 10 MB takes a long time
        return None
    could_prove = not mail.through_our_list or (roster.sealers and message.field("arc-seal") is not None)
    return domain_of(who.address) if could_prove and mail.came_a_trusted_way else None


def is_ours(address: str, roster: Roster) -> bool:
    """Return whether `address` belongs to a list or to incidentmail itself, including plus-addresses."""
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}" in (*roster.lists, roster.own_address)
