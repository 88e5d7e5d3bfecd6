"""Read a message in one call: find what its sender newly wrote, and the commands in that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from incidentmail.core.text import written_line
from incidentmail.inbound.limits import COMMAND_TEXT_BYTES_MAX, first_lines
from incidentmail.inbound.message import Message
from incidentmail.reply.detector.detect import detect
from incidentmail.reply.extraction.cut import Extraction, cut
from incidentmail.reply.extraction.earlier_words import Memory, mask
from incidentmail.reply.grammar.read_commands import read

from .parsed import Context, NewLine, Problem, Read


@dataclass(frozen=True, slots=True)
class Understood:
    """Each line with whether it is the sender's own and why, and what those lines say."""

    extraction: Extraction
    read: Read


def body_of(message: Message) -> str:
    """Return the text to read: text/plain if there is any, else the HTML as text with its quotes marked.

    At most COMMAND_TEXT_BYTES_MAX bytes of the HTML's text are read, as of plain text.
    """
    if message.html is None:
        return message.text
    from incidentmail.reply.extraction.html_text import html_to_text

    text = html_to_text(message.html).encode("utf-8", "replace")
    return first_lines(text, COMMAND_TEXT_BYTES_MAX).decode("utf-8", "ignore")


def understand(body: str, context: Context, earlier: Memory | Iterable[str] = ()) -> Understood:
    """Return what `body` says. `earlier`: the texts of the incident's earlier mails, which never command again."""
    extraction = cut(body)
    readable = mask(extraction, earlier if isinstance(earlier, Memory) else Memory.of(earlier))
    kept = [kept.line for kept in extraction.lines if kept.kept]
    lines = [NewLine(line.number, written_line(line.text), ok) for line, ok in zip(kept, readable, strict=True)]
    found = _report_repetition(read(lines, context), lines, context)
    if not (found.commands or found.problems or found.asks or found.wants_brief):
        found = replace(found, asks=detect(lines, context))
    return Understood(extraction, found)


def _report_repetition(found: Read, lines: list[NewLine], context: Context) -> Read:
    """Add a problem if a reply begins with commands from an earlier mail, which count as quoted."""
    if found.commands or not lines or lines[0].readable:
        return found
    meant = read([line._replace(readable=True) for line in lines], context).commands
    if not meant:
        return found
    text = next(line.text for line in lines if line.number == meant[0].line)
    problem = Problem(
        line=meant[0].line,
        text=text,
        reason="these lines stood word for word in an earlier mail, so they are taken for a quotation",
        remedy="one of them alone, or in other words",
    )
    return replace(found, problems=(*found.problems, problem))
