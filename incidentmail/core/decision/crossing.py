"""Hold commands that crossed a change: they make an incident milder, and their author had not read the change.

Ending an incident and transferring command count as milder. Such a command waits until its author confirms it, however
long ago another person made that change. A command that makes the incident worse never waits. knowledge.py finds out
which state the author knew.
"""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.core.command_json import read_command
from incidentmail.core.commands import (
    Command,
    Held,
    NameCommander,
    OfferCommand,
    Refused,
    SetPhase,
    SetSeverity,
    SetStatus,
    TakeCommand,
    Undo,
)
from incidentmail.core.facts import ROLE_PREFIX, fact
from incidentmail.core.frozen import JsonValue, read
from incidentmail.core.model import Actor, Change, Holders, Incident, Person, Status
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.policy import Policy
from incidentmail.core.teams.team_commands import MergeInto
from incidentmail.core.times import show_time
from incidentmail.core.words import NOT_NEEDED, NOTHING_YET, Words

from .knowledge import Knowledge, Named
from .knowledge import knowledge as knowledge_of
from .undo import changed_again

SHOWN_MAX = 3
"""The maximum number of changes shown in a question, newest first. Usually one of them decides."""


def check_crossing(
    state: Incident, command: Command, *, actor: Actor, knowledge: Knowledge, policy: Policy
) -> Held | None:
    """Return a hold if the author of a command had not read a change that contradicts it, otherwise None.

    An undo waits only if a fact that it would restore has changed again since the update to undo.
    """
    against = _against(state, command, actor.person, knowledge)
    if not against:
        return None
    known = f"it puts back update {command.number}" if isinstance(command, Undo) else _known(state, knowledge)
    return Held(
        reason=f"{known}, and since then {_shown(against, state, policy)}",
        remedy="if you still want it, reply to the private question with: yes",
        confirmers=(actor.person,),
        crosses=True,
    )


def changed_since_asked(state: Incident, number: int, *, actor: Actor, policy: Policy) -> Refused | None:
    """Return a refusal if a yes to question `number` is out of date, otherwise None.

    The question showed the state at the time it was asked. A yes does not cover later changes by other people.
    """
    proposal = next((p for p in state.proposals if p.number == number and p.state == "open"), None)
    try:
        command = read_command(proposal.command) if proposal else None
    except ValueError:  # its content was redacted, and nothing is carried out
        return None
    if proposal is None or command is None or isinstance(command, Undo):
        return None
    named = Named(read_at=proposal.made_at, written_at=proposal.made_at)
    newer = _against(state, command, actor.person, knowledge_of(state, named, actor.person))
    if not newer:
        return None
    shown = _shown(newer, state, policy)
    return Refused(
        reason=f"since you were asked, {shown}", remedy="if you still mean it, say it again in reply to the newest mail"
    )


def is_milder(state: Incident, command: Command) -> bool:
    """Return whether a command makes the incident milder, ends it, or transfers command."""
    match command:
        case SetSeverity(severity=severity):
            return severity > state.severity
        case SetPhase(phase=phase):
            return phase > state.phase
        case SetStatus(status=status):
            return status is not Status.OPEN
        case TakeCommand() | NameCommander() | OfferCommand() | MergeInto():
            return True
        case _:
            return False


def _against(state: Incident, command: Command, writer: Person, knowledge: Knowledge) -> list[Change]:
    """Return the changes that contradict a command, if its author had not read them."""
    if isinstance(command, Undo):
        return changed_again(state, command.number)
    if not is_milder(state, command) or _names_the_present(state, command, knowledge.stated):
        return []
    unread = (c for c in knowledge.unseen if (c.fact, fact(state, c.fact)) not in knowledge.stated)
    return [change for change in unread if _speaks_against(change, command, writer)]


def show_fact(name: str, value: JsonValue) -> str:
    """Return the value of a fact in a few words.

    >>> show_fact("commander", {"name": "Bo K.", "address": None}), show_fact("severity", 2), show_fact("venue", None)
    ('Bo K.', '2', 'nothing yet')
    """
    if name.startswith(ROLE_PREFIX):
        holders = read(Holders, value)
        return NOT_NEEDED if holders.dismissed else join_names(holders.people) or "nobody"
    if name == "commander":
        return read(Person, value).name
    return NOTHING_YET if value is None else str(value)


def _speaks_against(change: Change, command: Command, writer: Person) -> bool:
    """Return whether an unread change makes it doubtful that `writer` still wants the command."""
    match command:
        case SetSeverity():
            return change.fact == "severity"
        case SetPhase():
            return change.fact == "phase" or _ends_too_early(change, writer)
        case SetStatus() | MergeInto():
            return change.fact == "status" or _ends_too_early(change, writer)
        case _:
            return change.fact == "commander"


def _names_the_present(state: Incident, command: Command, stated: Sequence[tuple[str, JsonValue]]) -> bool:
    """Return whether the reply states the current value that it replaces, such as `sev 1 -> 3` at severity 1."""
    about = "severity" if isinstance(command, SetSeverity) else "phase" if isinstance(command, SetPhase) else None
    return about is not None and (about, fact(state, about)) in stated


def _ends_too_early(change: Change, writer: Person) -> bool:
    """Return whether the severity got worse, the incident was reopened, or command passed to another person."""
    match change.fact:
        case "severity":
            return _number(change.now) < _number(change.was)
        case "status":
            return change.now == Status.OPEN
        case "commander":
            return change.now != change.was and not read(Person, change.now).same_as(writer)
        case _:
            return False


def _number(value: JsonValue) -> int:
    return value if isinstance(value, int) else 0


def _known(state: Incident, knowledge: Knowledge) -> str:
    """Return a clause that says how much of the state the author of the reply has certainly read."""
    named = knowledge.named
    if named.read_at is not None:
        return f"it answers a private mail of {show_time(named.read_at, (), named.written_at.date())}"
    if named.update is None:
        return (
            f"it names none of our mails and was written at {show_time(named.written_at, (), state.updated_at.date())}"
        )
    return f"it answers update {named.update}" if named.update else "it answers the declaration"


def _shown(changes: Sequence[Change], state: Incident, policy: Policy) -> str:
    """Return clauses that can follow "since then", saying who made the newest of these changes and when."""
    return "; ".join(_shown_one(change, state, Words(policy)) for change in changes[-SHOWN_MAX:])


def _shown_one(change: Change, state: Incident, words: Words) -> str:
    at = show_time(change.at, (), state.updated_at.date())
    was, now = show_fact(change.fact, change.was), show_fact(change.fact, change.now)
    key = words.key(change.fact)
    key = f"{key[:1].lower()}{key[1:]}" if key[1:2].islower() else key
    if change.was == change.now:
        return f"{change.by.name} confirmed {key} {now} at {at}"
    if change.fact == "status" and change.now == Status.OPEN:
        return f"{change.by.name} reopened it at {at}"
    return f"{change.by.name} changed {key} from {was} to {now} at {at}"
