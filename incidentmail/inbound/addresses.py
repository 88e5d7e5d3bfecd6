"""Parse mailboxes from address fields: strictly from From, which names the author, and leniently from others.

This module never uses `email.utils.parseaddr`, which returns the boss for `boss@corp.example <evil@x.example>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from incidentmail.core.frozen import Frozen
from incidentmail.core.text import one_line

from .fields import decode_words
from .limits import ADDRESSES_MAX, FIELD_BYTES_MAX

# RFC 5322 section 3.2.3 dot-atom, RFC 1035 labels: no quoted local parts, no domain literals, no routes.
_ADDR_SPEC = re.compile(
    r"(?=[^@]{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)
_TOKEN = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|<(?P<angle>[^<>]*)>|(?P<mark>[,;:(])|(?P<text>[^"<>,;:(]+)|.', re.S)
# A name without special characters and an address in angle brackets, or only an address, as most programs write them.
_PLAIN = re.compile(r"(?P<name>[^\"<>,;:(@=]*+)<(?P<angle>[^<>]*)>|(?P<bare>[^\"<>,;:(=]++)")
_COMMENT_MARK = re.compile(r"\\.|[()]", re.S)
_ESCAPE = re.compile(r"\\(.)", re.S)


class Mailbox(Frozen, kw_only=True):
    """A mailbox.

    `name` is the decoded display name on one line ("" if there is none). `address` is ASCII and in lower case.
    """

    name: str
    address: str


@dataclass(slots=True)
class _Entry:
    """The text between two commas of an address list."""

    phrase: str = ""  # as displayed
    unquoted: str = ""  # the unquoted part of the phrase
    quoted: bool = False
    comment: str = ""
    angles: tuple[str, ...] = ()
    after_angle: bool = False
    broken: bool = False

    def is_empty(self) -> bool:
        return not (self.unquoted.strip() or self.quoted or self.angles or self.comment or self.broken)


def canonical_address(text: str) -> str | None:
    """Return the address in lower case if it is a plain ASCII addr-spec (RFC 5322 section 3.4.1), otherwise None.

    >>> canonical_address("Mara@Example.COM")
    'mara@example.com'
    >>> canonical_address("mara@example.com "), canonical_address("=?q?mara?=@example.com"), canonical_address("mara@")
    (None, None, None)
    """
    if not text.isascii() or "=?" in text:
        return None
    lowered = text.lower()
    return lowered if _ADDR_SPEC.fullmatch(lowered) else None


def read_mailboxes(values: list[str]) -> tuple[Mailbox, ...]:
    """Return the well-formed mailboxes in address fields, in order, including those in groups.

    >>> read_mailboxes(["Team: Bo <bo@example.com>, nobody;, mara@example.com (Mara)"])
    (Mailbox(name='Bo', address='bo@example.com'), Mailbox(name='Mara', address='mara@example.com'))
    """
    found: list[Mailbox] = []
    for value in values:
        plain = _plain_mailbox(value)
        if plain is not None:
            found.append(plain)
        for entry in _entries(value, entries_max=ADDRESSES_MAX)[0] if plain is None else ():
            mailbox, _ = _mailbox(entry)
            if mailbox is not None:
                found.append(mailbox)
            if len(found) == ADDRESSES_MAX:
                return tuple(found)
    return tuple(found[:ADDRESSES_MAX])


def read_from(values: list[str]) -> tuple[Mailbox | None, str | None]:
    """Return the author in From, or None and the reason why no single author can be determined.

    There must be exactly one From field with exactly one mailbox, and only one way to parse it.

    >>> read_from(["Dr. A. Smith <a@example.com>"])
    (Mailbox(name='Dr. A. Smith', address='a@example.com'), None)
    >>> read_from(["boss@corp.example <evil@x.example>"])
    (None, 'ambiguous')
    """
    if not values:
        return None, "missing"
    if len(values) > 1:
        return None, "two From fields" if len(values) == 2 else f"{len(values)} From fields"
    plain = _plain_mailbox(values[0])
    if plain is not None:
        return plain, None
    entries, is_group = _entries(values[0])
    if is_group:
        return None, "group"
    if not entries:
        return None, "missing"
    read = [_mailbox(entry) for entry in entries]
    if len(read) > 1:
        return None, "ambiguous" if any(mailbox is None for mailbox, _ in read) else "several mailboxes"
    return read[0]


def _plain_mailbox(value: str) -> Mailbox | None:
    """Return the mailbox of a field in either of the two common forms, or None for other fields."""
    found = _PLAIN.fullmatch(value)
    address = canonical_address((found["angle"] or found["bare"] or "").strip(" \t")) if found else None
    if found is None or address is None:
        return None
    return Mailbox(name=one_line(found["name"] or ""), address=address)


def _entries(value: str, *, entries_max: int | None = None) -> tuple[list[_Entry], bool]:
    """Split an address list at its commas in one pass. Also return whether the list contains group syntax.

    Parsing ends after `entries_max` entries, or in an entry that is longer than FIELD_BYTES_MAX.
    """
    entries: list[_Entry] = []
    entry, is_group = _Entry(), False
    position = begin = 0
    while position < len(value) and (entries_max is None or len(entries) < entries_max):
        match = _TOKEN.match(value, position)
        if match is None:  # impossible, since the last alternative matches any character
            break
        position = match.end()
        kind, mark = match.lastgroup, match["mark"]
        if kind == "quoted":
            entry.phrase += " " + _ESCAPE.sub(r"\1", match["quoted"]) + " "
            entry.quoted = True
            entry.after_angle |= bool(entry.angles)
        elif kind == "angle":
            entry.angles += (match["angle"],)
        elif kind == "text":
            entry.phrase += match["text"]
            entry.unquoted += match["text"]
            entry.after_angle |= bool(entry.angles and match["text"].strip())
        elif mark == "(":
            position, comment = _comment(value, position)
            entry.broken |= comment is None
            entry.comment += comment or ""
        elif mark == ":":
            is_group, entry = True, _Entry()
        elif mark:
            is_group |= mark == ";"
            entries.append(entry)
            entry, begin = _Entry(), position
        else:  # an unclosed quote or bracket, so it is unknown where any later entry ends
            entry.broken = True
            break
        if position - begin > FIELD_BYTES_MAX:
            entry.broken = True
            break
    entries.append(entry)
    return [one for one in entries if not one.is_empty()], is_group


def _comment(value: str, start: int) -> tuple[int, str | None]:
    """Return the index at which a comment ends, and its text.

    The opening "(" is just before `start`. The text is None if the comment is never closed.
    """
    depth = 1
    for mark in _COMMENT_MARK.finditer(value, start):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end(), value[start : mark.start()]
    return len(value), None


def _mailbox(entry: _Entry) -> tuple[Mailbox | None, str | None]:
    """Return the mailbox of one entry, or None and the reason why it cannot be trusted."""
    if entry.broken:
        return None, "malformed"
    if len(entry.angles) > 1 or entry.after_angle:
        return None, "ambiguous"
    if not entry.angles:
        address = canonical_address(entry.unquoted.strip(" \t"))
        if address is None or entry.quoted:
            return None, "malformed address"
        if any(mark in entry.comment for mark in "@<>"):
            return None, "ambiguous"
        return Mailbox(name=one_line(decode_words(entry.comment)), address=address), None
    address = canonical_address(entry.angles[0].strip(" \t"))
    if address is None:
        return None, "encoded address" if "=?" in entry.angles[0] else "malformed address"
    if "@" in entry.unquoted:
        return None, "ambiguous"
    phrase = entry.phrase if entry.phrase.strip() else entry.comment
    return Mailbox(name=one_line(decode_words(phrase)), address=address), None
