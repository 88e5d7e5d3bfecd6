"""Whom does a mail come from, and how far is that believed? Members and strangers; stronger proof comes later.

A claimed From is worth nothing by itself: it counts for a member's when the address is on the roster and the mail came
a way that only our own servers use (`trust.relays`).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass

from incidentmail.core.model import Trust

from .message import Mailbox, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Who belongs to us (addresses and `*@domain`), and which ways in are ours.

    A way is the address of a peer, a network of peers, `unix`, `pipe` or `imap`.
    """

    members: Collection[str]
    relays: Collection[str]
    list_address: str
    own_address: str

    def has(self, address: str) -> bool:
        return address in self.members or f"*@{address.rpartition('@')[2]}" in self.members


def came_a_trusted_way(message: Message, roster: Roster) -> bool:
    """Whether one of our own servers handed the mail in, or somebody who proved a password to us."""
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
    """Whether the list distributed this copy (RFC 2369, List-Post)."""
    return f"<mailto:{roster.list_address}>" in (message.field("list-post") or "").lower()


def author(message: Message, roster: Roster) -> Mailbox | None:
    """Who wrote the mail: From; or, where our own list rewrote From, the one address it put beside it."""
    sender = message.header_from
    if sender is None or sender.address != roster.list_address or not through_our_list(message, roster):
        return sender
    ours = (roster.list_address, roster.own_address)
    beside = {b.address: b for b in (*message.reply_to, *message.cc) if b.address not in ours and roster.has(b.address)}
    name = sender.name.rpartition(" via ")[0]
    named = [b for b in beside.values() if b.name and b.name == name]
    found = named if len(named) == 1 else list(beside.values())
    return found[0] if len(found) == 1 else None


def trust_of(message: Message, roster: Roster) -> Trust:
    """Member or stranger."""
    who = author(message, roster)
    nobody = (roster.own_address, roster.list_address)
    known = who is not None and who.address not in nobody and roster.has(who.address)
    return Trust.MEMBER if known and came_a_trusted_way(message, roster) else Trust.STRANGER
