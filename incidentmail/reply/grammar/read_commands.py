"""Read the sender's own lines as commands: `Key: value` lines, sentences and shorthand.

A line or sentence that is not wholly understood is prose, and is kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from incidentmail.core.commands import Command, SetSeverity
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import JsonValue
from incidentmail.core.text import one_line
from incidentmail.core.times import NoTime, read_time
from incidentmail.reply.grammar.numbers import priorities, which_is_meant
from incidentmail.reply.parsed import About, Ask, Context, Form, NewLine, Problem, Read, ReadCommand, Why

from .clauses import Found, clause_at
from .courtesy import is_pleasantry
from .key_values import BadValue, read_value, split_key
from .patterns import GREETING_AHEAD, Forms
from .sentences import TakenBack, scan
from .whole_reply import RECORD, finish, remedy_for, reply_for
from .whole_words import Whole, asks_for_brief, whole_reply

# Besides role lines, people who declare also put these below the details.
_DECLARED = frozenset({
    "venue", "backchannel", "customers_may_be_told", "impact", "not_affected", "next_update_at", "started_at",
    "detected_at",
})  # fmt: skip
_BELOW = "it stands below other text, where no line is read"
_PASTED = "it stands in a paragraph that looks pasted from another program"
_UNKNOWN_KEY = re.compile(r"\s{0,3}[^\W\d_][^\s:]{0,30}(?: [^\s:]{1,30})?:\s+\S.*")
LOOKED_BELOW_MAX = 4
"""Paragraphs below other text in which commands are looked for: further down there are reports and pasted logs."""
UNKNOWN_KEYS_MIN = 2
"""Alerts are paragraphs of keys; people who add a `Reason:` to a line seldom add a second unknown key."""


ABOUT: dict[str, About] = {
    "severity": "severity", "phase": "phase", "commander": "command", "venue": "venue", "next_update_at": "time",
    "update": "update", "status": "end", "undo": "undo",
}  # fmt: skip


@dataclass
class _Reader:
    context: Context
    texts: dict[int, str]
    commands: list[ReadCommand] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    looked_below: int = 0
    rivals: list[Found] = field(default_factory=list)
    """Commands of the same paragraph that other text kept from counting; another value in one is a contradiction."""
    prose: list[str] = field(default_factory=list)
    at: datetime | None = None
    reported: set[str] = field(default_factory=set)
    """The facts whose misplaced lines were already reported: a pasted log may have a thousand of them."""

    def key_line(self, line: NewLine, name: str, value: str) -> None:
        """Add the command of a `Key: value` line, or the problem with it."""
        if name == "at":
            self._backdate(line, value)
            return
        read = read_value(name, value, self.context)
        if isinstance(read, BadValue):
            self.prose.append(line.text)
            self.problem(line.number, read.reason, read.remedy)
        elif read is not None:
            self._add(line.number, name, read.command, read.value, "line", unsure=read.unsure)
            if read.reason:
                self.prose.append(read.reason)

    def problem(self, line: int, reason: str, remedy: str) -> None:
        """Add a problem with the line of that number."""
        self.problems.append(Problem(line=line, text=self.texts[line], reason=reason, remedy=remedy))

    def _backdate(self, line: NewLine, value: str) -> None:
        at = read_time(value, written_at=self.context.written_at, nearest="last") if value else None
        if at is None:
            self.problem(line.number, "nothing stands after 'At:'", "At: TIME")
        elif isinstance(at, NoTime):
            self.problem(line.number, f"'{value}' {at}", "At: TIME")
        elif self.at not in (None, at):
            self.problem(line.number, "this mail gives two times", line.text.strip())
        else:
            self.at = at

    def _add(
        self, line: int, name: str, command: Command, value: JsonValue, form: Form, *, unsure: bool = False
    ) -> None:
        self.commands.append(ReadCommand(command=command, name=name, value=value, form=form, line=line, unsure=unsure))

    def ask(self, line: int, found: Sequence[Found], why: Why) -> None:
        """Ask the writer about commands that their words seem to give and do not."""
        for one in found:
            about = ABOUT.get(one.name, "role")
            offers = (reply_for(one, self.context),)
            self.asks.append(Ask(line=line, text=self.texts[line], about=about, why=why, offers=offers))

    def running_text(self, lines: Sequence[NewLine], *, first_line: bool) -> bool:
        """Read the sentences in `lines`; return whether each line has a command or a part of one.

        In a reply, below or behind other text only a worse severity counts; other commands are asked about.
        """
        text = "\n".join(line.text for line in lines)
        greeting = GREETING_AHEAD.match(text) if first_line else None
        rest = greeting[0] if greeting else ""
        text = " " * len(rest) + text[len(rest) :]
        begun, row, is_below = 0, 0, False
        command_rows: set[int] = set()
        for found in scan(text, self.context, first_line=first_line):
            end = found[1] if isinstance(found, tuple) else found.end
            begin = begun + len(text[begun:end]) - len(text[begun:end].lstrip())
            first_row = row + text.count("\n", begun, begin)
            last_row = first_row + text.count("\n", begin, max(end - 1, begin))
            if isinstance(found, Found) and (not is_below or self._may_be_below(found)):
                command_rows.update(range(first_row, last_row + 1))
                self._add(lines[last_row].number, found.name, found.command, found.value, found.form)
            else:
                if isinstance(found, TakenBack):
                    self.ask(lines[first_row].number, found.commands, "below" if found.is_below else "taken back")
                    self.rivals += found.commands if found.is_below else ()
                elif isinstance(found, Found):
                    self.ask(lines[first_row].number, (found,), "below")
                    self.rivals.append(found)
                elif other := self._another_value(text, begin):
                    self.ask(lines[first_row].number, (other,), "below")
                    self.rivals.append(other)
                rest += text[begun:end]
                is_below = True
            begun, row = end, first_row + text.count("\n", begin, end)
        if rest.strip():
            self.prose.append(rest.rstrip())
        return len(command_rows) == len(lines)

    def ask_about(self, block: Sequence[NewLine]) -> None:
        """Ask about the commands of a paragraph below other text, of the first few paragraphs only."""
        readable = [line for line in block if line.readable and _key(self, line) is None]
        if not readable or self.looked_below >= LOOKED_BELOW_MAX:
            return
        self.looked_below += 1
        text = "\n".join(line.text for line in readable)
        at = 0
        for found in scan(text, self.context, first_line=True):
            end = found[1] if isinstance(found, tuple) else found.end
            if isinstance(found, Found) or (isinstance(found, TakenBack) and found.is_below):
                commands = (found,) if isinstance(found, Found) else found.commands
                begin = at + len(text[at:end]) - len(text[at:end].lstrip())
                self.ask(readable[text.count("\n", 0, begin)].number, commands, "below")
            at = end

    def _another_value(self, text: str, at: int) -> Found | None:
        """Return the severity or phase that a sentence of prose begins with, if a command has set another one."""
        found = clause_at(text, at, self.context, Forms.of(self.context.words), shorthand=False)
        if found is None or found.name not in ("severity", "phase"):
            return None
        differs = any(c.name == found.name and c.value != found.value for c in self.commands)
        return found if differs else None

    def _may_be_below(self, found: Found) -> bool:
        """Return whether a sentence counts behind other sentences of its paragraph: a worse severity does."""
        command = found.command
        return self.context.declaring or (isinstance(command, SetSeverity) and self.context.is_worse(command.severity))

    def ask_about_priorities(self, line: NewLine) -> None:
        """Ask what `P1` means, if the first line of a reply begins with it or gives it beside a command."""
        if not line.readable:
            return
        greeting = GREETING_AHEAD.match(line.text)
        text = (line.text[greeting.end() :] if greeting else line.text).strip()
        policy = self.context.words.policy
        beside = any(command.line == line.number for command in self.commands)
        for written in islice(priorities(text, policy, in_clauses=beside), 1):
            self.problem(line.number, *which_is_meant(written, policy))

    def report_unread(self, block: Sequence[NewLine], reason: str, *, each_was_meant: bool = False) -> None:
        """Report the lines of `block` that would have changed something but did not, once for each fact.

        Lines that only add to the record are in the note anyway, so they are reported only if `each_was_meant`.
        """
        for line in block:
            found = _key(self, line)
            if found is None or found[0] == "at" or found[0] in self.reported:
                continue
            if found[0] in RECORD and not each_was_meant:
                continue
            self.reported.add(found[0])
            value = read_value(*found, self.context)
            if isinstance(value, BadValue):
                self.problem(line.number, value.reason, value.remedy)
            elif value is not None:
                self.problem(line.number, reason, remedy_for(value.command, line.text))


def read(lines: Iterable[NewLine], context: Context) -> Read:
    """Return the commands, problems and prose of the sender's own lines, which `cut` and `mask` chose."""
    blocks = _blocks(lines)
    texts = {line.number: line.text.strip() for block in blocks for line in block}
    own = "\n".join(texts.values())
    if asks_for_brief(own) and not context.declaring:
        return Read(wants_brief=True)
    if all(line.readable for block in blocks for line in block) and (single := whole_reply(own, context)):
        return _whole(single, blocks, context)
    reader = _Reader(context, texts)
    first = leading = True
    quoted = False  # known only from memory, without a mark: then only the end of the reply is surely its writer's
    for block in blocks:
        if first and len(block) == 1 and is_pleasantry(block[0].text):
            reader.prose += [block[0].text, ""]
            continue
        if not any(line.readable for line in block):
            reader.prose += [*(line.text for line in block), ""]
            first, quoted = False, True
            continue
        keys = [_key(reader, line) for line in block]
        only_keys = all(keys)
        in_leading_block = leading and (not quoted or block is blocks[-1])
        if only_keys and (in_leading_block or all(_may_be_below_text(key, context) for key in keys)):
            _key_lines(reader, block)
        elif not only_keys and (first or in_leading_block):
            leading = _first_block(reader, block)
        else:
            leading = False
            _later_block(reader, block, each_was_meant=only_keys)
        reader.prose.append("")
        # People who declare put the liaisons above or below their sentences.
        first = first and only_keys and context.declaring
    return finish(
        reader.commands, reader.problems, texts, prose="\n".join(reader.prose), at=reader.at, context=context,
        asks=reader.asks, rivals=reader.rivals,
    )  # fmt: skip


