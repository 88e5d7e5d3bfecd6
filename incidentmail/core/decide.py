"""Commands to events: what may happen, given the state, the actor and the organisation's tables. Pure.

`decide` never returns an event that `fold` rejects. A command that asks for what already holds returns no event.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from .commands import (
    AddItem,
    AddNote,
    AssignRole,
    Command,
    Declare,
    FinishItem,
    GiveUpdate,
    Held,
    Identity,
    NameCommander,
    OfferCommand,
    Refused,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetText,
    SetTime,
    SetVenue,
    TakeCommand,
    Undo,
)
from .events import (
    CommandOffered,
    CommandTransferred,
    Declared,
    DescriptionChanged,
    Event,
    ItemAdded,
    ItemFinished,
    NoteAdded,
    PhaseChanged,
    RoleChanged,
    SeverityChanged,
    StatusChanged,
    TextChanged,
    TimeChanged,
    UpdateGiven,
    UpdateUndone,
    VenueChanged,
)
from .facts import event_for, fact
from .model import Actor, Holders, Incident, Person, Trust
from .policy import Policy, permission_for
from .text import LINE_CHARS_MAX, TEXT_CHARS_MAX, one_line, paragraphs
from .words import NOTHING_YET

PAST_SLACK = timedelta(minutes=1)
Decision = tuple[Event, ...] | Refused | Held


def declare(
    command: Declare, *, identity: Identity, actor: Actor, now: datetime, policy: Policy
) -> tuple[Event, ...] | Refused:
    """A new incident: one `Declared` event. What was not stated is assumed and marked so."""
    if not policy.allows("declare", actor):
        return _not_permitted("declare", actor, policy)
    description = one_line(command.description)
    if not description:
        return Refused(reason="the description is empty", remedy="say in one line what you see")
    severity = command.severity if command.severity is not None else policy.default_severity
    phase = command.phase if command.phase is not None else policy.default_phase
    refused = _check_severity(severity, policy) or _check_phase(phase, policy)
    refused = refused or _check_length("the description", description, LINE_CHARS_MAX)
    refused = refused or _check_length("the details", paragraphs(command.details), TEXT_CHARS_MAX)
    refused = refused or _check_length("the venue", command.venue or "", LINE_CHARS_MAX)
    refused = refused or next(filter(None, (_check_length(n, t, LINE_CHARS_MAX) for n, t in command.texts)), None)
    if refused:
        return refused
    stated = {"severity": command.severity, "phase": command.phase, "commander": command.commander}
    assumed = tuple(name for name, value in stated.items() if value is None or name in command.unsure)
    texts = {name: _text_value(text) for name, text in command.texts}
    times = {name: _whole_minute(at) for name, at in command.times}
    return (
        Declared(
            id=identity.id,
            ref=identity.ref,
            origin=identity.origin,
            description=description,
            details=command.details,
            severity=severity,
            phase=phase,
            commander=command.commander or actor.person,
            assumed=assumed,
            venue=one_line(command.venue or "") or None,
            backchannel=texts.get("backchannel"),
            impact=texts.get("impact"),
            not_affected=texts.get("not_affected"),
            customers_may_be_told=texts.get("customers_may_be_told"),
            roles=dict(command.roles),
            declared_at=now,
            declared_in=command.declared_in,
            drill=command.drill,
            **times,
        ),
    )


def decide(state: Incident, command: Command, *, actor: Actor, now: datetime, policy: Policy) -> Decision:
    """The events that `command` causes in `state`, or why not."""
    permission = permission_for(state, command, actor)
    if not _asserted(state, command, actor) and not policy.allows(permission, actor):
        return _not_permitted(permission, actor, policy)
    if not state.is_open and not isinstance(command, AddNote | SetStatus | Undo | AddItem | FinishItem):
        return Refused(
            reason=f"the incident is {state.status}",
            remedy="reply 'Status: open' to reopen it; notes are taken as they are",
        )
    return _decide(state, command, actor=actor, now=now, policy=policy)


def _decide(state: Incident, command: Command, *, actor: Actor, now: datetime, policy: Policy) -> Decision:
    match command:
        case Declare():
            return Refused(reason="this incident is already declared", remedy="write a new mail to the list")
        case SetSeverity(severity=severity):
            return _check_severity(severity, policy) or _set(state, "severity", severity, SeverityChanged)
        case SetPhase(phase=phase):
            return _check_phase(phase, policy) or _set(state, "phase", phase, PhaseChanged)
        case SetStatus(status=status):
            return () if status is state.status else (StatusChanged(status=status, was=state.status),)
        case SetDescription(description=description):
            return _line(description, "the description") or _set(
                state, "description", one_line(description), DescriptionChanged
            )
        case SetVenue(venue=venue):
            return _line(venue, "the venue") or _set(state, "venue", one_line(venue), VenueChanged)
        case SetText(name=name, text=text):
            value = _text_value(text)
            was = getattr(state, name)
            refused = _check_length(name.replace("_", " "), value or "", LINE_CHARS_MAX)
            return refused or (() if value == was else (TextChanged(name=name, text=value, was=was),))
        case SetTime(name=name, at=at):
            if name == "next_update_at" and at < now - PAST_SLACK:
                return Refused(reason="that time is past", remedy="say when the next update comes, such as 'next +30m'")
            if name != "next_update_at" and at > now + PAST_SLACK:
                return Refused(
                    reason="that time is still to come", remedy="say when it began, such as 'Started: 14:07'"
                )
            event = TimeChanged(name=name, time=_whole_minute(at), was=getattr(state, name))
            return () if event.time == event.was else (event,)
        case TakeCommand():
            return _command_to(state, actor.person)
        case NameCommander(person=person):
            if person.same_as(actor.person) or _asserted(state, command, actor):
                return _command_to(state, person)
            return Held(
                reason=f"you named {person.name} as commander, and only the commander, the declarer or that person may",
                remedy=f"ask {state.commander.name} to reply '{person.name} is {_title(policy)}.', "
                f"or {person.name} to reply 'taking command'",
            )
        case OfferCommand(person=person):
            if person.same_as(state.commander):
                return ()
            return () if state.offered and person.same_as(state.offered) else (CommandOffered(to=person),)
        case AssignRole():
            return _assign(state, command, policy)
        case AddNote(text=text, at=at, rides=rides):
            refused = _check_length("the note", paragraphs(text), TEXT_CHARS_MAX)
            return refused or ((NoteAdded(text=text, time=at, rides=rides),) if paragraphs(text) else ())
        case GiveUpdate(text=text):
            refused = _check_length("the update", paragraphs(text), TEXT_CHARS_MAX)
            return refused or (UpdateGiven(text=text),)
        case AddItem(kind=kind, text=text, owner=owner):
            number = 1 + max((item.number for item in state.items), default=0)
            refused = _check_length(kind, paragraphs(text), TEXT_CHARS_MAX)
            return refused or (ItemAdded(number=number, item=kind, text=text, owner=owner),)
        case FinishItem(text=text):
            return _finish(state, text)
        case Undo(number=number):
            return _undo(state, number)
        case _:
            assert_never(command)


def _asserted(state: Incident, command: Command, actor: Actor) -> bool:
    """DESIGN section 6: commander, declarer and operator may say who is commander; a member's word is enough."""
    known = actor.trust.rank >= Trust.MEMBER.rank
    close = actor.person.same_as(state.commander) or actor.person.same_as(state.declared_by)
    return isinstance(command, NameCommander) and known and (close or actor.trust is Trust.OPERATOR)


