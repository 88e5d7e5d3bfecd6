"""Define the values that the grammar works with: lines to parse, commands, problems and questions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Literal

from incidentmail.core.commands import Command
from incidentmail.core.frozen import Frozen, JsonValue
from incidentmail.core.model import Person
from incidentmail.core.words import Words

Form = Literal["line", "sentence", "shorthand"]


def by_name_only(name: str) -> Person:
    """Return a person with this name and no address. Raise ValueError if the text is not a name."""
    return Person.parse(name)


def _nobody(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The facts needed to parse a reply: the organisation's words, the writer, and the time.

    `find` resolves a name to a person, and raises ValueError if the text is not a name. At the start of a sentence, the
    full `names` are tried first.
    """

    words: Words
    written_at: datetime
    writer: Person
    declaring: bool = False
    is_named: bool = False
    """Whether a first line `Incident: ID` names the incident. Such a mail is addressed to us and quotes nobody."""
    asked: bool = False
    """Whether the writer was asked if their earlier message declares an incident. If so, `yes` declares it."""
    offered: bool = False
    """Whether the writer was offered command. If so, `accept` takes it."""
    offered_role: str | None = None
    """The key of a role offered to the writer. `accept` takes the role, unless they were also offered command."""
    proposal: int | None = None
    """The proposal that `accept` and `reject` answer.

    It is known because the message was sent to an address given only to this person.
    """
    suggested: tuple[str, ...] | None = None
    """The replies that the private mail of ours offered to which this one replies, or None if it replies to none.

    A reply that has words of somebody in it is not kept; it is represented by "".
    """
    may_decline: bool = False
    """Whether this answers a mail which says that somebody gave the writer a part. `decline` gives it back."""
    may_stop: bool = False
    """Whether `stop` withdraws the text for customers: there is such a text, and the writer leads."""
    severity: int | None = None
    """The current severity, or None if unknown."""
    phase: int | None = None
    updates: int = 0
    is_open: bool = True
    owned_items: tuple[int, ...] = ()
    """The numbers of the writer's open actions and needs."""
    asked_items: tuple[int, ...] = ()
    """The numbers of the assumptions that the writer was asked about."""
    is_called: bool = False
    """Whether the writer was asked in a roll call and has not answered."""
    find: Callable[[str], Person] = by_name_only
    names: tuple[str, ...] = ()
    wrote_as: Callable[[str], bool] = _nobody
    """Return whether somebody has used this name. If so, `Last, First` is one name, but its address is not known."""

    def knows(self, name: str) -> bool:
        """Return whether a text is the name of a known person."""
        try:
            return self.find(name).address is not None or self.wrote_as(name)
        except ValueError:
            return False

    @property
    def answers(self) -> tuple[str, ...]:
        """The words that answer the pending question to the writer, or () if there is none."""
        if self.offered or self.offered_role:
            return ("accept", "decline")
        return () if self.proposal is None else ("accept", "reject")

    def is_worse(self, severity: int) -> bool:
        """Return whether `severity` is worse than the current one or, if that is unknown, than the default."""
        return severity < (self.words.policy.default_severity if self.severity is None else self.severity)


class NewLine(Frozen):
    """A line of the sender's own text. If `readable` is false, the line is not parsed for commands.

    `key` is the fact and the value of a readable `Key: value` line. The grammar sets `key` once for each line.
    """

    number: int
    text: str
    readable: bool = True
    key: tuple[str, str] | None = None


_TEXT = attrgetter("text")


def text_of(lines: Iterable[NewLine]) -> str:
    """Return the text of lines, each on a line of its own."""
    return "\n".join(map(_TEXT, lines))


class ReadCommand(Frozen, kw_only=True):
    """A command with its fact, its value as JSON, the form in which it was written, and its line number."""

    command: Command
    name: str
    value: JsonValue
    form: Form
    line: int
    unsure: bool = False


class Value(Frozen):
    """A value that was understood: its command, and the value as JSON.

    `unsure` is true if a question mark follows the value. `reason` is the text after a comma or a dash.
    """

    command: Command
    value: JsonValue
    unsure: bool = False
    reason: str = ""


class BadValue(Frozen):
    """A value that was not understood: the reason, and a line that would be understood."""

    reason: str
    remedy: str


class Problem(Frozen, kw_only=True):
    """A line that was meant as a command but is not one: the reason, and the exact line to write instead."""

    line: int
    text: str
    reason: str
    remedy: str


About = Literal[
    "severity", "phase", "command", "role", "venue", "time", "update", "end", "reopen", "undo", "answer", "help",
    "list", "declaration", "item", "text",
]  # fmt: skip
Why = Literal[
    "taken back", "other words", "below", "remainder", "several", "too far", "not asked", "unanswered", "how to leave",
    "no", "nothing to answer", "copy the line",
]  # fmt: skip
"""The reasons why words that seem to ask for something have no effect.

The question to the writer has a sentence for each reason.
"""


class Ask(Frozen, kw_only=True):
    """A line that seems to ask for something but changes nothing: its topic, and replies that would work."""

    line: int
    text: str
    about: About
    why: Why
    offers: tuple[str, ...] = ()


class Read(Frozen, kw_only=True):
    """The content of a reply: commands, problems, and the remaining prose.

    `at` is the time of the prose, from an `At:` line. `asks` holds other changes that the writer seems to want and is
    asked about. `wants_brief` is true if the reply only asks for a summary.
    """

    commands: tuple[ReadCommand, ...] = ()
    problems: tuple[Problem, ...] = ()
    asks: tuple[Ask, ...] = ()
    prose: str = ""
    at: datetime | None = None
    wants_brief: bool = False
    since: datetime | None = None
    """The start of the period to be summarised, if the writer gave one."""

    @property
    def wants(self) -> Literal["brief", "help"] | None:
        """What the writer wants to be sent: the summary of the incident, or the list of possible replies."""
        if self.wants_brief:
            return "brief"
        return "help" if any(ask.about == "help" for ask in self.asks) else None
