"""Apply the rules about replies as a whole: contradictions, too many commands, misplaced endings, backdating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from incidentmail.core.commands import (
    AddNote,
    AssignRole,
    Command,
    GiveUpdate,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetTime,
    TakeCommand,
)
from incidentmail.core.facts import json_person
from incidentmail.core.frozen import JsonValue, replace
from incidentmail.core.model import Status
from incidentmail.core.text import paragraphs
from incidentmail.core.tracking.item_keys import ITEM_KEYS
from incidentmail.inbound.limits import COMMANDS_MAX
from incidentmail.reply.parsed import Ask, Context, Problem, Read, ReadCommand

from .clauses import Found
from .courtesy import is_thanks
from .patterns import GREETING

RECORD = frozenset({"note", *(name for _, name in ITEM_KEYS)})
"""Facts that are lists. A reply can add several entries, in any paragraph that contains only such lines."""
_OF_ITEMS = frozenset({"cannot", "verdict", "ask"})
"""Commands about numbered items. A reply can contain several, because each is about a different item."""
_AT_WORK = frozenset({"join", "leave", "break", "back", "roll_call", "done", "assign", *_OF_ITEMS})
"""Commands of words that are no keys, so that the line itself has to be repeated."""
_END_WORDS = {Status.CLOSED: "close", Status.RETRACTED: "retract"}
_WITH_AN_ERROR = "an incident is not ended by a mail with an error in it"
_NOT_ALONE = "a status that ends the incident counts only where nothing else stands in the reply"
_WITH_AN_END = "it stands with a status that would end the incident and does not, because other text stands there"


def finish(
    commands: Sequence[ReadCommand], problems: Sequence[Problem], texts: Mapping[int, str], *, prose: str,
    at: datetime | None, context: Context, asks: Sequence[Ask] = (), rivals: Sequence[Found] = (),
    is_script: bool = False,
) -> Read:  # fmt: skip
    """Return the commands of one message that remain valid under all the rules about whole replies.

    `texts` maps line numbers to lines, which problems quote. If `is_script` is true, not all lines were parsed.
    """
    kept, found = _several_lines(commands, context), list(problems)
    names = [c.name for c in kept if c.name not in RECORD | _OF_ITEMS]
    for name in dict.fromkeys(names) if len(set(names)) < len(names) else ():
        same = [c for c in kept if c.name == name]
        adds_up = all(isinstance(c.command, AssignRole) and c.command.how in ("add", "remove") for c in same)
        if not adds_up and any(c.value != same[0].value for c in same):
            kept = [c for c in kept if c.name != name]
            what = name if name == "update" or name in _AT_WORK else context.words.key(name)
            reason = f"this mail gives '{what}' more than one value"
            lines = dict.fromkeys(as_line(c, texts, context) for c in reversed(same))  # the last one is likely meant
            found.append(_problem(same[-1], texts, reason, " or ".join(lines)))
    for one in kept if rivals else ():
        if one.name in ("severity", "phase") and any(r.name == one.name and r.value != one.value for r in rivals):
            kept = [c for c in kept if c is not one]
            found.append(_problem(one, texts, f"this mail names more than one {one.name}", f"{one.name} {one.value}"))
    if kept and (is_script or len(kept) > COMMANDS_MAX) and not context.declaring:
        reason = f"more than {COMMANDS_MAX} commands in one reply, so that none was taken"
        found.append(_problem(kept[0], texts, reason, as_line(kept[0], texts, context)))
        kept = []
    kept, end_problems = _drop_unclear_ends(kept, found, texts, prose, context)
    found += end_problems
    rides = context.is_named and any(isinstance(c.command, SetStatus) for c in kept)  # a note explains the end
    dated = [
        replace(c, command=replace(c.command, at=at, rides=rides)) if isinstance(c.command, AddNote) else c
        for c in kept
    ]
    return Read(commands=tuple(dated), problems=tuple(found), asks=tuple(asks), prose=paragraphs(prose), at=at)


def _drop_unclear_ends(
    commands: Sequence[ReadCommand], wrong: Sequence[Problem], texts: Mapping[int, str], prose: str, context: Context
) -> tuple[list[ReadCommand], list[Problem]]:
    """Drop a command that ends the incident unless it is the whole reply. Return the remaining commands and problems.

    `wrong` holds the problems found so far. A pasted alert may begin with `Status: resolved` and `Severity: 4`. If
    there is other text next to such lines, none of them counts.
    """
    ends = list(filter(_ends, commands))
    if not ends:
        return list(commands), []
    problem_texts = {problem.text for problem in wrong}
    alone = is_courtesy("\n".join(line for line in prose.split("\n") if line.strip() not in problem_texts))
    beside = [c.command for c in commands if not _ends(c)]
    if alone and not wrong and len(ends) == 1 and (not beside or (context.is_named and _are_notes(beside))):
        return list(commands), []
    problems = [_problem(c, texts, _WITH_AN_ERROR if wrong else _NOT_ALONE, _end_word(c)) for c in ends]
    rest = [c for c in commands if not _ends(c)]
    pasted = [] if context.declaring or alone else [c for c in rest if c.form == "line"]
    problems += [_problem(c, texts, _WITH_AN_END, as_line(c, texts, context)) for c in pasted]
    return [c for c in rest if c not in pasted], problems


def _are_notes(commands: Sequence[Command]) -> bool:
    return all(isinstance(command, AddNote) for command in commands)


def is_courtesy(prose: str) -> bool:
    """Return whether a text is only a greeting and thanks, which any reply can contain.

    >>> is_courtesy("Hi all,\\n\\nThanks, Bo"), is_courtesy("Hi all,\\n\\nAll payments work.")
    (True, False)
    """
    text = prose.strip()
    line, _, rest = text.partition("\n")
    if GREETING.fullmatch(line):
        text = rest.strip()
    return is_thanks(text)


def reply_for(found: Found, context: Context) -> str:
    """Return the shortest whole reply that has the same effect as a command in running text."""
    value: JsonValue = found.value
    match found.command:
        case SetSeverity(severity=severity):
            return f"sev {severity}"
        case SetPhase(phase=phase):
            return f"phase {phase}"
        case TakeCommand():
            return "taking command"
        case GiveUpdate(text=""):
            return "no change"
        case SetTime(at=at):
            return f"next {at.astimezone(context.written_at.tzinfo):%H:%M}"
        case AssignRole():
            sign = "+" if isinstance(value, dict) else ""
            return f"{context.words.key(found.name)}: {sign}me"
    shown = value.get("name") if isinstance(value, dict) else value
    return f"{context.words.key(found.name)}: {shown}"


def remedy_for(command: Command, line: str) -> str:
    """Return the suggestion for a misplaced line: to send the line alone, or the word that ends the incident."""
    end = _END_WORDS.get(command.status) if isinstance(command, SetStatus) else None
    return end or line.strip()


def as_line(command: ReadCommand, texts: Mapping[int, str], context: Context) -> str:
    """Return a single line that has the same effect as the command."""
    if command.form == "line" or command.name in _AT_WORK:
        return texts[command.line]
    value: JsonValue = command.value
    shown = value.get("name") if isinstance(value, dict) else value
    if command.name == "update" and value is None:
        return "no change"
    return f"{context.words.key(command.name)}: {shown}"


def _several_lines(commands: Sequence[ReadCommand], context: Context) -> list[ReadCommand]:
    """Combine the lines about each role: everybody named holds it, and `+` and `-` on several lines add up.

    Also combine the lines of an update and, in a mail that names its incident, the lines of a note.
    """
    if len({command.name for command in commands}) == len(commands):
        return list(commands)
    groups: dict[tuple[str, str, int], list[ReadCommand]] = {}
    for number, command in enumerate(commands):
        match command.command:
            case AssignRole(how=given):
                how: str = given
            case GiveUpdate():
                how = "text" if command.value else "dismiss"
            case AddNote():
                how = "text" if context.is_named else "dismiss"
            case _:
                how = "dismiss"
        groups.setdefault((command.name, how, number if how == "dismiss" else 0), []).append(command)
    return [_joined(group) for group in groups.values()]


def _joined(group: Sequence[ReadCommand]) -> ReadCommand:
    first = group[0]
    if len(group) == 1:
        return first
    texts = [c.command.text for c in group if isinstance(c.command, GiveUpdate | AddNote)]
    if len(texts) > 1 and isinstance(first.command, GiveUpdate | AddNote):
        text = "\n".join(texts)
        return replace(first, command=replace(first.command, text=text), value=text)
    if not isinstance(first.command, AssignRole):
        return first
    people = tuple(p for c in group if isinstance(c.command, AssignRole) for p in c.command.people)
    names: JsonValue = [json_person(person) for person in people]
    value: JsonValue = names if first.command.how == "set" else {first.command.how: names}
    return replace(first, command=replace(first.command, people=people), value=value)


def _ends(command: ReadCommand) -> bool:
    return isinstance(command.command, SetStatus) and command.command.status is not Status.OPEN


def _end_word(command: ReadCommand) -> str:
    status = command.command.status if isinstance(command.command, SetStatus) else Status.CLOSED
    return _END_WORDS.get(status, "close")


def _problem(command: ReadCommand, texts: Mapping[int, str], reason: str, remedy: str) -> Problem:
    return Problem(line=command.line, text=texts[command.line], reason=reason, remedy=remedy)
