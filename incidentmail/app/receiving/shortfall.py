"""Represent a message's requests that were not carried out, until the outcome is recorded and the sender is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from incidentmail.core.commands import Command, Held, Refused, SetSeverity, SetStatus
from incidentmail.core.decision.remedy import as_reply, reply_line
from incidentmail.core.model import Incident, Status
from incidentmail.ledger.values import Outcome
from incidentmail.reply.parsed import Problem, ReadCommand

from .match import Misnamed

_NEW = "without that line, it can declare a new one"
_NONE_OPEN = "no incident is open; a mail to the list with a subject and a line such as 'Severity: 2' declares one"
ShortfallKind = Literal["unread", "refused", "held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """One request that was not carried out: the reason, and what to write or do instead.

    There are three kinds. `unread` is a line that was meant as a command but could not be parsed; its remedy is a line
    that can. `refused` is a command that was understood but is not permitted. `held` is a command that was understood
    but that somebody has to confirm first; `proposal` is the number under which it waits, and `own` is true if its
    author is asked, in their own mailbox. `line` and `text` locate the request in the message, or are None if it
    concerns the whole message. `read_as` describes the command. `result` and `instead` are what the sender is told; if
    they are missing, it is derived from reason and remedy.
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
    """Whether the author is being asked about the proposal, which makes other explanations unnecessary."""
    read_as: str | None = None
    result: str | None = None
    instead: str | None = None

    def __str__(self) -> str:
        """Return the shortfall as text, in the form in which it appears in the outcome of a message."""
        if self.kind == "unread":
            return f"line {self.line}: {self.reason}; reply '{self.remedy}'"
        return f"{self.reason}; {self.remedy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The result for a message, to be shown in the inbox and told to its sender.

    `done` holds the commands that were carried out, each with its line. `noted` is true if the rest of the text is
    kept. `incident` is the incident to which the message belongs, as it was before the changes or, if the message
    declares it, as declared. `wants` is what the sender asked for: a brief of the incident, the guide, or the open
    incidents.
    """

    outcome: Outcome
    shortfalls: tuple[Shortfall, ...] = ()
    done: tuple[tuple[ReadCommand, str | None], ...] = ()
    noted: bool = False
    announced: bool = False
    """Whether a follow-up announces what the message changed, so that its sender needs no receipt."""
    incident: Incident | None = None
    wants: Literal["brief", "guide", "open_incidents"] | None = None
    withdrawn: bool = False
    """Whether the question that the message answers was withdrawn, because others have seen its reply address."""


def unread(problem: Problem) -> Shortfall:
    """Return the shortfall of a line that the grammar could not parse."""
    reason, remedy = problem.reason, problem.remedy
    return Shortfall(kind="unread", reason=reason, remedy=remedy, line=problem.line, text=problem.text)


def not_done(
    answer: Refused | Held, asked: ReadCommand | None, text: str | None, *, read_as: str | None = None
) -> Shortfall:
    """Return the shortfall of a command that was not carried out.

    `asked` is the command and `text` its line. Both are None for the note that a message leaves.
    """
    found = Shortfall(
        kind="held" if isinstance(answer, Held) else "refused",
        reason=answer.reason,
        remedy=as_reply(answer),
        line=asked.line if asked else None,
        text=text,
        command=asked.command if asked else None,
        read_as=read_as,
    )
    if isinstance(answer, Held) or answer.instead is None:
        return found
    said = f"Read as {read_as.rstrip('.')}. Not done" if read_as else "Not done"
    if answer.instead == SetStatus(Status.OPEN):
        severity = asked.command.severity if asked and isinstance(asked.command, SetSeverity) else None
        instead = f"{reply_line(answer.instead)}{f', sev {severity}' if severity is not None else ''}"
        then = f", with severity {severity}" if severity is not None else ""
        result = f"{said}: {answer.reason}. Is it back? Then reply as below, or yes: it is opened again{then}."
        return replace(found, result=result, instead=instead)
    result = f"{said}: {answer.reason}. Reply as below{answer.remedy}."
    return replace(found, result=result, instead=reply_line(answer.instead))


def several_incidents(ids: Iterable[str]) -> Shortfall:
    """Return the shortfall of a message that answers messages of several incidents. It changes none of them."""
    return Shortfall(
        kind="refused",
        reason=f"it answers mails of several incidents: {', '.join(ids)}",
        remedy="reply to a mail of the one that you mean",
    )


def no_such_incident(misnamed: Misnamed) -> Shortfall:
    """Return the shortfall of a message whose first line matches no incident, or several. It changes none of them."""
    name, others = misnamed.name, ", ".join(misnamed.candidates)
    reason = f"'{name}' may be several incidents" if misnamed.is_several else f"no incident is called '{name}'"
    remedy = f"send it again with one of these after 'Incident:': {others}; {_NEW}" if others else _NONE_OPEN
    return Shortfall(kind="refused", reason=reason, remedy=remedy)


def in_order(shortfalls: Iterable[Shortfall]) -> tuple[Shortfall, ...]:
    """Return the shortfalls sorted by kind: unread, refused, held.

    Within each kind they are in the order of the message.
    """
    kinds: tuple[ShortfallKind, ...] = ("unread", "refused", "held")
    return tuple(sorted(shortfalls, key=lambda shortfall: kinds.index(shortfall.kind)))
