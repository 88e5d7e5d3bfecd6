"""Tell people what their answers about tracked items did, and ask them about owners whose address is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentmail.app.receiving.shortfall import Judgement
from incidentmail.core.commands import (
    AddItem,
    AddNote,
    AskItem,
    AssignItem,
    CallRoll,
    Command,
    FinishItem,
    Join,
    JudgeItem,
    Leave,
    ReleaseItem,
)
from incidentmail.core.model import Person
from incidentmail.core.tracking.roll_call import is_asked
from incidentmail.core.tracking.track import next_number
from incidentmail.outbound.private_mails import Item
from incidentmail.reply.parsed import ReadCommand

_VERDICTS = {"holds": "holds", "refuted": "is refuted", "unknown": "is not known yet"}


def is_answer(asked: ReadCommand) -> bool:
    """Return whether a command is a one-word answer to a mail about a tracked item."""
    return asked.form == "shorthand" and isinstance(
        asked.command, FinishItem | ReleaseItem | AskItem | JudgeItem | Join | Leave | CallRoll
    )


def receipts(judged: Judgement) -> Iterator[Item]:
    """Yield the effect of each answer about a tracked item. The list gets no mail about these answers."""
    for asked, line in judged.done:
        if is_answer(asked):
            yield Item(line=line, result=_what_it_did(asked.command))


def roll_call_answer(judged: Judgement, who: Person, at: datetime) -> Iterator[Item]:
    """Yield a line saying that a note was taken as the answer to a roll call."""
    answers = judged.noted or any(isinstance(asked.command, AddNote) for asked, _ in judged.done)
    if answers and judged.incident is not None and is_asked(judged.incident, who, at):
        yield Item(
            result="Your words are in the table of the roll call. To see all answers, reply with the words below.",
            instead="catch up",
        )


def _what_it_did(command: Command) -> str:
    match command:
        case FinishItem(text=text):
            return f"{_which(text)} is done."
        case ReleaseItem(number=number):
            return f"{_which(number)} is nobody's now. The commander sees that it needs somebody."
        case CallRoll():
            return "Everybody with a role or an action is asked. Their answers are in what you get with: catch up."
        case Join():
            return "You are listed as at work here. To take a role, reply: joining as, and the role."
        case Leave():
            return "You are no longer listed as at work here."
        case AskItem(number=number):
            return f"The person who wrote number {number} is asked whether it holds."
        case JudgeItem(verdict=verdict, number=number):
            return f"{_which(number)} {_VERDICTS[verdict]}."
        case _:
            return "It is done."


def _which(number: int | str | None) -> str:
    return f"Number {number}" if number else "It"


def unknown_owners(judged: Judgement) -> Iterator[Item]:
    """Yield an item about each owner who cannot be told about a tracked item, because their address is unknown."""
    number = next_number(judged.incident.items) if judged.incident else 1
    for asked, line in judged.done:
        command = asked.command
        if isinstance(command, AddItem):
            this, number = number, number + 1
        elif isinstance(command, AssignItem):
            this = command.number
        else:
            continue
        owner = command.owner if isinstance(command, AddItem) else command.person
        if owner is None or owner.address is not None:
            continue
        yield Item(
            line=line,
            result=f"Who is {owner.name}? No address is known, so they are not told. Write it instead of ADDRESS.",
            instead=f"Assign: {this} {owner.name} <ADDRESS>",
        )
