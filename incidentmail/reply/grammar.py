"""The sender's own lines to commands: `Key: value` lines, sentences and shorthand (DESIGN section 5).

Whatever is not understood as a whole is prose, and stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from incidentmail.core.commands import AddNote, Command, SetStatus
from incidentmail.core.model import Status
from incidentmail.core.text import paragraphs
from incidentmail.core.times import read_time
from incidentmail.inbound.limits import COMMANDS_MAX

from .reading import Context, Form, NewLine, Problem, Read, ReadCommand
from .sentences import Found, scan, whole_reply
from .values import Bad, read_value, split_key

_GREETING = re.compile(
    r"(?:hi|hello|hey|hallo|dear|good\s+(?:morning|afternoon|evening)|all|team|folks|everyone|everybody)\b[^.:;?!\d]{0,40}[,!.]?",
    re.I | re.A,
)


@dataclass
class _Reader:
    context: Context
    commands: list[ReadCommand] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    at: str | None = None

    def key_line(self, line: NewLine, name: str, value: str) -> None:
        if name == "at":
            self.at = value
            return
        read = read_value(name, value, self.context)
        if isinstance(read, Bad):
            self.prose.append(line.text)
            self.problems.append(
                Problem(line=line.number, text=line.text.strip(), reason=read.reason, remedy=read.remedy)
            )
        elif read is not None:
            self._add(line.number, name, read.command, read.value, "line", unsure=read.unsure)

    def _add(
        self, line: int, name: str, command: Command, value: JsonValue, form: Form, *, unsure: bool = False
    ) -> None:
        self.commands.append(ReadCommand(command=command, name=name, value=value, form=form, line=line, unsure=unsure))

    def running_text(self, lines: Sequence[NewLine], *, first_line: bool) -> bool:
        """Sentences in `lines`; whether any was a command."""
        text = "\n".join(line.text for line in lines)
        rest, any_command = "", False
        for found in scan(text, self.context, first_line=first_line):
            if isinstance(found, Found):
                number = lines[text.count("\n", 0, max(found.end - 1, 0))].number
                self._add(number, found.name, found.command, found.value, found.form)
                any_command = True
            else:
                rest += text[found[0] : found[1]]
        if rest.strip():
            self.prose.append(rest.rstrip())
        return any_command


def read(lines: Iterable[NewLine], context: Context) -> Read:
    """The commands, problems and prose of the sender's own lines, as `cut` and `memory` left them."""
    blocks = _blocks(lines)
    everything = "\n".join(line.text for block in blocks for line in block)
    single = whole_reply(everything, context) if all(line.readable for block in blocks for line in block) else None
    if single and not context.declaring:
        line = blocks[0][0].number
        command = ReadCommand(command=single.command, name=single.name, value=single.value, form=single.form, line=line)
        return Read(commands=(command,))
    reader = _Reader(context)
    first = True
    for block in blocks:
        if first and len(block) == 1 and _GREETING.fullmatch(block[0].text.strip()):
            reader.prose.append(block[0].text)
            continue
        if first:
            _first_block(reader, block)
        elif all(line.readable and split_key(line.text, context) for line in block):
            _key_lines(reader, block)
        else:
            _later_block(reader, block)
        reader.prose.append("")
        first = False
    return _finish(reader)


def _blocks(lines: Iterable[NewLine]) -> list[list[NewLine]]:
    """Paragraphs: runs of lines without an empty one."""
    blocks: list[list[NewLine]] = [[]]
    for line in lines:
        if line.text.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _later_block(reader: _Reader, block: list[NewLine]) -> None:
    """Prose; of a declaration, the key lines at its foot are read: people put the liaisons under the details."""
    foot = len(block)
    while reader.context.declaring and foot and split_key(block[foot - 1].text, reader.context):
        foot -= 1
    reader.prose.append("\n".join(line.text for line in block[:foot]))
    _key_lines(reader, block[foot:])


def _key_lines(reader: _Reader, block: Sequence[NewLine]) -> None:
    for line in block:
        found = split_key(line.text, reader.context)
        if found:
            reader.key_line(line, *found)


def _first_block(reader: _Reader, block: list[NewLine]) -> None:
    """The leading paragraph: key lines and sentences, until prose ends the leading block of a reply."""
    if len(block) > 1 and _GREETING.fullmatch(block[0].text.strip()):
        reader.prose.append(block[0].text)
        block = block[1:]
    leading, first_line = True, True
    waiting: list[NewLine] = []

    def flush() -> None:
        nonlocal leading, first_line
        if waiting:
            understood = reader.running_text(waiting, first_line=first_line)
            leading = leading and understood
            first_line = False
            waiting.clear()

    for line in block:
        found = split_key(line.text, reader.context) if line.readable else None
        if not line.readable:
            flush()
            reader.prose.append(line.text)
            first_line = False
            continue
        if found:
            flush()
        if found and (leading or reader.context.declaring):
            reader.key_line(line, *found)
            first_line = False
        else:
            waiting.append(line)
    flush()


def _finish(reader: _Reader) -> Read:
    """Applies the rules about the mail as a whole: contradictions, too many commands, closing only without errors."""
    commands, problems = list(reader.commands), list(reader.problems)
    for name in {c.name for c in commands if c.name not in _MANY}:
        same = [c for c in commands if c.name == name]
        if any(c.value != same[0].value for c in same):
            commands = [c for c in commands if c.name != name]
            problems.append(
                Problem(
                    line=same[-1].line,
                    text=name,
                    reason=f"this mail gives {name.replace('_', ' ')} more than one value",
                    remedy="send the one that you mean",
                )
            )
    if len(commands) > COMMANDS_MAX and not reader.context.declaring:
        problems.append(
            Problem(
                line=commands[0].line,
                text="",
                reason=f"more than {COMMANDS_MAX} commands in one reply",
                remedy="send fewer",
            )
        )
        commands = []
    if problems:
        ends = [c for c in commands if isinstance(c.command, SetStatus) and c.command.status is not Status.OPEN]
        problems += [
            Problem(
                line=c.line, text="", reason="an incident is not ended by a mail with an error in it", remedy="close"
            )
            for c in ends
        ]
        commands = [c for c in commands if c not in ends]
    return Read(
        commands=tuple(_backdated(commands, reader, problems)),
        problems=tuple(problems),
        prose=paragraphs("\n".join(reader.prose)),
    )


_MANY = frozenset({"note", "action", "need", "done", "assumption", "evidence", "ruled_out", "decision", "document"})


def _backdated(commands: list[ReadCommand], reader: _Reader, problems: list[Problem]) -> list[ReadCommand]:
    """`At: 14:07` gives the notes of the mail the time it happened."""
    if reader.at is None:
        return commands
    at = read_time(reader.at, written_at=reader.context.written_at, nearest="last")
    if isinstance(at, str):
        problems.append(Problem(line=1, text=f"At: {reader.at}", reason=f"'{reader.at}' {at}", remedy="At: 14:07 UTC"))
        return commands
    moved: list[ReadCommand] = []
    for read_command in commands:
        command = read_command.command
        if isinstance(command, AddNote):
            note = AddNote(command.text, at)
            read_command = ReadCommand(
                command=note, name="note", value=read_command.value, form=read_command.form, line=read_command.line
            )
        moved.append(read_command)
    return moved
