"""Carry out permitted commands, returning the resulting events or a refusal. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never, get_args

from incidentmail.core.commands import (
    AcceptProposal,
    AddNote,
    AssignRole,
    ClockCommand,
    Command,
    Declare,
    Decline,
    GiveUpdate,
    MarkNotified,
    NameCommander,
    OfferCommand,
    Refused,
    RejectProposal,
    RetroCommand,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetText,
    SetTime,
    SetVenue,
    StateAware,
    TakeCommand,
    Undo,
)
from incidentmail.core.conduct.say_hours import say_hours
from incidentmail.core.events import (
    CommandDeclined,
    CommandOffered,
    CommandTransferred,
    Event,
    NoteAdded,
    RoleChanged,
    StatusChanged,
    TextChanged,
    TimeChanged,
    UpdateGiven,
)
from incidentmail.core.facts import event_for
from incidentmail.core.frozen import replace
from incidentmail.core.model import Actor, Holders, Incident, Person, Status
from incidentmail.core.policy import SME, Policy
from incidentmail.core.retro.carry_out_retro import carry_out_retro
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS, seconds, stop, with_approval
from incidentmail.core.teams.merging import Find, finds_nothing, merge, unmerge
from incidentmail.core.teams.restricting import restrict
from incidentmail.core.teams.team_commands import MergeInto, Restrict, StopCustomerWords
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.text import LINE_CHARS_MAX, one_line, paragraphs
from incidentmail.core.tracking.track import roll_answer, track
from incidentmail.core.tracking.tracking_commands import TrackingCommand

from .checks import check_length, check_line, check_phase, check_severity, check_text, text_value, whole_minute
from .decline import declined_offers, give_back, is_one_of, known_as, named_by_name_only
from .proposals import accept, reject
from .roles import check_roles, holders_after
from .undo import undo, undone

PAST_SLACK = timedelta(minutes=1)
ALLOWED_AFTER_END = (
    AddNote, SetStatus, Undo, AcceptProposal, RejectProposal, MergeInto, StateAware, MarkNotified,
    *get_args(TrackingCommand), *get_args(RetroCommand),
)  # fmt: skip
Events = tuple[Event, ...] | Refused


def carry_out(
    state: Incident, command: Command, *, actor: Actor, now: datetime, policy: Policy,
    confirmed_at: datetime | None = None, find: Find = finds_nothing,
) -> Events:  # fmt: skip
    """Return the events that a permitted command causes, () if nothing would change, or a refusal.

    `find` looks up other incidents, for merging. If `confirmed_at` is given, the command comes from a proposal, and its
    confirmer saw the state as of that time.
    """
    if not state.is_open and not isinstance(command, ALLOWED_AFTER_END):
        if state.merged_into:
            return Refused(reason=f"it is a part of {state.merged_into} now", remedy="write there")
        return Refused(
            reason=f"the incident is {state.status}",
            instead=SetStatus(Status.OPEN),
            remedy=" to open it again; notes are taken as they are",
        )
    if isinstance(command, ClockCommand):
        return say_hours(state, command, actor=actor, now=now, policy=policy)
    if isinstance(command, RetroCommand):
        return carry_out_retro(state, command, actor=actor, now=now)
    if isinstance(command, TrackingCommand):
        return track(state, command, actor=actor, now=now)
    match command:
        case Declare():
            return Refused(reason="this incident is already declared", remedy="write a new mail to the list")
        case SetSeverity(severity=severity):
            return check_severity(severity, policy) or _set(state, "severity", severity)
        case SetPhase(phase=phase):
            return check_phase(phase, policy) or _set(state, "phase", phase)
        case SetStatus(status=status, reason=reason):
            apart = unmerge(state, find) if status is not Status.MERGED else None
            return _status(state, status, reason) if apart is None else _taken_apart(state, status, apart)
        case MergeInto(into=into):
            return merge(state, into, find)
        case SetDescription(description=description):
            return check_line(description, "the description") or _set(state, "description", one_line(description))
        case SetVenue(venue=venue):
            return check_line(venue, "the venue") or _set(state, "venue", one_line(venue))
        case SetText():
            return _set_text(state, command, actor)
        case SetTime():
            return _set_time(state, command, now)
        case TakeCommand():
            return _command_to(state, actor.person)
        case NameCommander(person=person):
            return _command_to(state, person)
        case OfferCommand(person=person):
            if person.same_as(state.commander):
                return ()
            return () if state.offered and person.same_as(state.offered) else (CommandOffered(to=person),)
        case AssignRole():
            return _assign(state, command, policy)
        case AddNote(text=text, at=at, rides=rides):
            refused = check_text(text, "the note")
            is_told = rides and (state.is_open or any(change.fact == "status" for change in state.unannounced))
            if refused or not paragraphs(text):
                return refused or ()
            return (NoteAdded(text=text, time=at, rides=is_told), *roll_answer(state, actor.person, text, now))
        case GiveUpdate(text=text):
            refused = check_text(text, "the update")
            return refused or (UpdateGiven(text=text),)
        case Undo(number=number):
            apart = unmerge(state, find, update=number)
            return undo(state, number, confirmed_at=confirmed_at) if apart is None else undone(apart, number)
        case Decline(parts=parts):
            return _decline(state, known_as(actor.person, policy), parts)
        case AcceptProposal(number=number):

            def carry_out_held(held: Command, by: Actor, made_at: datetime) -> Events:
                return carry_out(state, held, actor=by, now=now, policy=policy, confirmed_at=made_at, find=find)

            return accept(state, number, actor=actor, now=now, policy=policy, carry_out=carry_out_held)
        case StopCustomerWords() | Restrict():
            return stop(state, actor) if isinstance(command, StopCustomerWords) else restrict(state, actor, policy)
        case RejectProposal(number=number):
            return reject(state, number, actor=actor, now=now)
        case _:
            assert_never(command)


def _set(state: Incident, name: str, value: int | str) -> tuple[Event, ...]:
    """Return the event that sets one fact, or () if the fact already has that value and is not assumed."""
    if getattr(state, name) == value and name not in state.assumed:
        return ()
    return (event_for(state, name, value),)


def _set_time(state: Incident, command: SetTime, now: datetime) -> Events:
    """Return the event that sets a time, or a refusal.

    The next update must be in the future, and all other times must not.
    """
    name, at = command.name, command.at
    if name == "next_update_at" and at < now - PAST_SLACK:
        return Refused(reason="that time is past", remedy="say when the next update comes, such as 'next +30m'")
    if name != "next_update_at" and at > now + PAST_SLACK:
        return Refused(reason="that time is still to come", remedy="say when it began, such as 'Started: 14:07'")
    event = TimeChanged(name=name, time=whole_minute(at), was=getattr(state, name))
    return () if event.time == event.was else (event,)


def _set_text(state: Incident, command: SetText, actor: Actor) -> Events:
    """Return the events that set a text or approve words for customers, or a refusal."""
    value, was = text_value(command.text), getattr(state, command.name)
    if refused := check_length(_named(command.name), value or "", LINE_CHARS_MAX):
        return refused
    if command.name == CUSTOMER_WORDS and state.approval and seconds(state, value, actor.person):
        return (CustomerWordsApproved(approval=replace(state.approval, approved_by=actor.person)),)
    texts = () if value == was else (TextChanged(name=command.name, text=value, was=was),)
    return with_approval(state, texts, by=actor.person, approved_by=actor.person)


def _command_to(state: Incident, person: Person) -> tuple[Event, ...]:
    if state.commander.same_as(person) and "commander" not in state.assumed:
        return ()
    return (CommandTransferred(commander=person, was=state.commander), *_no_expert(state, person))


def _no_expert(state: Incident, commander: Person) -> tuple[RoleChanged, ...]:
    """Return the event that removes a new commander from the experts, unless they are the only expert."""
    experts = state.roles.get(SME, Holders())
    others = tuple(expert for expert in experts.people if not expert.same_as(commander))
    if not others or len(others) == len(experts.people):
        return ()
    return (RoleChanged(role=SME, holders=Holders(people=others), was=experts),)


def _decline(state: Incident, declining: tuple[Person, ...], parts: tuple[str, ...]) -> Events:
    """Return the events that give back what others assigned to a person, or a refusal if they assigned nothing.

    `declining` holds all identities of the person. If `parts` is not empty, give back only the parts that it lists.
    """
    if offers := declined_offers(state, declining, parts):
        return offers
    roles = tuple(event for event in give_back(state, declining) if not parts or event.role in parts)
    if roles and parts and "commander" not in parts:
        return roles
    command = _decline_command(state, declining)
    if isinstance(command, Refused):
        return roles or command
    return (*roles, *command)


def _decline_command(state: Incident, declining: tuple[Person, ...]) -> Events:
    """Return the events that decline an offer of command, or give back command received from others."""
    person = declining[0]
    if state.offered is not None and is_one_of(state.offered, declining):
        return (CommandDeclined(told=state.offered_by or state.commander),)
    leads = is_one_of(state.commander, declining)
    if not leads and named_by_name_only(state, person):
        return Refused(
            reason=f"the name {person.name} was given a part without an address, and anybody may have that name",
            remedy="ask the person who did it to name somebody else, or the operator",
        )
    if not leads:
        return Refused(
            reason=f"nobody else gave you a role here, and {state.commander.name} has command",
            remedy="nothing is needed",
        )
    if state.named is None or is_one_of(state.named.was, declining):
        return Refused(
            reason="nobody else made you commander, and an incident always has one",
            write="a handover",
        )
    return (*_command_to(state, state.named.was), CommandDeclined(told=state.named.by))


def _status(state: Incident, status: Status, reason: str) -> tuple[Event, ...]:
    """Return the events that change the status, and that add a note with the reason if the command was held.

    Ending an incident also clears the time of its next update.
    """
    if status is state.status:
        return ()
    events: list[Event] = [StatusChanged(status=status, was=state.status)]
    if status is not Status.OPEN and state.next_update_at is not None:
        events.append(TimeChanged(name="next_update_at", time=None, was=state.next_update_at))
    if reason:
        events.append(NoteAdded(text=reason, rides=True))
    return tuple(events)


def _taken_apart(state: Incident, status: Status, apart: Events) -> Events:
    """Return the events that separate a merged incident, or a refusal unless `status` is OPEN."""
    if status is Status.OPEN:
        return apart
    return Refused(reason=f"it is a part of {state.merged_into} now", remedy="end that incident")


def _assign(state: Incident, command: AssignRole, policy: Policy) -> Events:
    if policy.role(command.role) is None:
        titles = ", ".join(role.title for role in policy.roles)
        return Refused(reason=f"no role is called {command.role}", remedy=f"the roles are: {titles}")
    was = state.roles.get(command.role, Holders())
    now = holders_after(was, command)
    refused = check_roles({**state.roles, command.role: now})
    if refused:
        return refused
    return () if now == was else (RoleChanged(role=command.role, holders=now, was=was),)


def _named(fact: str) -> str:
    return f"the {fact.replace('_', ' ')}"
