"""Define what the grammar understands of the value of a `Key: value` line."""

from __future__ import annotations

from dataclasses import dataclass

from incidentmail.core.commands import Command
from incidentmail.core.frozen import JsonValue


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was understood: the command, and its value as JSON.

    `unsure` is true if a question mark follows the value. `reason` is the text after a comma or a dash, kept as text.
    """

    command: Command
    value: JsonValue
    unsure: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BadValue:
    """A value that was not understood: the reason, and a line that would be understood instead."""

    reason: str
    remedy: str
