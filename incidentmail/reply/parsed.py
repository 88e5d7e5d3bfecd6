"""The values that the grammar works on: lines to read, and the commands and problems found in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from incidentmail.core.commands import Command
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Person
from incidentmail.core.words import Words

Form = Literal["line", "sentence", "shorthand"]


def by_name_only(name: str) -> Person:
    """Return a person with this name and no address. Raise ValueError if it is not a name."""
    return Person.parse(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the grammar has to know to read a reply: the organisation's words, who wrote it, and when.

    `find` resolves a name to a person; it raises ValueError for text that is not a name. At the start of a sentence,
    the full `names` are tried first.
    """

    words: Words
    written_at: datetime
    writer: Person
    declaring: bool = False
    asked: bool = False
    """The writer was asked whether an earlier mail of theirs declares an incident: `yes` means that it does."""
    offered: bool = False
    """The writer was offered command: `accept` takes it."""
    proposal: int | None = None
    """The proposal that `accept` and `reject` answer: the mail came to an address that only this person was given."""
    find: Callable[[str], Person] = by_name_only
    names: tuple[str, ...] = ()


class NewLine(NamedTuple):
    """A line of the sender's own text; not `readable` for commands if an earlier mail had it."""

    number: int
    text: str
    readable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCommand:
    """A command, the fact it is about, its value as JSON, the form it was written in, and its line number."""

    command: Command
    name: str
    value: JsonValue
    form: Form
    line: int
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line that was meant as a command but is not one: why, and the exact line that would be one."""

    line: int
    text: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a reply says: commands, problems, and the rest as prose. `at`: the time of the prose, from an `At:` line.

    `wants_brief`: the reply only asks for everything that is known so far.
    """

    commands: tuple[ReadCommand, ...] = ()
    problems: tuple[Problem, ...] = ()
    prose: str = ""
    at: datetime | None = None
    wants_brief: bool = False