def _set(
    state: Incident,
    name: str,
    value: int | str,
    kind: type[SeverityChanged | PhaseChanged | DescriptionChanged | VenueChanged],
) -> tuple[Event, ...]:
    """The change of one fact; nothing where it holds already, unless it was only assumed and is now confirmed."""
    if getattr(state, name) == value and name not in state.assumed:
        return ()
    return (event_for(state, name, value),)


def _command_to(state: Incident, person: Person) -> tuple[Event, ...]:
    if state.commander.same_as(person) and "commander" not in state.assumed:
        return ()
    return (CommandTransferred(commander=person, was=state.commander),)


def _assign(state: Incident, command: AssignRole, policy: Policy) -> Decision:
    if policy.role(command.role) is None:
        titles = ", ".join(role.title for role in policy.roles)
        return Refused(reason=f"no role is called {command.role}", remedy=f"the roles are: {titles}")
    was = state.roles.get(command.role, Holders())
    match command.how:
        case "dismiss":
            now = Holders(dismissed=True)
        case "set":
            now = Holders(people=_distinct(command.people))
        case "add":
            now = Holders(people=_distinct((*was.people, *command.people)))
        case "remove":
            kept = (p for p in was.people if not any(p.same_as(gone) or p.name == gone.name for gone in command.people))
            now = Holders(people=tuple(kept))
    return () if now == was else (RoleChanged(role=command.role, holders=now, was=was),)


