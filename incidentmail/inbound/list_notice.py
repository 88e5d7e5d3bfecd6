"""Recognise mail written by a list manager itself, for example about a held or rejected post. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from .message import Message

# Mailman, Sympa and ezmlm append a word to the list's name; Majordomo prepends one.
_MANAGER = re.compile(r"(?:(.+)-(?:owner|bounces|request|admin|editor|help|return)|owner-(.+))", re.DOTALL)
# Further addresses at which only a program writes. What follows the word differs from mail to mail.
_ROBOT = re.compile(
    r"(.+?)-(?:owner|bounces?|request|admin|editor|help|return|confirm|join|leave|subscribe|unsubscribe)(?:[+=-].*)?",
    re.DOTALL,
)
# The programs that run all lists of a domain.
_LIST_PROGRAM = re.compile(r"(?:sympa|mailman|listserv|majordomo|ezmlm|mlmmj|listproc)(?:[-+].*)?")
_OF_LISTS = ("list-id", "list-post", "mailing-list", "x-beenthere", "precedence")
_LISTS_NAMED = re.compile(r"<mailto:([^>?\s]+)")


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


def is_robot_of(address: str, lists: Collection[str]) -> bool:
    """Return whether the program that runs one of `lists` writes from `address`, for example to send a digest.

    Such a program carries out commands in mail, so it must never get an answer.

    >>> is_robot_of("incidents-request@example.com", ["incidents@example.com"])
    True
    >>> [is_robot_of(f"{name}@example.com", ["incidents@example.com"]) for name in ("sympa", "bo-owner", "bo")]
    [True, False, False]
    """
    local, _, domain = address.rpartition("@")
    if _LIST_PROGRAM.fullmatch(local):
        return any(domain == one.rpartition("@")[2] for one in lists)
    names = [found[1]] if (found := _ROBOT.fullmatch(local)) else []
    names += [local.removeprefix("owner-")] if local.startswith("owner-") else []
    return any(f"{name}@{domain}" in lists for name in names)


def is_list_robot(message: Message) -> bool:
    """Return whether a list manager's program wrote this mail: a digest, or mail from an address of the program.

    The list is one that the message names in its List-* fields. A person's mail that contains a digest as an attachment
    does not count.
    """
    if message.content_type == "multipart/digest" and any(message.field(name) for name in _OF_LISTS):
        return True  # RFC 2046 section 5.1.5: only copies of mails, without words of its own
    author = message.header_from
    if author is None:
        return False
    return is_robot_of(author.address, _LISTS_NAMED.findall((message.field("list-post") or "").lower()))
