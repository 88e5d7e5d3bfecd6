"""What a refusal says to do instead, worded for a reply. For the terminal, see cli/remedies.py."""

from __future__ import annotations

from typing import Literal

from .commands import Command, Held, Refused, SetPhase, SetSeverity, SetStatus, Write
from .model import Status

REPLIES: dict[Write, str] = {
    "a severity": "reply 'sev' and a number",
    "a phase": "reply 'phase' and a number",
    "a value": "reply with the value that you want instead",
    "a note": "reply with a note",
    "a number": "reply 'Done:' and its number",
    "a handover": "agree with somebody, and reply that he is commander",
}
_STATUS: dict[Status, Literal["reopen", "retract", "close"]] = {
    Status.OPEN: "reopen",
    Status.RETRACTED: "retract",
    Status.CLOSED: "close",
}


def as_reply(answer: Refused | Held) -> str:
    """Return what to do instead, by mail.

    >>> as_reply(Refused(reason="there is no severity 9", instead=SetSeverity(4), remedy=", or 3"))
    "reply 'sev 4', or 3"
    """
    if isinstance(answer, Held):
        return answer.remedy
    if answer.instead is not None:
        return f"reply '{reply_line(answer.instead)}'{answer.remedy}"
    return f"{REPLIES[answer.write] if answer.write else ''}{answer.remedy}"


def reply_line(command: Command) -> str:
    """Return the line of a reply that asks for `command`. Raise ValueError if no refusal offers such a command."""
    match command:
        case SetSeverity(severity=number):
            return f"sev {number}"
        case SetPhase(phase=number):
            return f"phase {number}"
        case SetStatus(status=status):
            return _STATUS[status]
        case _:
            raise ValueError(f"no line is known for {type(command).__name__}")
