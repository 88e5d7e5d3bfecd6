"""What a mail asked for and did not get, as values: kept until the outcome is recorded and its sender is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from incidentmail.core.commands import Command, Held, Refused
from incidentmail.core.decision.remedy import as_reply
from incidentmail.core.model import Incident
from incidentmail.ledger.values import Outcome
from incidentmail.reply.parsed import Problem, ReadCommand

ShortfallKind = Literal["unread", "refused", "held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """One thing that was asked for and not done: why, and what to write or do instead.

    `unread`: a line that was meant as a command and is none; its remedy is the line that would be one. `refused`:
    understood, and no. `held`: understood, and somebody else must say so first; `proposal` is the number under which
    it waits, and `own` says that its author is asked, in their own mailbox. `line` and `text` say where it
    stands in the mail, or None if the mail as a whole fell short. `read_as` names the command in words. `result` and
    `instead` are what its sender is told where that is not made of reason and remedy.
    """

    kind: ShortfallKind
    reason: str
    remedy: str
    line: int | None = None
    text: str | None = None
    command: Command | None = None
    proposal: int | None = None
    own: bool = False
    is_asked: bool = False
    """Its author is sent the question about that proposal now, which says all of this."""
    read_as: str | None = None
    result: str | None = None
    instead: str | None = None

    def __str__(self) -> str:
        """As it stands in the outcome of a mail."""
        if self.kind == "unread":
            return f"line {self.line}: {self.reason}; reply '{self.remedy}'"
        return f"{self.reason}; {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of a mail, for the inbox and for its sender.

    `done` are the commands that were carried out, each with the line it stood on; `noted` says that the rest of the
    text is kept. `incident` is the one that the mail belongs to, as it was or as it has just been declared.
    `wants_brief` says that its sender asked to be told everything so far.
    """

    outcome: Outcome
    shortfalls: tuple[Shortfall, ...] = ()
    done: tuple[tuple[ReadCommand, str | None], ...] = ()
    noted: bool = False
    announced: bool = False
    """A follow-up tells everybody what it changed, so that its sender needs no receipt."""
    incident: Incident | None = None
    wants_brief: bool = False


def unread(problem: Problem) -> Shortfall:
    """Return the shortfall of a line that the grammar could not take."""
    reason, remedy = problem.reason, problem.remedy
    return Shortfall(kind="unread", reason=reason, remedy=remedy, line=problem.line, text=problem.text)


def not_done(
    answer: Refused | Held, asked: ReadCommand | None, text: str | None, *, read_as: str | None = None
) -> Shortfall:
    """Return the shortfall of a command that was not carried out; `text` is its line. None for the note that a mail
    leaves.
    """
    return Shortfall(
        kind="held" if isinstance(answer, Held) else "refused",
        reason=answer.reason,
        remedy=as_reply(answer),
        line=asked.line if asked else None,
        text=text,
        command=asked.command if asked else None,
        read_as=read_as,
    )


def several_incidents(ids: Iterable[str]) -> Shortfall:
    """Return the shortfall of a mail that answers mails of more than one incident: it changes none."""
    return Shortfall(
        kind="refused",
        reason=f"it answers mails of several incidents: {', '.join(ids)}",
        remedy="reply to a mail of the one that you mean",
    )


def in_order(shortfalls: Iterable[Shortfall]) -> tuple[Shortfall, ...]:
    """Return what was not read first, then what was refused, then what is held; each in the order of the mail."""
    kinds: tuple[ShortfallKind, ...] = ("unread", "refused", "held")
    return tuple(sorted(shortfalls, key=lambda shortfall: kinds.index(shortfall.kind)))
