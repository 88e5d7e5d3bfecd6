"""Describe, for the command line, what to do after a refusal."""

from __future__ import annotations

from incidentmail.core.commands import Command, Held, Refused, SetPhase, SetSeverity, SetStatus, Undo, Write
from incidentmail.core.decision.remedy import put_in_words, reply_line

AT_A_TERMINAL: dict[Write, str] = {
    "a severity": "--severity and a number",
    "a phase": "--phase and a number",
    "a value": "give the value that you want instead, with 'incidentmail update'",
    "a note": "add a note with 'incidentmail note'",
    "a number": "name it by its number",
    "news": "tell the list what is right, with 'incidentmail update -m'",
    "a handover": "offer command to somebody with 'incidentmail handoff'",
}


def as_command(answer: Refused | Held) -> str:
    """Return a text that says what to type at the terminal instead.

    >>> as_command(Refused(reason="there is no severity 9", write="a severity", remedy=": 1 to 4"))
    '--severity and a number: 1 to 4'
    """
    return put_in_words(answer, AT_A_TERMINAL, _command_line)


def _command_line(command: Command) -> str:
    match command:
        case SetSeverity(severity=number):
            return f"--severity {number}"
        case SetPhase(phase=number):
            return f"--phase {number}"
        case SetStatus() | Undo():
            return f"'incidentmail {reply_line(command)}'"
        case _:
            raise ValueError(f"no command line is known for {type(command).__name__}")
