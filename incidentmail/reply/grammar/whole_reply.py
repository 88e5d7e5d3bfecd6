"""The rules about a reply as a whole: contradictions, too many commands, no end with an error, backdating."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime

from incidentmail.core.commands import AddNote, AssignRole, SetStatus
from incidentmail.core.facts import json_person
from incidentmail.core.frozen import JsonValue, replace
from incidentmail.core.model import Status
from incidentmail.core.text import paragraphs
from incidentmail.inbound.limits import COMMANDS_MAX
from incidentmail.reply.parsed import Context, Problem, Read, ReadCommand

_MANY = frozenset({"note", "action", "need", "done", "assumption", "evidence", "ruled_out", "decision", "document"})
_END_WORDS = {Status.CLOSED: "close", Status.RETRACTED: "retract"}


def finish(
    commands: Sequence[ReadCommand], problems: Sequence[Problem], texts: Mapping[int, str], *, prose: str,
    at: datetime | None, context: Context,
) -> Read:  # fmt: skip
    """What is left of the commands of one mail. `texts`: its lines by number, for the problems to show."""
    kept, found = _several_holders(commands), list(problems)
    for name in dict.fromkeys(c.name for c in kept if c.name not in _MANY):
        same = [c for c in kept if c.name == name]
        if any(c.value != same[0].value for c in same):
            kept = [c for c in kept if c.name != name]
            what = context.words.key(name) if name != "update" else name
            reason = f"this mail gives '{what}' more than one value"
            found.append(_problem(same[-1], texts, reason, as_line(same[0], texts, context)))
    if len(kept) > COMMANDS_MAX and not context.declaring:
        reason = f"more than {COMMANDS_MAX} commands in one reply, so that none was taken"
        found.append(_problem(kept[0], texts, reason, as_line(kept[0], texts, context)))
        kept = []
    if found:
        for c in kept:
            if _ends(c):
                reason = "an incident is not ended by a mail with an error in it"
                found.append(_problem(c, texts, reason, _end_word(c)))
        kept = [c for c in kept if not _ends(c)]
    moved = [
        dataclasses.replace(c, command=replace(c.command, at=at)) if isinstance(c.command, AddNote) else c for c in kept
    ]
    return Read(commands=tuple(moved), problems=tuple(found), prose=paragraphs(prose), at=at)


def as_line(command: ReadCommand, texts: Mapping[int, str], context: Context) -> str:
    """The line that says the same by itself, and nothing else."""
    if command.form == "line":
        return texts[command.line]
    value: JsonValue = command.value
    shown = value.get("name") if isinstance(value, dict) else value
    if command.name == "update":
        return "no change"
    return f"{context.words.key(command.name)}: {shown}"


def _several_holders(commands: Sequence[ReadCommand]) -> list[ReadCommand]:
    """A role on several lines is held by all who are named there; `+` and `-` on several lines add up too."""
    groups: dict[tuple[str, str, int], list[ReadCommand]] = {}
    for number, command in enumerate(commands):
        how = command.command.how if isinstance(command.command, AssignRole) else "dismiss"
        groups.setdefault((command.name, how, number if how == "dismiss" else 0), []).append(command)
    return [_joined(group) for group in groups.values()]


def _joined(group: Sequence[ReadCommand]) -> ReadCommand:
    first = group[0]
    if len(group) == 1 or not isinstance(first.command, AssignRole):
        return first
    people = tuple(p for c in group if isinstance(c.command, AssignRole) for p in c.command.people)
    names: JsonValue = [json_person(person) for person in people]
    value: JsonValue = names if first.command.how == "set" else {first.command.how: names}
    return dataclasses.replace(first, command=replace(first.command, people=people), value=value)


def _ends(command: ReadCommand) -> bool:
    return isinstance(command.command, SetStatus) and command.command.status is not Status.OPEN


def _end_word(command: ReadCommand) -> str:
    status = command.command.status if isinstance(command.command, SetStatus) else Status.CLOSED
    return _END_WORDS.get(status, "close")


def _problem(command: ReadCommand, texts: Mapping[int, str], reason: str, remedy: str) -> Problem:
    return Problem(line=command.line, text=texts[command.line], reason=reason, remedy=remedy)