def _whole(whole: Whole, blocks: list[list[NewLine]], context: Context) -> Read:
    """Return what a whole reply says, or what its writer is asked about it."""
    line = next(line for block in blocks for line in block if line.text.strip())
    text = "\n\n".join("\n".join(line.text for line in block) for block in blocks)
    if whole.command is None:
        about = whole.asks or "answer"
        offers = context.answers if about == "answer" else (whole.word,)
        why: Why = "remainder" if about != "answer" else "unanswered" if offers else "not asked"
        asked = Ask(line=line.number, text=one_line(line.text), about=about, why=why, offers=offers)
        return Read(prose=text, asks=(asked,))
    found = whole.command
    command = ReadCommand(
        command=found.command,
        name=found.name,
        value=found.value,
        form=found.form,
        line=line.number,
        unsure=found.unsure,
    )
    return Read(commands=(command,), prose=whole.message)


def _may_be_below_text(key: tuple[str, str] | None, context: Context) -> bool:
    """Return whether a line counts below other text, in a paragraph of such lines; most change too much for that."""
    if key is None:
        return False
    name = key[0]
    return name == "at" or name in RECORD or (context.declaring and (name in _DECLARED or name.startswith(ROLE_PREFIX)))


def _blocks(lines: Iterable[NewLine]) -> list[list[NewLine]]:
    """Return the paragraphs, which are runs of lines without an empty one."""
    blocks: list[list[NewLine]] = [[]]
    for line in lines:
        if line.text.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _later_block(reader: _Reader, block: list[NewLine], *, each_was_meant: bool) -> None:
    """Keep a later paragraph as prose; in a declaration, read the key lines at its end.

    People put the liaisons below the details.
    """
    foot = len(block)
    while reader.context.declaring and foot and _may_be_below_text(_key(reader, block[foot - 1]), reader.context):
        foot -= 1
    reader.prose.append("\n".join(line.text for line in block[:foot]))
    reader.report_unread(block[:foot], _BELOW, each_was_meant=each_was_meant)
    if not reader.context.declaring:
        reader.ask_about(block[:foot])
    _key_lines(reader, block[foot:])


