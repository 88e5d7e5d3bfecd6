"""The sender's own lines to commands: `Key: value` lines, sentences and shorthand.

Whatever is not understood as a whole is prose, and stays whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from incidentmail.core.commands import Command
from incidentmail.core.frozen import JsonValue
from incidentmail.core.times import NoTime, read_time
from incidentmail.reply.parsed import Context, Form, NewLine, Problem, Read, ReadCommand

from .key_values import Bad, Value, read_value, split_key
from .patterns import GREETING, GREETING_AHEAD
from .sentences import Found, asks_for_brief, scan, whole_reply
from .whole_reply import finish

# Facts that a line below prose would plainly have changed: its writer is told that it did not.
_NEAR_MISS = frozenset({"severity", "phase", "status", "commander"})


@dataclass
class _Reader:
    context: Context
    texts: dict[int, str]
    commands: list[ReadCommand] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)
    at: datetime | None = None

    def key_line(self, line: NewLine, name: str, value: str) -> None:
        if name == "at":
            self._backdate(line, value)
            return
        read = read_value(name, value, self.context)
        if isinstance(read, Bad):
            self.prose.append(line.text)
            self.problem(line.number, read.reason, read.remedy)
        elif read is not None:
            self._add(line.number, name, read.command, read.value, "line", unsure=read.unsure)

    def problem(self, line: int, reason: str, remedy: str) -> None:
        self.problems.append(Problem(line=line, text=self.texts[line], reason=reason, remedy=remedy))

    def _backdate(self, line: NewLine, value: str) -> None:
        at = read_time(value, written_at=self.context.written_at, nearest="last") if value else None
        if at is None:
            self.problem(line.number, "nothing stands after 'At:'", "At: 14:07 UTC")
        elif isinstance(at, NoTime):
            self.problem(line.number, f"'{value}' {at}", "At: 14:07 UTC")
        elif self.at not in (None, at):
            self.problem(line.number, "this mail gives two times", line.text.strip())
        else:
            self.at = at

    def _add(
        self, line: int, name: str, command: Command, value: JsonValue, form: Form, *, unsure: bool = False
    ) -> None:
        self.commands.append(ReadCommand(command=command, name=name, value=value, form=form, line=line, unsure=unsure))

    def running_text(self, lines: Sequence[NewLine], *, first_line: bool) -> bool:
        """Sentences in `lines`; whether any was a command."""
        text = "\n".join(line.text for line in lines)
        greeting = GREETING_AHEAD.match(text) if first_line else None
        rest, any_command = greeting[0] if greeting else "", False
        text = " " * len(rest) + text[len(rest) :]
        row, counted = 0, 0
        for found in scan(text, self.context, first_line=first_line):
            if isinstance(found, Found):
                last = max(found.end - 1, 0)
                row, counted = row + text.count("\n", counted, last), last
                self._add(lines[row].number, found.name, found.command, found.value, found.form)
                any_command = True
            else:
                rest += text[found[0] : found[1]]
        if rest.strip():
            self.prose.append(rest.rstrip())
        return any_command


def read(lines: Iterable[NewLine], context: Context) -> Read:
    """The commands, problems and prose of the sender's own lines, as `cut` and `memory` left them."""
    blocks = _blocks(lines)
    texts = {line.number: line.text.strip() for block in blocks for line in block}
    if asks_for_brief(texts.values()) and not context.declaring:
        return Read(wants_brief=True)
    single = whole_reply("\n".join(texts.values()), context) if all(x.readable for b in blocks for x in b) else None
    if single:
        line = blocks[0][0].number
        command = ReadCommand(
            command=single.command, name=single.name, value=single.value, form=single.form, line=line,
            unsure=single.unsure,
        )  # fmt: skip
        return Read(commands=(command,))
    reader = _Reader(context, texts)
    first = True
    for block in blocks:
        if first and len(block) == 1 and GREETING.fullmatch(block[0].text.strip()):
            reader.prose += [block[0].text, ""]
            continue
        only_keys = all(_key(reader, line) for line in block)
        if first and not only_keys:
            _first_block(reader, block)
        elif only_keys:
            _key_lines(reader, block)
        else:
            _later_block(reader, block)
        reader.prose.append("")
        # People who declare put the liaisons above their sentences as well as below them.
        first = first and only_keys and context.declaring
    return finish(reader.commands, reader.problems, texts, prose="\n".join(reader.prose), at=reader.at, context=context)


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
    while reader.context.declaring and foot and block[foot - 1].readable and _key(reader, block[foot - 1]):
        foot -= 1
    reader.prose.append("\n".join(line.text for line in block[:foot]))
    _key_lines(reader, block[foot:])


def _key_lines(reader: _Reader, block: Sequence[NewLine]) -> None:
    for line in block:
        found = _key(reader, line)
        if found:
            reader.key_line(line, *found)


def _key(reader: _Reader, line: NewLine) -> tuple[str, str] | None:
    return split_key(line.text, reader.context) if line.readable else None


def _first_block(reader: _Reader, block: list[NewLine]) -> None:
    """The leading paragraph: key lines and sentences, until prose ends the leading block of a reply."""
    if len(block) > 1 and GREETING.fullmatch(block[0].text.strip()):
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
        found = _key(reader, line)
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
            if found and found[0] in _NEAR_MISS and isinstance(read_value(*found, reader.context), Value):
                reader.problem(line.number, "it stands below other text, where no line is read", line.text.strip())
    flush()
