"""Whom does a mail come from, and how far is that believed? Stranger, member or verified, by the first rule that hits.

A claimed From is worth nothing by itself: it counts for a member's when the address is on the roster and the mail came
a way that only our own servers use (`trust.relays`). More than that has to be proven, by a copy that came directly or
by the ARC seal of a server that is listed: a list breaks its authors' signatures, so that a mail through it proves
membership and no more by itself.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from incidentmail.core.model import Trust
from incidentmail.inbound.message import Mailbox, Message

from .arc import sealed
from .domains import aligned, domain_of
from .evidence import NOTHING, Evidence
from .results import Findings, Server, disowned_by, evidence_of, handed_over_by, results_of, says_arc_pass

Verify = Literal["none", "authentication-results", "dkim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who belongs to us (addresses and `*@domain`), which ways in are ours, and how senders are verified.

    A way is the address of a peer, a network of peers, `unix`, `pipe` or `imap`. `server` is the one whose
    Authentication-Results are read; `sealers` are the domains whose ARC seals count.
    """

    members: Collection[str]
    relays: Collection[str]
    list_address: str
    own_address: str
    other_lists: Collection[str] = ()
    verify: Verify = "none"
    server: Server | None = None
    sealers: Collection[str] = ()

    @property
    def lists(self) -> tuple[str, ...]:
        """The addresses of all our lists, the main one first."""
        return (self.list_address, *self.other_lists)

    def has(self, address: str) -> bool:
        return address in self.members or f"*@{address.rpartition('@')[2]}" in self.members


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """How far a mail's author is believed, the rule that decided, and why in a sentence.

    `signed` are the fields that belong to the proof if it rests on a signature alone, or None if all of the mail does.
    """

    trust: Trust
    rule: str
    why: str
    signed: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a mail comes from and who wrote it. Each fact is found once, when it is first asked for."""

    message: Message
    roster: Roster

    @cached_property
    def came_a_trusted_way(self) -> bool:
        """Whether one of our own servers handed the mail in, or somebody who proved a password to us."""
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

    @cached_property
    def claimed_list(self) -> str | None:
        """Which of our lists the copy says it came through; whether it did is for `through_our_list` to tell."""
        post = (self.message.field("list-post") or "").lower()
        return next((address for address in self.roster.lists if f"<mailto:{address}>" in post), None)

    @cached_property
    def through_our_list(self) -> bool:
        """Whether the list distributed this copy (RFC 2369, List-Post; the envelope sender is then the list's own).

        Both can be forged, so if senders are verified, our server's word on the envelope sender goes before them.
        """
        claimed, sender = self.claimed_list, self.message.envelope.reverse_path
        if claimed is None or (sender and not aligned(domain_of(sender), domain_of(claimed))):
            return False
        return self._results is None or not disowned_by(self._results, domain_of(claimed))

    @cached_property
    def author(self) -> Mailbox | None:
        """Who wrote the mail: From; or, if our own list rewrote From, the one address that it put beside it."""
        roster, sender = self.roster, self.message.header_from
        if sender is None or sender.address not in roster.lists or not self.through_our_list:
            return sender
        boxes = (*self.message.reply_to, *self.message.cc)
        beside = {box.address: box for box in boxes if not is_ours(box.address, roster) and roster.has(box.address)}
        name = sender.name.rpartition(" via ")[0]
        named = [box for box in beside.values() if box.name and box.name == name]
        found = named if len(named) == 1 else list(beside.values())
        return found[0] if len(found) == 1 else None

    @property
    def is_from_list_itself(self) -> bool:
        """Whether the list handed the copy over under its own address, as it does if it wraps or hides an author."""
        sender = self.message.header_from
        by_list = sender is not None and sender.address in self.roster.lists and self.through_our_list
        return by_list and self.came_a_trusted_way and not self.is_disproved

    @property
    def address(self) -> str:
        return self.author.address if self.author else ""

    @cached_property
    def evidence(self) -> Evidence:
        """What proves or disproves the author: checked here, or said by our own server."""
        message, server, results = self.message, self._server, self._results
        if message.evidence is not None or self.author is None or server is None or results is None:
            return message.evidence or NOTHING
        found = sealed(message, domain_of(self.address) or "", self.roster.sealers)
        if found is not None and says_arc_pass(results):
            return found
        return evidence_of(message, server, self.address, results)

    @property
    def is_disproved(self) -> bool:
        """Whether our server says that the author did not send it (DMARC failed): then nobody else is troubled."""
        return self.evidence.verdict == "fail"

    @cached_property
    def list_vouches(self) -> bool:
        """Whether a mail of an author whose domain disowns it came through our list all the same.

        A list breaks its authors' signatures, so DMARC fails on honest copies too. A List-Post field excuses nothing,
        since anybody can write one: our server has to say that the list's own host sent it. If signatures are checked
        here, there is no such word, and an author's broken signature does not count on the list's copy.
        """
        if not self.through_our_list:
            return False
        results = self._results
        return results is None or handed_over_by(results, self.message, domain_of(self.claimed_list or ""))

    @cached_property
    def belief(self) -> Belief:
        """How far the author is believed, by the first rule that hits."""
        name, trust, why = next((name, trust, why) for name, hits, trust, why in _RULES if hits(self))
        return Belief(
            trust=trust,
            rule=self.evidence.rule if name in _BY_EVIDENCE else name,
            why=why(self),
            signed=self.evidence.signed if trust is Trust.VERIFIED else None,
        )

    @property
    def _server(self) -> Server | None:
        """Whose field says something of this mail: not of one that its sender handed in and could have written."""
        return None if self.message.envelope.way == "submission" else self.roster.server

    @cached_property
    def _results(self) -> Findings | None:
        return results_of(self.message, self._server) if self._server else None


def _way(mail: Provenance) -> str:
    envelope = mail.message.envelope
    return f"it came from {envelope.peer or envelope.way}, which [trust] relays does not name"


def _disproved(mail: Provenance) -> str:
    return mail.evidence.why + ("; it did not come through the list, as it claims" if mail.claimed_list else "")


# Read from top to bottom; the first that hits decides. The last always does.
_RULES: tuple[tuple[str, Callable[[Provenance], bool], Trust, Callable[[Provenance], str]], ...] = (
    ("no-author", lambda m: m.author is None, Trust.STRANGER,
     lambda m: f"its From cannot be read: {m.message.from_problem or 'the list wrote it'}"),
    ("own-address", lambda m: is_ours(m.address, m.roster), Trust.STRANGER,
     lambda m: f"{m.address} is no person's"),
    ("untrusted-way", lambda m: not m.came_a_trusted_way, Trust.STRANGER, _way),
    ("not-on-roster", lambda m: not m.roster.has(m.address), Trust.STRANGER,
     lambda m: f"{m.address} is not among [trust] members"),
    ("roster", lambda m: m.roster.verify == "none", Trust.MEMBER, lambda m: f"{m.address} is among [trust] members"),
    ("sealed", lambda m: m.evidence.verdict == "sealed", Trust.VERIFIED, lambda m: m.evidence.why),
    ("disproved", lambda m: m.is_disproved and not m.list_vouches, Trust.STRANGER, _disproved),
    ("through-list", lambda m: m.through_our_list, Trust.MEMBER,
     lambda m: "it came through the list, which proves membership only"),
    ("proven", lambda m: m.evidence.verdict == "pass", Trust.VERIFIED, lambda m: m.evidence.why),
    ("unproven", lambda m: True, Trust.MEMBER, lambda m: m.evidence.why),
)  # fmt: skip
_THREAD_FIELDS = ("to", "cc", "in-reply-to", "references")
_BY_EVIDENCE = ("sealed", "disproved", "proven", "unproven")


def believe(message: Message, roster: Roster) -> Belief:
    """Return how far the author is believed. What the signatures are worth must be in `message.evidence`."""
    return Provenance(message=message, roster=roster).belief


def to_examine(message: Message, roster: Roster) -> str | None:
    """Return the author's domain if checking signatures here could prove more; DNS is asked for nobody else's mail."""
    mail = Provenance(message=message, roster=roster)
    who = mail.author
    if roster.verify != "dkim" or who is None or not roster.has(who.address) or is_ours(who.address, roster):
        return None
    if message.is_over_a_limit:  # it is set aside anyway, and 10 MB take long to check
        return None
    could_prove = not mail.through_our_list or (roster.sealers and message.field("arc-seal") is not None)
    return domain_of(who.address) if could_prove and mail.came_a_trusted_way else None


def proven_thread(message: Message, belief: Belief) -> Message:
    """Return the mail with only those signs of its incident that the proof covers.

    People who get a signed mail can send it again, to another plus-address or with other fields around the signed ones.
    """
    return message if belief.signed is None else _with_thread(message, belief.signed)


def claimed_thread(message: Message, belief: Belief, roster: Roster) -> tuple[Message, Belief] | None:
    """Return the mail with what it says it answers, and what that leaves of the proof: membership.

    Some signers cover neither To nor In-Reply-To. Addresses that are not signed never count here, nor does the
    envelope: anybody can send a signed mail on to another address. Whether the mail answers what it says is for the
    caller to tell from its subject, which is always signed. None if no signature was checked, if what they do cover
    says that the mail was not meant for us, or if there are two of a field that no mail has twice (RFC 5322 section
    3.6).
    """
    if belief.signed is None or any(len(message.all_fields(name)) > 1 for name in _THREAD_FIELDS):
        return None
    signed_to = (*message.to, *(message.cc if "cc" in belief.signed else ()))
    if "to" in belief.signed and not any(is_ours(box.address, roster) for box in signed_to):
        return None
    why = f"{belief.why}, but what names the incident is not signed"
    lesser = Belief(trust=Trust.MEMBER, rule="unsigned-thread", why=why)
    return _with_thread(message, belief.signed | {"in-reply-to", "references"}), lesser


def is_ours(address: str, roster: Roster) -> bool:
    """Return whether `address` is a list's or the tool's own, or one of their plus-addresses: no person's."""
    local, _, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}" in (*roster.lists, roster.own_address)


def _with_thread(message: Message, fields: frozenset[str]) -> Message:
    return replace(
        message,
        envelope=replace(message.envelope, forward_paths=()),
        to=message.to if "to" in fields else (),
        cc=message.cc if "cc" in fields else (),
        in_reply_to=message.in_reply_to if "in-reply-to" in fields else (),
        references=message.references if "references" in fields else (),
    )
