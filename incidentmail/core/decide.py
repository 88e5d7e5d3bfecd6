"""Commands to events: what may happen, given the state, the actor and the organisation's tables. Pure.

`decide` never returns an event that `fold` rejects. A command that asks for what already holds returns no event.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from .checks import (
    check_length,
    check_line,
    check_phase,
    check_severity,
    check_text,
    not_permitted,
    text_value,
    whole_minute,
)
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
    VenueChanged,
)
from .facts import event_for
from .model import Actor, Holders, Incident, Person, Status, Trust
from .policy import Policy, permission_for
from .roles import check_roles, distinct, holders_after
from .text import LINE_CHARS_MAX, clip, one_line, paragraphs
from .undo import undo
from .words import Words

PAST_SLACK = timedelta(minutes=1)
SHOWN_CHARS_MAX = 60
"""How much of a text a refusal repeats: enough to tell which one is meant."""
Decision = tuple[Event, ...] | Refused | Held


def declare(
    command: Declare, *, identity: Identity, actor: Actor, now: datetime, policy: Policy
) -> tuple[Event, ...] | Refused:
    """A new incident: one `Declared` event. What was not stated is assumed and marked so."""
    if not policy.allows("declare", actor):
        return not_permitted("declare", actor, policy)
    description = one_line(command.description)
    if not description:
        return Refused(reason="the description is empty", remedy="say in one line what you see")
    severity = command.severity if command.severity is not None else policy.default_severity
    phase = command.phase if command.phase is not None else policy.default_phase
    refused = check_severity(severity, policy) or check_phase(phase, policy)
    refused = refused or check_length("the description", description, LINE_CHARS_MAX)
    refused = refused or check_text(command.details, "the details")
    lines = (("venue", command.venue or ""), *command.texts)
    too_long = (check_length(_named(name), one_line(text), LINE_CHARS_MAX) for name, text in lines)
    refused = refused or next(filter(None, too_long), None) or check_roles(dict(command.roles))
    if refused:
        return refused
    stated = {"severity": command.severity, "phase": command.phase, "commander": command.commander}
    assumed = tuple(name for name, value in stated.items() if value is None or name in command.unsure)
    texts = {name: text_value(text) for name, text in command.texts}
    times = {name: whole_minute(at) for name, at in command.times}
    roles = {role: held.model_copy(update={"people": distinct(held.people)}) for role, held in command.roles}
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
            roles=roles,
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
        return not_permitted(permission, actor, policy)
    if not state.is_open and not isinstance(command, AddNote | SetStatus | Undo | AddItem | FinishItem):
        return Refused(
            reason=f"the incident is {state.status}",
            remedy="reply 'Status: open' or run 'incidentmail reopen'; notes are taken as they are",
        )
    return _decide(state, command, actor=actor, now=now, policy=policy)


def _decide(state: Incident, command: Command, *, actor: Actor, now: datetime, policy: Policy) -> Decision:
    match command:
        case Declare():
            return Refused(reason="this incident is already declared", remedy="write a new mail to the list")
        case SetSeverity(severity=severity):
            return check_severity(severity, policy) or _set(state, "severity", severity, SeverityChanged)
        case SetPhase(phase=phase):
            return check_phase(phase, policy) or _set(state, "phase", phase, PhaseChanged)
        case SetStatus(status=status):
            return _status(state, status)
        case SetDescription(description=description):
            return check_line(description, "the description") or _set(
                state, "description", one_line(description), DescriptionChanged
            )
        case SetVenue(venue=venue):
            return check_line(venue, "the venue") or _set(state, "venue", one_line(venue), VenueChanged)
        case SetText(name=name, text=text):
            value = text_value(text)
            was = getattr(state, name)
            refused = check_length(_named(name), value or "", LINE_CHARS_MAX)
            return refused or (() if value == was else (TextChanged(name=name, text=value, was=was),))
        case SetTime(name=name, at=at):
            if name == "next_update_at" and at < now - PAST_SLACK:
                return Refused(reason="that time is past", remedy="say when the next update comes, such as 'next +30m'")
            if name != "next_update_at" and at > now + PAST_SLACK:
                return Refused(
                    reason="that time is still to come", remedy="say when it began, such as 'Started: 14:07'"
                )
            event = TimeChanged(name=name, time=whole_minute(at), was=getattr(state, name))
            return () if event.time == event.was else (event,)
        case TakeCommand():
            return _command_to(state, actor.person)
        case NameCommander(person=person):
            if person.same_as(actor.person) or _asserted(state, command, actor):
                return _command_to(state, person)
            return Held(
                reason=f"you named {person.name} as commander, and only the commander, the declarer or that person may",
                remedy=f"ask {state.commander.name} to reply '{person.name} is {Words(policy).title}.', "
                f"or {person.name} to reply 'taking command'",
            )
        case OfferCommand(person=person):
            if person.same_as(state.commander):
                return ()
            return () if state.offered and person.same_as(state.offered) else (CommandOffered(to=person),)
        case AssignRole():
            return _assign(state, command, policy)
        case AddNote(text=text, at=at, rides=rides):
            refused = check_text(text, "the note")
            return refused or ((NoteAdded(text=text, time=at, rides=rides),) if paragraphs(text) else ())
        case GiveUpdate(text=text):
            refused = check_text(text, "the update")
            return refused or (UpdateGiven(text=text),)
        case AddItem(kind=kind, text=text, owner=owner):
            what = _named(kind)
            if not paragraphs(text):
                return Refused(reason=f"{what} is empty", remedy="write it in the same line")
            number = 1 + max((item.number for item in state.items), default=0)
            return check_text(text, what) or (ItemAdded(number=number, item=kind, text=text, owner=owner),)
        case FinishItem(text=text):
            return _finish(state, text)
        case Undo(number=number):
            return undo(state, number)
        case _:
            assert_never(command)


def _asserted(state: Incident, command: Command, actor: Actor) -> bool:
    """Commander, declarer and operator may say who is commander; a member's word is enough."""
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


