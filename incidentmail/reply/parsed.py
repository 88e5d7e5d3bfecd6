"""What the grammar hands around: readable lines in, commands and problems out."""

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
    """A person of whom only the name is known. ValueError where it is no name."""
    return Person.parse(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a reply is read in: the organisation's words, who wrote it, and when.

    `find` resolves a name to a person. `names` are tried first, whole, where a sentence begins with a name.
    """

    words: Words
    written_at: datetime
    writer: Person
    declaring: bool = False
    asked: bool = False
    """The writer was asked whether an earlier mail of his declares an incident: `yes` means that it does."""
    offered: bool = False
    """Command was offered to the writer: `accept` takes it."""
    proposal: int | None = None
    """The mail came to the address that only this person was told, so `accept` and `reject` answer this proposal."""
    find: Callable[[str], Person] = by_name_only
    names: tuple[str, ...] = ()


class NewLine(NamedTuple):
    """A line of the sender's own text; not `readable` for commands where memory knows it."""

    number: int
    text: str
    readable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCommand:
    """A command, the fact it is about, its value as JSON, the form it was written in, and its line."""

    command: Command
    name: str
    value: JsonValue
    form: Form
    line: int
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line that was meant as a command and is none: why, and the exact line that would be one."""

    line: int
    text: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a reply says: commands, problems, and the rest as prose. `at`: when the prose was, by an `At:` line.

    `wants_brief`: it says nothing, but asks to be told everything so far.
    """

    commands: tuple[ReadCommand, ...] = ()
    problems: tuple[Problem, ...] = ()
    prose: str = ""
    at: datetime | None = None
    wants_brief: bool = False
