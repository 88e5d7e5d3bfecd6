"""What a mail asked for and did not get, as values: kept until the outcome is recorded and its sender is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from incidentmail.core.commands import Command, Held, Refused
from incidentmail.reply.reading import Problem, ReadCommand

ShortfallKind = Literal["unread", "refused", "held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """One thing that was asked for and not done: why, and what to write or do instead.

    `unread`: a line that was meant as a command and is none; its remedy is the line that would be one. `refused`:
    understood, and no. `held`: understood, and somebody else must say so first; `proposal` is the number under which
    it waits. `line` and `text` say where it stands in the mail; None where the mail as a whole fell short.
    """

    kind: ShortfallKind
    reason: str
    remedy: str
    line: int | None = None
    text: str | None = None
    command: Command | None = None
    proposal: int | None = None

    def __str__(self) -> str:
        """As it stands in the outcome of a mail."""
        if self.kind == "unread":
            return f"line {self.line}: {self.reason}; reply '{self.remedy}'"
        return f"{self.reason}; {self.remedy}"


def unread(problem: Problem) -> Shortfall:
    """A line that the grammar could not take."""
    reason, remedy = problem.reason, problem.remedy
    return Shortfall(kind="unread", reason=reason, remedy=remedy, line=problem.line, text=problem.text)


def not_done(answer: Refused | Held, asked: ReadCommand | None, text: str | None) -> Shortfall:
    """A command that was not carried out; `text` is the line it stood on. None for the note that a mail leaves."""
    return Shortfall(
        kind="held" if isinstance(answer, Held) else "refused",
        reason=answer.reason,
        remedy=answer.remedy,
        line=asked.line if asked else None,
        text=text,
        command=asked.command if asked else None,
    )


def in_order(shortfalls: Iterable[Shortfall]) -> tuple[Shortfall, ...]:
    """What was not read first, then what was refused, then what is held; each in the order of the mail."""
    kinds: tuple[ShortfallKind, ...] = ("unread", "refused", "held")
    return tuple(sorted(shortfalls, key=lambda shortfall: kinds.index(shortfall.kind)))
