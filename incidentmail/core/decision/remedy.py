"""Suggest what the sender of a refused command can write. For the terminal, see cli/remedies.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from incidentmail.core.commands import Command, Held, Refused, SetPhase, SetSeverity, SetStatus, Undo, Write
from incidentmail.core.model import Status

REPLIES: dict[Write, str] = {
    "a severity": "reply 'sev' and a number",
    "a phase": "reply 'phase' and a number",
    "a value": "reply with the value that you want instead",
    "a note": "reply with a note",
    "a number": "reply 'Done:' and its number",
    "news": "reply 'news:' and what is right, and the list is told",
    "a handover": "agree with somebody, and reply that they are commander",
}
_STATUS: dict[Status, Literal["reopen", "retract", "close"]] = {
    Status.OPEN: "reopen",
    Status.RETRACTED: "retract",
    Status.CLOSED: "close",
}


def as_reply(answer: Refused | Held) -> str:
    """Return a phrase that suggests what to reply.

    >>> as_reply(Refused(reason="there is no severity 9", write="a severity", remedy=": 1 to 4"))
    "reply 'sev' and a number: 1 to 4"
    """
    return put_in_words(answer, REPLIES, lambda command: f"reply '{reply_line(command)}'")


def put_in_words(answer: Refused | Held, writes: Mapping[Write, str], say: Callable[[Command], str]) -> str:
    """Return what a refusal or a hold suggests, as a phrase.

    `say` returns the phrase for a command that would work. `writes` contains the phrases for everything else.
    """
    if isinstance(answer, Held):
        return answer.remedy
    if answer.instead is not None:
        return say(answer.instead) + answer.remedy
    return (writes[answer.write] if answer.write else "") + answer.remedy


def reply_line(command: Command) -> str:
    """Return the reply line that asks for `command`. Raise ValueError for a command that is never suggested."""
    match command:
        case SetSeverity(severity=number):
            return f"sev {number}"
        case SetPhase(phase=number):
            return f"phase {number}"
        case SetStatus(status=status):
            return _STATUS[status]
        case Undo(number=number):
            return f"undo {number}"
        case _:
            raise ValueError(f"no line is known for {type(command).__name__}")
