"""A message to what its sender newly wrote, and that to commands: the whole of this room in one call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from incidentmail.core.text import written_line
from incidentmail.inbound.message import Message

from .cut import Reading, cut
from .grammar import read
from .memory import Memory, mask
from .reading import Context, NewLine, Read


@dataclass(frozen=True, slots=True)
class Understood:
    """Each line with what it was taken for, and what the sender's own lines say."""

    reading: Reading
    read: Read


def body_of(message: Message) -> str:
    """The text to read: text/plain where there is any, else the HTML as text with its quotes marked."""
    if message.html is None:
        return message.text
    from .html import html_to_text

    return html_to_text(message.html)


def understand(body: str, context: Context, earlier: Iterable[str] = ()) -> Understood:
    """What `body` says. `earlier`: the texts of the incident's earlier mails, which never command again."""
    reading = cut(body)
    readable = mask(reading, Memory.of(earlier))
    kept = [kept.line for kept in reading.lines if kept.kept]
    lines = [NewLine(line.number, written_line(line.text), ok) for line, ok in zip(kept, readable, strict=True)]
    return Understood(reading, read(lines, context))
