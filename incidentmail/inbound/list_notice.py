"""Recognise mail written by a list manager itself, for example about a held or rejected post. Pure."""

from __future__ import annotations

import re

from .message import Message

# Mailman, Sympa and ezmlm append a word to the list's name; Majordomo prepends one.
_MANAGER = re.compile(r"(?:(.+)-(?:owner|bounces|request|admin|editor|help|return)|owner-(.+))", re.DOTALL)


def is_bulk_without_list(message: Message) -> bool:
    """Return whether this is bulk mail that names no address for posts, such as a list manager's notice.

    A list manager's notices have List-Id, but no List-Post (RFC 2369).
    """
    if (message.field("precedence") or "").strip().lower() != "bulk":
        return False
    if is_by_majordomo(message):
        return False
    return not any(message.field(name) for name in ("list-post", "mailing-list", "x-beenthere"))


def is_by_majordomo(message: Message) -> bool:
    """Return whether the message was distributed by a list that adds no List-* fields, such as Majordomo."""
    return (message.field("sender") or "").lower().startswith("owner-")


def is_list_notice(message: Message) -> bool:
    """Return whether a list manager wrote this notice about its list. It may return a rejected post."""
    return is_bulk_without_list(message) and list_of_notice(message) is not None


def list_of_notice(message: Message) -> str | None:
    r"""Return the list whose manager wrote a mail, judging by the address in From.

    Return None if no list manager wrote it, or if the manager writes to itself. A notice to the manager's own address
    is meant for the people who run the list, and is about other people's posts.

    >>> from incidentmail.inbound.message import Envelope, parse_message
    >>> notice = b"From: incidents-owner@example.com\nTo: bot@example.com\n\nYou are not allowed to post.\n"
    >>> list_of_notice(parse_message(notice, Envelope(way="pipe")))
    'incidents@example.com'
    """
    author = message.header_from
    if author is None or any(box.address == author.address for box in message.to):
        return None
    local, _, domain = author.address.rpartition("@")
    found = _MANAGER.fullmatch(local)
    return f"{found[1] or found[2]}@{domain}" if found else None