def _status(state: Incident, status: Status) -> tuple[Event, ...]:
    """The change of status; an incident that ends promises no further update."""
    if status is state.status:
        return ()
    changed = StatusChanged(status=status, was=state.status)
    if status is Status.OPEN or state.next_update_at is None:
        return (changed,)
    return (changed, TimeChanged(name="next_update_at", time=None, was=state.next_update_at))


def _assign(state: Incident, command: AssignRole, policy: Policy) -> Decision:
    if policy.role(command.role) is None:
        titles = ", ".join(role.title for role in policy.roles)
        return Refused(reason=f"no role is called {command.role}", remedy=f"the roles are: {titles}")
    was = state.roles.get(command.role, Holders())
    now = holders_after(was, command)
    refused = check_roles({**state.roles, command.role: now})
    if refused:
        return refused
    return () if now == was else (RoleChanged(role=command.role, holders=now, was=was),)


def _finish(state: Incident, text: str) -> Decision:
    wanted = one_line(text).lstrip("#").casefold()
    open_items = [item for item in state.items if not item.done and item.kind in ("action", "need")]
    found = [i for i in open_items if str(i.number) == wanted] or [
        i for i in open_items if wanted and wanted in i.text.casefold()
    ]
    if len(found) == 1:
        return (ItemFinished(number=found[0].number),)
    numbers = ", ".join(f"{i.number} ({clip(one_line(i.text), SHOWN_CHARS_MAX)})" for i in open_items) or "none"
    which = "no" if not found else "more than one"
    return Refused(
        reason=f"'{clip(one_line(text), SHOWN_CHARS_MAX)}' names {which} open action or need",
        remedy=f"reply 'Done:' and its number; open are: {numbers}",
    )


def _named(fact: str) -> str:
    return f"the {fact.replace('_', ' ')}"
