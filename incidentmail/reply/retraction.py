"""Drop the commands in a reply if the line or paragraph right below takes them back: `forget it`, `wrong thread`."""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.core.commands import SetStatus
from incidentmail.core.frozen import replace
from incidentmail.core.text import one_line
from incidentmail.reply.grammar.clauses import Found
from incidentmail.reply.grammar.taking_back import retracts
from incidentmail.reply.grammar.whole_reply import RECORD, remedy_for, reply_for

from .parsed import Context, NewLine, Problem, Read, ReadCommand

QUOTED_CHARS_MAX = 60
_REASONED = frozenset({"undo"})


def without_retracted(found: Read, lines: Sequence[NewLine], context: Context) -> Read:
    """Return the commands that the writer still means, and a problem for each command that was taken back.

    Lines that only add to the record are kept. An undo is kept too, because text such as `forget it` explains it.
    """
    meant = [one for one in found.commands if one.name not in RECORD | _REASONED]
    if not meant or context.declaring:
        return found
    last = max(one.line for one in meant)
    below = next((line for line in lines if line.number > last and line.text.strip()), None)
    if below is None or not below.readable or not retracts(below.text):
        return found
    reason = f"'{one_line(below.text)[:QUOTED_CHARS_MAX]}' below takes it back"
    texts = {line.number: line.text.strip() for line in lines}
    taken = [
        Problem(line=one.line, text=texts[one.line], reason=reason, remedy=_remedy(one, texts[one.line], context))
        for one in meant
    ]
    kept = tuple(one for one in found.commands if one.name in RECORD | _REASONED)
    return replace(found, commands=kept, problems=(*found.problems, *taken))


def _remedy(command: ReadCommand, line: str, context: Context) -> str:
    if command.form == "line" or isinstance(command.command, SetStatus):
        return remedy_for(command.command, line)
    return reply_for(Found(0, command.name, command.value, command.command), context)