def _text_value(text: str | None) -> str | None:
    """`nothing yet` is what we write where there is nothing, so it means nothing."""
    value = one_line(text or "")
    return value if value and value.casefold() != NOTHING_YET else None


def _whole_minute(at: datetime) -> datetime:
    """Mails show minutes; what cannot be shown is not kept."""
    return at.replace(second=0, microsecond=0)


def _distinct(people: tuple[Person, ...]) -> tuple[Person, ...]:
    found: list[Person] = []
    for person in people:
        if not any(person.same_as(other) for other in found):
            found.append(person)
    return tuple(found)


def _finish(state: Incident, text: str) -> Decision:
    wanted = one_line(text).lstrip("#").casefold()
    open_items = [item for item in state.items if not item.done and item.kind in ("action", "need")]
    found = [i for i in open_items if str(i.number) == wanted] or [
        i for i in open_items if wanted and wanted in i.text.casefold()
    ]
    if len(found) == 1:
        return (ItemFinished(number=found[0].number),)
    numbers = ", ".join(f"{i.number} ({i.text})" for i in open_items) or "none"
    return Refused(
        reason=f"'{one_line(text)}' names {'no' if not found else 'more than one'} open action or need",
        remedy=f"reply 'Done:' and its number; open are: {numbers}",
    )


def _undo(state: Incident, number: int) -> Decision:
    if number == 0:
        return Refused(reason="a declaration is not undone", remedy="reply 'retract' if it was a false alarm")
    update = next((u for u in state.announced if u.number == number), None)
    if update is None:
        return Refused(reason=f"there is no update {number}", remedy=f"the latest is update {state.updates}")
    last = {change.fact: change for change in update.changes}
    first = {change.fact: change for change in reversed(update.changes)}
    restored: list[Event] = []
    for name, change in last.items():
        if fact(state, name) != change.now:
            return Refused(
                reason=f"{name.removeprefix('roles.').replace('_', ' ')} changed again after update {number}",
                remedy="reply with the value that you want instead",
            )
        if first[name].was != change.now:
            restored.append(event_for(state, name, first[name].was))
    if not restored:
        return Refused(reason=f"update {number} changed nothing that could be put back", remedy="reply with a note")
    return (*restored, UpdateUndone(number=number))


def _check_severity(severity: int, policy: Policy) -> Refused | None:
    if policy.severity(severity):
        return None
    scale = ", ".join(f"{step.level} ({step.name})" for step in policy.severities)
    return Refused(reason=f"there is no severity {severity}", remedy=f"the severities are: {scale}")


def _check_phase(phase: int, policy: Policy) -> Refused | None:
    if policy.phase(phase):
        return None
    steps = ", ".join(f"{step.number} ({step.name})" for step in policy.phases)
    return Refused(reason=f"there is no phase {phase}", remedy=f"the phases are: {steps}")


def _line(text: str, what: str) -> Refused | None:
    if not one_line(text):
        return Refused(reason=f"{what} is empty", remedy="write it in one line")
    return _check_length(what, one_line(text), LINE_CHARS_MAX)


def _check_length(what: str, text: str, chars_max: int) -> Refused | None:
    if len(text) <= chars_max:
        return None
    return Refused(reason=f"{what} has {len(text)} characters, more than {chars_max}", remedy="say it shorter")


def _not_permitted(permission: str, actor: Actor, policy: Policy) -> Refused:
    needed = policy.permissions[permission]
    what = permission.replace("_", " ")
    return Refused(
        reason=f"{what} needs a {needed}, and this came from a {actor.trust}",
        remedy="write from your address on the roster, through the list, or ask the operator",
    )


def _title(policy: Policy) -> str:
    return policy.commander_title[:1].lower() + policy.commander_title[1:]