def _key_lines(reader: _Reader, block: Sequence[NewLine]) -> None:
    for line in block:
        found = _key(reader, line)
        if found:
            reader.key_line(line, *found)


def _key(reader: _Reader, line: NewLine) -> tuple[str, str] | None:
    return split_key(line.text, reader.context) if line.readable else None


def _first_block(reader: _Reader, block: list[NewLine]) -> bool:
    """Read the first paragraph: its key lines, until prose ends the leading block, and its sentences.

    Return whether it has no prose, so that the next paragraph still belongs to the leading block.
    """
    if len(block) > 1 and is_pleasantry(block[0].text):
        reader.prose.append(block[0].text)
        block = block[1:]
    declaring = reader.context.declaring
    pasted = not declaring and _looks_pasted(reader, block)
    leading, first_line = not pasted, True
    texts = len(reader.prose)
    pending: list[NewLine] = []

    def flush() -> None:
        nonlocal leading, first_line
        if pending:
            understood = reader.running_text(pending, first_line=first_line)
            leading = leading and understood
            first_line = first_line and understood
            pending.clear()

    for line in block:
        found = _key(reader, line)
        if not line.readable:
            flush()
            reader.prose.append(line.text)
            leading = first_line = False
            continue
        if found:
            flush()
        if found and (leading or (declaring and _may_be_below_text(found, reader.context))):
            reader.key_line(line, *found)
        else:
            pending.append(line)
            reader.report_unread([line], _PASTED if pasted else _BELOW)
    flush()
    reader.ask_about_priorities(block[0])
    return len(reader.prose) == texts


def _looks_pasted(reader: _Reader, block: list[NewLine]) -> bool:
    """Return whether a paragraph has several keys that are not ours, as the mails of monitoring programs do."""
    unknown = [line for line in block if _key(reader, line) is None and _UNKNOWN_KEY.fullmatch(line.text.rstrip())]
    return len(unknown) >= UNKNOWN_KEYS_MIN
