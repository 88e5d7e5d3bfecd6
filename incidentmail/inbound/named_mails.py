"""Find our messages that a reply refers to in In-Reply-To, in References and in quoted text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from incidentmail.core.deeds.closing_lines import is_declaration_hint, read_follow_up_hint
from incidentmail.core.ids import read_codes, read_message_id

from .message import Message

QUOTED_CHARS_MAX = 100_000
"""The maximum length of quoted text searched for the number of our message."""


@dataclass(frozen=True, slots=True)
class NamedMails:
    """The messages that a reply refers to.

    `update` is the highest number among our messages to the list, 0 for the declaration, or None. `private` holds the
    Message-IDs of our private messages, in lower case. `others` holds those of messages that are not ours.
    """

    update: int | None = None
    private: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def named_mails(message: Message, *, key: bytes, ref: str, first: str | None) -> NamedMails:
    """Return the messages of the incident `ref` that In-Reply-To and References refer to.

    If a reply answers another reply, its author has also read the message that the other reply answered. `first` is the
    Message-ID that started the thread. It counts as number 0, even if a person wrote that message.
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


def quoted_update(lines: Iterable[str], *, key: bytes, ref: str, newest: int) -> int | None:
    """Return the number of the newest of our messages that `lines` quote completely, or None.

    Each of our messages ends with its number and the code of its incident. Text by other people is indented in our
    messages, so a number on an indented line is ignored. A number above `newest`, the highest one sent, is ignored too.
    """
    text = "\n".join(lines)[:QUOTED_CHARS_MAX]
    if ref not in read_codes(key, text):
        return None
    rows = [row for row in text.split("\n") if not _is_indented(row)]
    found = [0] if any(map(is_declaration_hint, rows)) else []
    found += [number for row in rows if (number := read_follow_up_hint(row)) is not None and number <= newest]
    return max(found, default=None)


def _is_indented(row: str) -> bool:
    """Return whether a quoted line is indented by more than the one space after its quote prefix.

    >>> _is_indented("> > Update 7."), _is_indented("Update 7."), _is_indented(">   Update 7.")
    (False, False, True)
    """
    plain = row.lstrip()
    while plain[:1] in (">", "|"):
        row = plain[1:].removeprefix(" ")
        plain = row.lstrip()
    return plain != row
