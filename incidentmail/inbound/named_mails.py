"""Which mails of ours a reply names: in In-Reply-To and References, and in what it quotes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from incidentmail.core.ids import read_codes, read_message_id
from incidentmail.core.words import is_declaration_hint, read_follow_up_hint

from .message import Message

QUOTED_CHARS_MAX = 100_000
"""How much of a quotation is looked through for the number of our mail."""


@dataclass(frozen=True, slots=True)
class NamedMails:
    """The mails that a reply names. `update`: the newest number of ours, 0 for the declaration; None if there is none.

    `private`: the Message-IDs of our private mails, in lower case; `others`: Message-IDs that are not ours.
    """

    update: int | None = None
    private: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def named_mails(message: Message, *, key: bytes, ref: str, first: str | None) -> NamedMails:
    """Return the mails of the incident with that REF which In-Reply-To and References name.

    An answer to another reply has read what that one answered. `first` is the Message-ID that the thread began with: it
    counts as 0, also if a person wrote it.
    """
    numbers: list[int] = []
    private: list[str] = []
    others: list[str] = []
    for text in dict.fromkeys((*message.in_reply_to, *message.references)):
        name = read_message_id(key, text)
        if text == first:
            numbers.append(0)
        elif name is None:
            others.append(text)
        elif name.ref == ref and name.number.isdecimal():
            numbers.append(int(name.number))
        elif name.ref == ref:
            private.append(text.strip().lower())
    return NamedMails(max(numbers, default=None), tuple(private), tuple(others))


def quoted_update(lines: Iterable[str], *, key: bytes, ref: str) -> int | None:
    """Return the number of the newest mail of ours that quoted `lines` show to their end, or None.

    Each ends with what it offers to do, which has its number, and with the code of its incident.
    """
    text = "\n".join(lines)[:QUOTED_CHARS_MAX]
    if ref not in read_codes(key, text):
        return None
    rows = text.split("\n")
    found = [0] if any(map(is_declaration_hint, rows)) else []
    found += [number for row in rows if (number := read_follow_up_hint(row)) is not None]
    return max(found, default=None)
