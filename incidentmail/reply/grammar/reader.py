"""Collect the commands, problems and prose found in one message, line by line and sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from incidentmail.core.commands import Command, SetSeverity
from incidentmail.core.frozen import JsonValue
from incidentmail.core.time_forms.written_times import NoTime, read_time
from incidentmail.inbound.limits import COMMANDS_MAX
from incidentmail.reply.parsed import About, Ask, Context, Form, NewLine, Problem, ReadCommand, Why, text_of

from .clauses import Found, Passage, Reason, clause_at, late_promise_at_end, promise_at_end
from .courtesy import without_underscores
from .key_values import BadValue, read_value
from .keywords import Keyword
from .numbers import MAY_BE_PRIORITY, NUMBERED, priorities, which_is_meant
from .patterns import GREETING_AHEAD
from .sentences import TakenBack, scan
from .whole_reply import RECORD, remedy_for, reply_for

DECLARED_COMMANDS_MAX = 100
"""The maximum number of commands in a declaration, which states each fact once and a few people for each role."""
KEY_LINES_MAX = 100
"""The maximum number of `Key: value` lines. A reply with more is a script or a log, and none of its lines counts."""
ASKS_MAX = 20
"""The maximum number of questions collected before parsing stops. Only three are asked."""
SENTENCES_MAX = 200
"""The maximum number of sentences near keywords that are parsed. People write about a dozen."""
PROMISE_LINES_MAX = 50
"""The maximum number of lines searched for a promise after other text. A longer first paragraph is a log."""
LOOKED_BELOW_MAX = 4
"""The maximum number of paragraphs below other text that are searched for commands. Later ones are reports and logs."""
ABOUT: dict[str, About] = {
    "severity": "severity", "phase": "phase", "commander": "command", "venue": "venue", "next_update_at": "time",
    "update": "update", "status": "end", "undo": "undo",
}  # fmt: skip


@dataclass
class Reader:
    """A collector of the commands, problems, questions and prose of one message, in the order of its lines."""

    context: Context
    texts: dict[int, str]
    keywords: Sequence[Keyword]
    commands: list[ReadCommand] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    looked_below: int = 0
    key_lines: int = 0
    sentences: int = 0
    rivals: list[Found] = field(default_factory=list)
    """Commands in the same paragraph that did not count because of other text.

    If one of them has a different value, it contradicts the command that counted.
    """
    prose: list[str] = field(default_factory=list)
    at: datetime | None = None
    reported: set[str] = field(default_factory=set)
    """The facts whose misplaced lines have already been reported. A pasted log can have a thousand such lines."""

    @property
    def commands_max(self) -> int:
        """The number of commands after which parsing stops.

        If a reply has more commands, none of them counts.
        """
        return DECLARED_COMMANDS_MAX if self.context.declaring else COMMANDS_MAX

    def is_full(self) -> bool:
        """Return whether parsing has to stop because too much was found.

        None of so many commands would count, and parsing more text would take too long.
        """
        return (
            self.sentences > SENTENCES_MAX
            or len(self.asks) > ASKS_MAX
            or (len(self.commands) > COMMANDS_MAX and len(self.commands) > self.commands_max)
        )

    def key_line(self, line: NewLine, name: str, value: str) -> None:
        """Parse a `Key: value` line, and add its command, or the problem with its value, to this reader."""
        self.key_lines += 1
        if self.key_lines > KEY_LINES_MAX:
            self.prose.append(line.text)
            return
        if name == "at":
            self._backdate(line, value)
            return
        promise = promise_at_end(value, self.context) if name == "news" else None
        if promise:  # our reminders teach `no change; next +30m`
            value, time = promise
            self._add(line.number, time.name, time.command, time.value, time.form)
        elif name == "news" and (late := late_promise_at_end(value, self.context)):
            value, dated = late
            self.asks.append(Ask(line=line.number, text=line.text, about="time", why="too far", offers=(dated,)))
        read = read_value(name, value, self.context)
        if isinstance(read, BadValue):
            self.prose.append(line.text)
            self.problem(line.number, read.reason, read.remedy)
        elif read is not None:
            self._add(line.number, name, read.command, read.value, "line", unsure=read.unsure)
            if read.reason:
                self.prose.append(read.reason)

    def problem(self, line: int, reason: str, remedy: str) -> None:
        """Add a problem with the line that has the number `line`."""
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

    def first_line(self, line: NewLine, found: Found) -> None:
        """Add the command found at the beginning of a line, and add the rest of the line to the prose."""
        self._add(line.number, found.name, found.command, found.value, found.form)
        if rest := line.text[found.end :].rstrip():
            self.prose.append(rest)

    def ask(self, line: int, found: Sequence[Found], why: Why) -> None:
        """Ask the writer about words that look like commands but do not count."""
        for one in found:
            about = ABOUT.get(one.name, "role")
            offers = (reply_for(one, self.context),)
            self.asks.append(Ask(line=line, text=self.texts[line], about=about, why=why, offers=offers))

    def running_text(self, lines: Sequence[NewLine], *, first_line: bool) -> bool:
        """Parse the sentences in `lines`. Return whether every line contains a command or part of one.

        After other text, only a command that makes the severity worse counts. The writer is asked about all others.
        """
        written = text_of(lines)
        whole = without_underscores(written)
        greeting = GREETING_AHEAD.match(whole) if first_line else None
        rest = greeting[0] if greeting else ""
        text = " " * len(rest) + whole[len(rest) :]
        passage = None if self.is_full() else Passage.of(text, self.context, self.keywords)
        if passage is None:
            self.prose.append(written.rstrip())
            return False
        begun, is_below = len(rest), False
        command_rows: set[int] = set()
        for found, begin, end in scan(passage, first_line=first_line):
            self.sentences += 1
            if self.is_full():
                rest += text[begun:]
                break
            if isinstance(found, Found) and (not is_below or self._may_be_below(found)):
                first_row, last_row = passage.row(begin), passage.row(max(end - 1, begin))
                command_rows.update(range(first_row, last_row + 1))
                self._add(lines[last_row].number, found.name, found.command, found.value, found.form)
            elif isinstance(found, Reason):
                rest += text[begun:end]
            else:
                if isinstance(found, TakenBack):
                    why: Why = "below" if found.is_below else "taken back"
                    self.ask(lines[passage.row(begin)].number, found.commands, why)
                    self.rivals += found.commands if found.is_below else ()
                elif other := found if isinstance(found, Found) else self._another_value(passage, begin):
                    self.ask(lines[passage.row(begin)].number, (other,), "below")
                    self.rivals.append(other)
                rest += text[begun:end]
                is_below = True
            begun = end
        if rest.strip():
            self.prose.append((rest if command_rows else written).rstrip())
        return len(command_rows) == len(lines)

    def ask_about(self, block: Sequence[NewLine]) -> None:
        """Ask about the commands in a paragraph below other text, but only in the first few such paragraphs."""
        if self.looked_below >= LOOKED_BELOW_MAX or self.is_full():
            return
        readable = [line for line in block if line.readable and line.key is None]
        if not readable:
            return
        self.looked_below += 1
        passage = Passage.of(text_of(readable), self.context, self.keywords)
        if passage is None:
            return
        for found, begin, _ in scan(passage, first_line=True):
            self.sentences += 1
            if self.is_full():
                break
            if isinstance(found, Found):
                self.ask(readable[passage.row(begin)].number, (found,), "below")
            elif isinstance(found, TakenBack) and found.is_below:
                self.ask(readable[passage.row(begin)].number, found.commands, "below")

    def _another_value(self, passage: Passage, at: int) -> Found | None:
        """Return the severity or phase that begins a prose sentence, if a command has set a different one."""
        if not self.commands or passage.kinds.isdisjoint(NUMBERED):
            return None
        found = clause_at(passage, at, shorthand=False)
        if found is None or found.name not in NUMBERED:
            return None
        differs = any(c.name == found.name and c.value != found.value for c in self.commands)
        return found if differs else None

    def _may_be_below(self, found: Found) -> bool:
        """Return whether a command counts after other sentences in its paragraph.

        In a declaration, every command does. Otherwise, only one that makes the severity worse counts.
        """
        command = found.command
        return self.context.declaring or (isinstance(command, SetSeverity) and self.context.is_worse(command.severity))

    def ask_about_promise(self, lines: Sequence[NewLine]) -> None:
        """Ask about a promise after other text in a line with commands: `sev 2, refunds work; next 17:00`.

        Otherwise the promise would be lost although the rest of the line is carried out.
        """
        if not self.commands or any(one.name == "next_update_at" for one in self.commands):
            return
        for line in lines[:PROMISE_LINES_MAX]:
            found = promise_at_end(line.text, self.context) if line.readable and ";" in line.text else None
            if found:
                self.ask(line.number, (found[1],), "below")
                return

    def ask_about_priorities(self, line: NewLine) -> None:
        """Ask what `P1` means if the first line of a reply begins with it or contains it next to a command."""
        if not line.readable or MAY_BE_PRIORITY.search(line.text) is None:
            return
        greeting = GREETING_AHEAD.match(line.text)
        text = (line.text[greeting.end() :] if greeting else line.text).strip()
        policy = self.context.words.policy
        beside = any(command.line == line.number for command in self.commands)
        for written in islice(priorities(text, policy, in_clauses=beside), 1):
            self.problem(line.number, *which_is_meant(written, policy))

    def report_unread(
        self, block: Sequence[NewLine], reason: str, *, each_was_meant: bool = False, is_pasted: bool = False
    ) -> None:
        """Report the lines of `block` that would have changed something but did not, once per fact.

        Lines that only add to the record are kept in the note anyway, so they are reported only if `each_was_meant` is
        true.
        """
        for line in block:
            found = line.key
            if found is None or found[0] == "at" or found[0] in self.reported:
                continue
            if found[0] in RECORD and not each_was_meant:
                continue
            self.reported.add(found[0])
            value = read_value(*found, self.context)
            if isinstance(value, BadValue):
                if not is_pasted:  # `Status: firing` among the lines of an alert is not addressed to us
                    self.problem(line.number, value.reason, value.remedy)
            elif value is not None:
                self.problem(line.number, reason, remedy_for(value.command, line.text))
