"""Parse a text before it is sent, as the authority will, to verify that it has the intended meaning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentmail.core.commands import Command
from incidentmail.core.model import Person
from incidentmail.core.text import paragraphs
from incidentmail.core.words import Words
from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.grammar.key_values import split_key
from incidentmail.reply.named_line import named_line
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.understand import understand

from .as_lines import as_spoken


def says_exactly(text: str, commands: Sequence[Command], *, words: Words, me: Person, now: datetime) -> bool:
    """Return whether `text`, which names the incident in its first line, is parsed as exactly `commands`, in order."""
    named = named_line(cut(text, me.name))
    if named is None:
        return False
    context = Context(words=words, written_at=now, writer=me, is_named=True, find=Person.parse)
    read = understand(named.rest, context).read
    given = [command.command for command in read.commands]
    return given == as_spoken(commands) and not (read.prose or read.problems or read.asks or read.wants_brief)


def declares_exactly(
    text: str, commands: Sequence[Command], details: str, *, words: Words, me: Person, now: datetime
) -> bool:
    """Return whether `text` declares an incident with exactly the facts of `commands`, and with these `details`.

    Facts with a question mark in `text` are ignored, because they are only assumed.
    """
    read = read_declaration(text, words=words, me=me, now=now)
    given = [command.command for command in read.commands if not command.unsure]
    return given == as_spoken(commands) and paragraphs(read.prose) == paragraphs(details) and not read.problems


def read_declaration(text: str, *, words: Words, me: Person, now: datetime) -> Read:
    """Return the commands and the prose in the text of a declaration."""
    context = Context(words=words, written_at=now, writer=me, declaring=True, find=Person.parse)
    return understand(cut(text, me.name), context).read


def facts_in(text: str, *, words: Words, me: Person, now: datetime) -> list[str]:
    """Return the names of the facts stated in the lines of `text` below the line that names the incident.

    A line of prose or a quoted line counts as the fact `prose`. Values are not parsed.
    """
    named = named_line(cut(text, me.name))
    if named is None:
        return []
    context = Context(words=words, written_at=now, writer=me, is_named=True, find=Person.parse)
    lines = [kept for kept in named.rest.lines[1:] if kept.line.text.strip()]
    keys = (split_key(kept.line.text, context) if kept.kept else None for kept in lines)
    return [key[0] if key else "prose" for key in keys]
