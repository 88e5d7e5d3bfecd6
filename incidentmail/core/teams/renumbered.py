"""Translate item numbers in commands written in the thread of a merged incident."""

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
"""A number that no item has. A command with it is refused, and the refusal lists the existing numbers."""


def renumbered(command: Command, numbers: Mapping[int, int]) -> Command:
    """Return the command with its item's new number, or with `UNKNOWN` if the item has none.

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
