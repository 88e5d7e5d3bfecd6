"""Decide the commands of a message one after another. Each is carried out, has to wait, or is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.held_commands import Waiting, wait
from incidentmail.core.commands import AssignRole, Command, Held, Refused, SetStatus
from incidentmail.core.decision.checks import check_text
from incidentmail.core.decision.decide import decide
from incidentmail.core.decision.knowledge import Knowledge
from incidentmail.core.decision.roles import NAMES_ONLY_MAX, within_names_max
from incidentmail.core.events import Event
from incidentmail.core.fold import state_after
from incidentmail.core.frozen import JsonValue
from incidentmail.core.frozen import replace as with_fields
from incidentmail.core.leaks.leaked_secrets import masked_command
from incidentmail.core.model import Actor, Holders, Incident
from incidentmail.core.teams.merging import Find, finds_nothing
from incidentmail.core.text import paragraphs
from incidentmail.reply.parsed import ReadCommand
from incidentmail.reply.present_value import value_before
from incidentmail.reply.understand import Understood

from .outcomes import described, lines_of
from .shortfall import Shortfall, not_done


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command in a mail, and the person who requests it.

    `read` and `line` hold the command as written; they are None for a note. `reason` is the text that its author wrote
    beside it. If the command has to wait, the reason is announced when the command is carried out.
    """

    command: Command
    by: Actor
    read: ReadCommand | None = None
    line: str | None = None
    reason: str = ""

    def waiting(self) -> Command:
        """Return the command in the form in which it waits as a proposal."""
        if not isinstance(self.command, SetStatus) or check_text(self.reason, "the reason"):
            return self.command
        return with_fields(self.command, reason=paragraphs(self.reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The results of the commands decided so far, and the `state` after them."""

    state: Incident
    events: tuple[Event, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    done: tuple[tuple[ReadCommand, str | None], ...] = ()


def asked_in(understood: Understood, by: Actor) -> tuple[Asked, ...]:
    """Return the commands of one message, each as requested by the message's author."""
    lines = lines_of(understood)
    read = understood.read
    return tuple(
        Asked(command=c.command, by=by, read=c, line=lines.get(c.line), reason=read.prose) for c in read.commands
    )


def bound_names(asked: Sequence[Asked], state: Incident | None) -> tuple[tuple[Asked, ...], tuple[Shortfall, ...]]:
    """Limit how many people without an address each role has. Return the commands, and shortfalls for people left out.

    `state` is the incident before the mail, or None if the mail declares the incident.
    """
    kept: list[Asked] = []
    shortfalls: list[Shortfall] = []
    named: dict[str, list[str]] = {}
    for one in asked:
        if not isinstance(one.command, AssignRole):
            kept.append(one)
            continue
        role, was = one.command.role, state.roles.get(one.command.role, Holders()) if state else Holders()
        names = named.setdefault(role, [])
        command, dropped = within_names_max(one.command, was, len(names))
        held = {person.name for person in was.people}
        names += [p.name for p in command.people if p.address is None and p.name not in held]
        if command.people or not dropped:
            read = one.read and with_fields(one.read, command=command)
            kept.append(replace(one, command=command, read=read) if dropped else one)
        if dropped:
            shortfalls.append(_too_many_names(one, names, len(dropped)))
    return tuple(kept), tuple(shortfalls)


def _too_many_names(one: Asked, kept: Sequence[str], left_out: int) -> Shortfall:
    who = ", ".join(kept)
    return Shortfall(
        kind="refused",
        reason=f"one mail names at most {NAMES_ONLY_MAX} people without an address to a role: {who}; "
        f"{left_out} more {'was' if left_out == 1 else 'were'} left out",
        remedy="name the others with their addresses",
        line=one.read.line if one.read else None,
        text=one.line,
        command=one.command,
    )


def stated_in(understood: Understood) -> tuple[tuple[str, JsonValue], ...]:
    """Return each fact that a message states, with its value. For `sev 1 -> 3`, the old value is included as well."""
    lines = lines_of(understood)
    stated: list[tuple[str, JsonValue]] = []
    for command in understood.read.commands:
        before = value_before(command, lines.get(command.line, ""))
        stated += [(command.name, command.value), *([] if before is None else [(command.name, before)])]
    return tuple(stated)


def decide_each(
    context: AppContext,
    before: Decided,
    asked: Iterable[Asked],
    *,
    now: datetime,
    knowledge: Knowledge | None = None,
    find: Find = finds_nothing,
) -> Decided:
    """Decide each command in the state after the previous ones. Held commands become proposals.

    `knowledge` is the state that the sender had read (core/decision/knowledge.py), or None if no conflict is
    possible. `find` looks up other incidents.
    """
    decided = before
    for one in asked:
        decided = _decide_one(context, decided, one, now=now, knowledge=knowledge, find=find)
    return decided


def _decide_one(
    context: AppContext, before: Decided, one: Asked, *, now: datetime, knowledge: Knowledge | None, find: Find
) -> Decided:
    command, _ = masked_command(one.command)
    state, policy = before.state, context.words.policy
    answer = decide(state, command, actor=one.by, now=now, policy=policy, knowledge=knowledge, find=find)
    waiting = _wait(context, state, one, answer, now) if isinstance(answer, Held) else answer
    read_as = described(context, one.read, now) if one.read else None
    shortfalls, done = before.shortfalls, before.done
    if isinstance(answer, Held) and isinstance(waiting, Waiting):
        own = any(one.by.person.same_as(person) for person in answer.confirmers)
        held = not_done(answer, one.read, one.line, read_as=read_as)
        held = replace(held, proposal=waiting.number, own=own, is_asked=own and bool(waiting.made))
        shortfalls = (*shortfalls, held)
    elif isinstance(waiting, Refused):
        shortfalls = (*shortfalls, not_done(waiting, one.read, one.line, read_as=read_as))
    elif one.read:
        done = (*done, (one.read, one.line))
    happened = waiting.made if isinstance(waiting, Waiting) else () if isinstance(waiting, Refused) else waiting
    return Decided(
        state=state_after(state, happened, one.by, now),
        events=(*before.events, *happened),
        shortfalls=shortfalls,
        done=done,
    )


def _wait(context: AppContext, state: Incident, one: Asked, held: Held, now: datetime) -> Waiting | Refused:
    """Turn a command into a proposal that includes the reason given by its author."""
    command, _ = masked_command(one.waiting())
    return wait(context, state, command, held, actor=one.by, now=now)
