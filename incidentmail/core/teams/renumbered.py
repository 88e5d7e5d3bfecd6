"""Give a command that names a number in the thread of a merged incident the number that is meant."""

from __future__ import annotations

from collections.abc import Mapping

from incidentmail.core.commands import Command
from incidentmail.core.frozen import replace
from incidentmail.core.tracking.tracking_commands import (
    AddItem,
    AskItem,
    AssignItem,
    FinishItem,
    JudgeItem,
    ReleaseItem,
)

UNKNOWN = 0
"""No item has this number, so a command with it is refused, and its writer is told the numbers that there are."""


def renumbered(command: Command, numbers: Mapping[int, int]) -> Command:
    """Return the command with the number of `numbers`, or with one that names nothing if that has no other number.

    >>> renumbered(FinishItem("1"), {1: 4}), renumbered(FinishItem("the bank"), {})
    (FinishItem(text='4'), FinishItem(text='the bank'))
    """
    match command:
        case FinishItem(text=text) if text.strip().lstrip("#").isdecimal():
            return FinishItem(str(numbers.get(int(text.strip().lstrip("#")), UNKNOWN)))
        case AssignItem(number=int(number)) | ReleaseItem(number=int(number)):
            return replace(command, number=numbers.get(number, UNKNOWN))
        case AskItem(number=int(number)) | JudgeItem(number=int(number)):
            return replace(command, number=numbers.get(number, UNKNOWN))
        case AddItem(about=int(number)):
            return replace(command, about=numbers.get(number))
        case _:
            return command
