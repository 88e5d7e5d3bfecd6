"""Parse a message in one call: find the sender's new text and the commands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.text import composed, paragraphs, written_lines
from incidentmail.inbound.limits import COMMAND_TEXT_BYTES_MAX, first_lines
from incidentmail.inbound.message import Message
from incidentmail.reply.detector.detect import detect
from incidentmail.reply.extraction.cut import Extraction, cut
from incidentmail.reply.extraction.link_targets import without_targets
from incidentmail.reply.extraction.struck_words import without_struck_words
from incidentmail.reply.extraction.wrapped_lines import unwrapped
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.grammar.whole_reply import as_line
from incidentmail.reply.memory.answers_between import answers_between
from incidentmail.reply.memory.earlier_words import Memory, mask
from incidentmail.reply.memory.restated import restated
from incidentmail.reply.memory.summary import LazyMemory

from .correction import without_corrected
from .other_wishes import with_other_wishes
from .parsed import Context, NewLine, Problem, Read
from .plain_answer import answered as answered_plainly
from .plain_answer import unclear
from .retraction import without_retracted
from .wrapped_values import join_values

_REPEATED = "these lines stood word for word in an earlier mail, so they are taken for a quotation"
_ATTRIBUTED = "these lines are below one that says who wrote what follows, so they are taken for a quotation"


class Understood(Frozen):
    """The result of parsing a message: which lines are the sender's own and why, and the commands and prose in them.

    `between` is the text that the sender typed between the lines of an unmarked quotation. It is also included in the
    prose of `read`. `repeats` is true if some lines were not parsed for commands because earlier messages contain them.
    """

    extraction: Extraction
    read: Read
    between: str = ""
    repeats: bool = False


def body_of(message: Message) -> str:
    """Return the text to parse: text/plain if there is any, otherwise the HTML as text with its quotations marked.

    As with plain text, at most COMMAND_TEXT_BYTES_MAX bytes of the converted text are used.
    """
    if message.html is None:
        return message.text
    from incidentmail.reply.pages.html_text import html_to_text

    text = html_to_text(message.html).encode("utf-8", "replace")
    return first_lines(text, COMMAND_TEXT_BYTES_MAX).decode("utf-8", "ignore")


def lines_of(message: Message) -> tuple[str, bool]:
    """Return the text to parse, and whether each of its lines is known to end where the writer ended it.

    HTML and format=flowed show where the writer ended each line. In a wrapped text, the HTML alternative does.
    """
    text = body_of(message)
    if message.html is not None or message.is_flowed:
        return text, True
    if message.html_beside is None:
        return text, False
    from incidentmail.reply.pages.html_text import html_to_text

    return unwrapped(text, html_to_text(message.html_beside))


def signature_of(message: Message) -> str:
    """Return the writer's signature if the HTML alternative marks one, or ""."""
    if message.html_beside is None:
        return ""
    from incidentmail.reply.pages.html_text import signature_in

    return signature_in(message.html_beside)


def understand(
    body: str | Extraction, context: Context, earlier: Memory | LazyMemory | Iterable[str] = (),
    answered: Memory | Callable[[], Memory] | None = None,
) -> Understood:  # fmt: skip
    """Return the sender's lines in `body` and the commands in them.

    `earlier` holds the texts of the incident's earlier messages. Words from them are never treated as commands again.
    `answered` holds the texts that the beginning of `body` may quote without marks, if they are known. At the
    beginning, words from any other message count as the writer's own.
    """
    extraction = cut(body, context.writer.name) if isinstance(body, str) else body
    memory = earlier if isinstance(earlier, Memory | LazyMemory) else Memory.of(earlier)
    own = extraction.is_surely_own
    kept = [kept.line for kept in extraction.lines if kept.kept]
    if isinstance(memory, Memory) and memory.is_empty():
        readable: tuple[bool, ...] = (own,) * len(kept)
    else:
        readable = mask(extraction, memory, answered) if own else (False,) * len(kept)
        again = restated([line.plain for line in kept], memory)
        readable = tuple([one and not two for one, two in zip(readable, again, strict=True)])
    texts = [
        text if text.isascii() and "<" not in text and "~" not in text else _as_meant(text)
        for text in written_lines([line.text for line in kept])
    ]
    lines = list(map(NewLine, [line.number for line in kept], texts, readable))
    lines, doubtful = join_values(lines, context, is_typed=extraction.is_typed)
    plain = answered_plainly(lines, context)
    found = plain or without_retracted(without_corrected(read(lines, context), lines, context), lines, context)
    if doubtful:
        found = replace(found, problems=(*doubtful, *found.problems))
    else:
        found = _report_repetition(found, lines, context, _REPEATED if own else _ATTRIBUTED)
    if not (found.commands or found.problems or found.asks or found.wants_brief):
        asks = detect(lines, context)
        found = unclear(lines, context, replace(found, asks=asks))
    elif plain is None:
        found = with_other_wishes(found, lines, context)
    between = answers_between(extraction, memory)
    if between:
        found = replace(found, prose=paragraphs(f"{found.prose}\n\n{between}"))
    return Understood(extraction, found, between, repeats=own and not all(readable))


def _as_meant(line: str) -> str:
    """Return a line in NFC form (macOS may send decomposed letters), without link targets and struck-out words."""
    return without_struck_words(without_targets(composed(line)))


def _report_repetition(found: Read, lines: list[NewLine], context: Context, reason: str) -> Read:
    """Return `found`, with a problem added if the reply begins with commands that were treated as quoted."""
    if found.commands or not lines or lines[0].readable:
        return found
    meant = read([replace(line, readable=True) for line in lines], context).commands
    if not meant:
        return found
    texts = {line.number: line.text.strip() for line in lines}
    text = texts[meant[0].line]
    alone = read([NewLine(meant[0].line, text)], context).commands
    remedy = text if [one.command for one in alone] == [meant[0].command] else as_line(meant[0], texts, context)
    problem = Problem(line=meant[0].line, text=text, reason=reason, remedy=remedy)
    return replace(found, problems=(*found.problems, problem))
