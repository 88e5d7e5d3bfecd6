"""List the keys for looking up a message's incident, safest first. The caller queries the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from incidentmail.core.ids import read_codes, read_message_id, read_plus_address
from incidentmail.core.subject_prefixes import is_answer

from .message import Message

MatchedBy = Literal["plus-address", "in-reply-to", "references", "code", "subject"]
SAFE: frozenset[MatchedBy] = frozenset({"plus-address", "in-reply-to", "references"})
"""Keys that were set by the author's mail program.

A code may be in text that was only quoted, so it counts only if none of these keys finds an incident.
"""
CITING: frozenset[MatchedBy] = frozenset({"in-reply-to", "references"})
"""Keys that show which message is answered. A plus-address only shows where the answer was sent."""
CODE_TEXT_CHARS_MAX = 100_000
_LIST_PREFIX = re.compile(r"\[([^\]]{1,60})\]\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class ThreadKey:
    """A way to find the incident: a REF verified by an id, address or code, or a Message-ID to look up."""

    by: MatchedBy
    ref: str | None = None
    message_id: str | None = None


def thread_keys(message: Message, *, key: bytes, address: str) -> tuple[ThreadKey, ...]:
    """Return the keys of `message`, safest first.

    `address` is incidentmail's own address. Its plus-addresses contain a keyed hash.
    """
    found: list[ThreadKey] = []
    places = (*message.envelope.forward_paths, *(box.address for box in (*message.to, *message.cc)))
    found += [ThreadKey("plus-address", ref=ref) for p in places if (ref := read_plus_address(key, address, p))]
    found += [_by_id("in-reply-to", text, key) for text in message.in_reply_to]
    found += [_by_id("references", text, key) for text in reversed(message.references)]
    text = message.text if message.html is None else message.html
    found += [ThreadKey("code", ref=ref) for ref in read_codes(key, text[:CODE_TEXT_CHARS_MAX])]
    return tuple(dict.fromkeys(found))


def begins_a_thread(message: Message) -> bool:
    """Return whether the message is not a reply: it has no In-Reply-To, no References and no `Re:` in any language."""
    return not (message.in_reply_to or message.references or is_answer(message.subject))


def any_domain(message_id: str) -> str:
    """Return a Message-ID without its domain, for look-ups if the domain is unknown, as with Amazon SES.

    >>> any_domain("<0100018c@email.amazonses.com>")
    '<0100018c@>'
    """
    return f"{message_id.rpartition('@')[0]}@>"


def plain_subject(message: Message, lists: Iterable[str]) -> str:
    """Return the subject without the prefix of the list that it came through, such as `[incidents] `.

    A list's prefix is usually its name: the local part of its address, or the name in List-Id (RFC 2919).
    """
    found = _LIST_PREFIX.match(message.subject)
    post = (message.field("list-post") or "").lower()
    list_address = next((address for address in lists if f"<mailto:{address}>" in post), None)
    if not found or list_address is None:
        return message.subject
    list_id = message.field("list-id") or ""
    names = {list_address.partition("@")[0], list_id.partition("<")[0], list_id.partition("<")[2].partition(".")[0]}
    return (
        message.subject[found.end() :]
        if found[1].lower() in {n.strip(' "').lower() for n in names}
        else message.subject
    )


def _by_id(by: MatchedBy, text: str, key: bytes) -> ThreadKey:
    name = read_message_id(key, text)
    return ThreadKey(by, ref=name.ref if name else None, message_id=text)
