"""Whom does a mail come from, and how far is that believed? Stranger, member or verified, by the first rule that hits.

A claimed From is worth nothing by itself: it counts for a member's when the address is on the roster and the mail came
a way that only our own servers use (`trust.relays`). More than that has to be proven by a copy that came directly: a
list breaks its authors' signatures, so that a mail through the list proves membership, whatever they say there.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Literal

from incidentmail.core.model import Trust
from incidentmail.inbound.message import Mailbox, Message

from .arc import sealed
from .domains import aligned, domain_of
from .evidence import NOTHING, Evidence
from .results import Server, disowned_by, evidence_of, handed_over_by, says_arc_pass

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


def came_a_trusted_way(message: Message, roster: Roster) -> bool:
    """Return whether one of our own servers handed the mail in, or somebody who proved a password to us."""
    envelope = message.envelope
    if envelope.way == "submission":
        return True
    way = envelope.peer if envelope.way in ("smtp", "lmtp") else envelope.way
    if way is None or way in roster.relays:
        return way is not None
    try:
        address = ipaddress.ip_address(way)
    except ValueError:
        return False
    networks = (relay for relay in roster.relays if "/" in relay)
    return any(address in ipaddress.ip_network(network, strict=False) for network in networks)


def through_our_list(message: Message, roster: Roster) -> bool:
    """Return whether the list distributed this copy (RFC 2369, List-Post; the envelope sender is then the list's own).

    Both can be forged, so where senders are verified, our server's word on the envelope sender goes before them.
    """
    claimed = claimed_list(message, roster)
    if claimed is None:
        return False
    sender = message.envelope.reverse_path
    if sender and not aligned(domain_of(sender), domain_of(claimed)):
        return False
    server = _server(message, roster)
    return server is None or not disowned_by(message, server, domain_of(claimed))


def _list_vouches(message: Message, roster: Roster) -> bool:
    """Return whether a mail of an author whose domain disowns it came through our list all the same.

    A list breaks its authors' signatures, so DMARC fails on honest copies too. A List-Post field excuses nothing, since
    anybody can write one: our server has to say that the list's own host sent it. If signatures are checked here, there
    is no such word, and an author's broken signature does not count on the list's copy.
    """
    if not through_our_list(message, roster):
        return False
    server, claimed = _server(message, roster), claimed_list(message, roster)
    return server is None or handed_over_by(message, server, domain_of(claimed or ""))


def claimed_list(message: Message, roster: Roster) -> str | None:
    """Return which of our lists the copy says it came through; whether it did is for `through_our_list` to tell."""
    post = (message.field("list-post") or "").lower()
    return next((address for address in roster.lists if f"<mailto:{address}>" in post), None)


def _server(message: Message, roster: Roster) -> Server | None:
    """Whose field says something of this mail: not of one that its sender handed in, who could write it in person."""
    return None if message.envelope.way == "submission" else roster.server


def author(message: Message, roster: Roster) -> Mailbox | None:
    """Return who wrote the mail: From; or, if our own list rewrote From, the one address it put beside it."""
    sender = message.header_from
    if sender is None or sender.address not in roster.lists or not through_our_list(message, roster):
        return sender
    ours = (*roster.lists, roster.own_address)
    beside = {b.address: b for b in (*message.reply_to, *message.cc) if b.address not in ours and roster.has(b.address)}
    name = sender.name.rpartition(" via ")[0]
    named = [b for b in beside.values() if b.name and b.name == name]
    found = named if len(named) == 1 else list(beside.values())
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """How far a mail's author is believed, the rule that decided, and why in a sentence.

    `signed`: the fields that belong to the proof, where it rests on a signature alone, or None if all of the mail does.
    """

    trust: Trust
    rule: str
    why: str
    signed: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    message: Message
    roster: Roster
    who: Mailbox | None
    evidence: Evidence

    @property
    def address(self) -> str:
        return self.who.address if self.who else ""


def _way(case: _Case) -> str:
    envelope = case.message.envelope
    return f"it came from {envelope.peer or envelope.way}, which [trust] relays does not name"


def _disproved(case: _Case) -> str:
    claim = claimed_list(case.message, case.roster)
    return case.evidence.why + ("; it did not come through the list, as it claims" if claim else "")


# Read from top to bottom; the first that hits decides. The last always does.
_RULES: tuple[tuple[str, Callable[[_Case], bool], Trust, Callable[[_Case], str]], ...] = (
    ("no-author", lambda c: c.who is None, Trust.STRANGER,
     lambda c: f"its From cannot be read: {c.message.from_problem or 'the list wrote it'}"),
    ("own-address", lambda c: c.address in (c.roster.own_address, *c.roster.lists), Trust.STRANGER,
     lambda c: f"{c.address} is no person's"),
    ("untrusted-way", lambda c: not came_a_trusted_way(c.message, c.roster), Trust.STRANGER, _way),
    ("not-on-roster", lambda c: not c.roster.has(c.address), Trust.STRANGER,
     lambda c: f"{c.address} is not among [trust] members"),
    ("roster", lambda c: c.roster.verify == "none", Trust.MEMBER, lambda c: f"{c.address} is among [trust] members"),
    ("sealed", lambda c: c.evidence.verdict == "sealed", Trust.VERIFIED, lambda c: c.evidence.why),
    ("disproved", lambda c: c.evidence.verdict == "fail" and not _list_vouches(c.message, c.roster), Trust.STRANGER,
     _disproved),
    ("through-list", lambda c: through_our_list(c.message, c.roster), Trust.MEMBER,
     lambda c: "it came through the list, which proves membership only"),
    ("proven", lambda c: c.evidence.verdict == "pass", Trust.VERIFIED, lambda c: c.evidence.why),
    ("unproven", lambda c: True, Trust.MEMBER, lambda c: c.evidence.why),
)  # fmt: skip
_THREAD_FIELDS = ("to", "cc", "in-reply-to", "references")
_BY_EVIDENCE = ("sealed", "disproved", "proven", "unproven")


def believe(message: Message, roster: Roster) -> Belief:
    """Return how far the author of `message` is believed. What its signatures are worth must stand in
    `message.evidence`.
    """
    who = author(message, roster)
    case = _Case(message=message, roster=roster, who=who, evidence=_evidence(message, roster, who))
    name, trust, why = next((name, trust, why) for name, hits, trust, why in _RULES if hits(case))
    return Belief(
        trust=trust,
        rule=case.evidence.rule if name in _BY_EVIDENCE else name,
        why=why(case),
        signed=case.evidence.signed if trust is Trust.VERIFIED else None,
    )


def _evidence(message: Message, roster: Roster, who: Mailbox | None) -> Evidence:
    server = _server(message, roster)
    if message.evidence is not None or who is None or server is None:
        return message.evidence or NOTHING
    found = sealed(message, domain_of(who.address) or "", roster.sealers)
    if found is not None and says_arc_pass(message, server):
        return found
    return evidence_of(message, server, who.address)


def is_disproved(message: Message, roster: Roster) -> bool:
    """Return whether our server says that the author did not send it (DMARC failed): then nobody else's inbox is
    troubled.
    """
    return _evidence(message, roster, author(message, roster)).verdict == "fail"


def to_examine(message: Message, roster: Roster) -> str | None:
    """Return the author's domain where checking signatures here could prove more; DNS is asked for nobody else's
    mail.
    """
    who = author(message, roster)
    if roster.verify != "dkim" or who is None or not roster.has(who.address) or _is_ours(who.address, roster):
        return None
    if message.is_over_a_limit:  # it is set aside anyway, and 10 MB take long to check
        return None
    could_prove = not through_our_list(message, roster) or (roster.sealers and message.field("arc-seal") is not None)
    return domain_of(who.address) if could_prove and came_a_trusted_way(message, roster) else None


def proven_thread(message: Message, belief: Belief) -> Message:
    """Return the mail with only those signs of its incident that the proof covers.

    People who get a signed mail can send it again, to another plus-address or with other fields around the signed ones.
    """
    return message if belief.signed is None else _with_thread(message, belief.signed)


def claimed_thread(message: Message, belief: Belief, roster: Roster) -> tuple[Message, Belief] | None:
    """Return the mail with all that its header says about its incident, and what that leaves of the proof: membership.

    Some signers cover neither To nor In-Reply-To. None if what they do cover says that the mail was not meant for
    us, and if a field stands twice that no mail has twice (RFC 5322 section 3.6). The envelope never counts here.
    """
    if belief.signed is None or any(len(message.all_fields(name)) > 1 for name in _THREAD_FIELDS):
        return None
    signed_to = (*message.to, *(message.cc if "cc" in belief.signed else ()))
    if "to" in belief.signed and not any(_is_ours(box.address, roster) for box in signed_to):
        return None
    why = f"{belief.why}, but what names the incident is not signed"
    lesser = Belief(trust=Trust.MEMBER, rule="unsigned-thread", why=why)
    return _with_thread(message, frozenset(_THREAD_FIELDS)), lesser


def _is_ours(address: str, roster: Roster) -> bool:
    """Return the list's address, ours, or one of our plus-addresses."""
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
