"""Begin an incident declared by a message or by a command at the terminal."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.core.commands import (
    AssignRole,
    Command,
    Declare,
    Identity,
    NameCommander,
    Refused,
    SetPhase,
    SetSeverity,
    SetText,
    SetTime,
    SetVenue,
)
from incidentmail.core.decision.decide import declare as decide_declaration
from incidentmail.core.decision.state_forms import in_quotation_marks
from incidentmail.core.events import DescriptionChanged, Event
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.ids import REF_CHARS, incident_id, mac, restricted_id
from incidentmail.core.model import Actor, Incident, Trust
from incidentmail.core.subject_prefixes import without_drill_mark
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS
from incidentmail.core.text import one_line
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy
from incidentmail.ledger.view import LedgerView

from .context import AppContext
from .drills.runs import join
from .merging.near_duplicates import tell_of_each_other
from .record import record

SAME_WITHIN = timedelta(minutes=10)
"""Declarations with the same description by the same person within this time are one incident."""


class Begun(Frozen):
    incident: Incident
    events: tuple[Event, ...]
    is_new: bool
    untold: tuple[str, ...] = ()


def begin_incident(
    context: AppContext, tx: Transaction, command: Declare, *, actor: Actor, at: datetime, caused_by: CausedBy | None,
    thread: str | None = None, message_id: str | None = None, ref: str | None = None,
) -> Begun | Refused:  # fmt: skip
    """Add a new incident to the ledger and schedule its announcement. If the same incident exists, return that one.

    `thread` is the subject of the list message that declares the incident. All later messages keep that subject.
    `message_id` is the Message-ID of the message that declares the incident, or None if no message does. `ref` is a REF
    that somebody has already seen.
    """
    command = marked_drill(command)
    if refused := without_list(context, command):
        return refused
    if actor.trust is not Trust.OPERATOR:
        command = in_quotation_marks(command, context.words.policy)
    same = _same(tx, command, actor, at, thread or command.description)
    if same is not None:
        return Begun(same, (), is_new=False)
    identity = new_identity(
        context, tx, command.description, at, restricted=command.restricted, message_id=message_id, ref=ref
    )
    title = one_line(command.description)
    if thread:
        command = replace(command, description=thread)
    events = decide_declaration(command, identity=identity, actor=actor, now=at, policy=context.words.policy)
    if isinstance(events, Refused):
        return events
    if thread and title != one_line(thread):
        events = (*events, DescriptionChanged(description=title, was=thread))
    change = record(context, tx, identity.id, events, version=0, actor=actor, at=at, caused_by=caused_by)
    if command.drill:
        join(context, tx, change.incident, actor=actor, caused_by=caused_by)
    untold = (*change.untold, *tell_of_each_other(context, tx, change.incident, actor=actor, at=at))
    return Begun(change.incident, events, is_new=True, untold=untold)


def marked_drill(command: Declare) -> Declare:
    """Return the declaration, as a drill if its description is marked as one: `[drill] checkout is down`."""
    title = without_drill_mark(one_line(command.description))
    return command if title is None else replace(command, description=title, drill=True)


def without_customer_words(command: Declare) -> tuple[Declare, tuple[Command, ...]]:
    """Return the declaration without its words for customers, and a command that sets these words afterwards.

    They are set separately because they may need the approval of a second person.
    """
    words = tuple(SetText(name, text) for name, text in command.texts if name == CUSTOMER_WORDS)
    return replace(command, texts=tuple(pair for pair in command.texts if pair[0] != CUSTOMER_WORDS)), words


def besides(command: Declare, incident: Incident) -> tuple[Command, ...]:
    """Return commands for the facts that a second declaration of the same incident adds, apart from its details.

    A fact that the second declaration does not state, or only assumes, is left unchanged.
    """
    said: list[Command] = []
    said += [SetSeverity(command.severity)] if command.severity is not None else []
    said += [SetPhase(command.phase)] if command.phase is not None else []
    said += [NameCommander(command.commander)] if command.commander is not None else []
    said += [SetVenue(command.venue)] if command.venue else []
    said += [SetText(name, text) for name, text in command.texts]
    said += [AssignRole(role, held.people, "dismiss" if held.dismissed else "set") for role, held in command.roles]
    said += [SetTime(name, at) for name, at in command.times]
    return tuple(said)


def says_more(details: str, incident: Incident) -> bool:
    """Return whether a second declaration contains details that the incident does not have yet."""
    return bool(details.strip()) and one_line(details) not in one_line(incident.details)


def without_list(context: AppContext, command: Declare) -> Refused | None:
    """Return a refusal if the incident is restricted but no restricted list is configured, otherwise None."""
    if context.config.list_of(drill=command.drill, restricted=command.restricted) is not None:
        return None
    return Refused(
        reason="there is no list for restricted incidents, so nobody could be told",
        remedy='set [list] restricted = "security-incidents@example.com" in the configuration',
    )


def new_identity(
    context: AppContext, tx: LedgerView, description: str, at: datetime, *, restricted: bool = False,
    message_id: str | None = None, ref: str | None = None,
) -> Identity:  # fmt: skip
    """Choose an unused id and REF. The id of a restricted incident does not reveal its subject.

    If a message declares the incident, the REF is derived from that message and the key, so two installations that
    share a key assign the same REF. Otherwise the REF is `ref` or, if that is None, a new one.
    """
    ref = ref or context.new_ref() if message_id is None else mac(context.key, "declared", message_id)[:REF_CHARS]
    while tx.incident_by_ref(ref) is not None or tx.incident(restricted_id(ref, at)) is not None:
        ref = context.new_ref()
    if restricted:
        return Identity(id=restricted_id(ref, at), ref=ref, origin=context.ledger.origin)
    name = incident_id(description, at, lambda candidate: tx.incident(candidate) is not None)
    return Identity(id=name, ref=ref, origin=context.ledger.origin)


def _same(tx: Transaction, command: Declare, actor: Actor, at: datetime, subject: str) -> Incident | None:
    known = {one_line(text).casefold() for text in (command.description, subject)}
    for incident in tx.declared_since(at - SAME_WITHIN):
        same = not known.isdisjoint((incident.subject.casefold(), incident.description.casefold()))
        same = same and (incident.restricted, incident.drill) == (command.restricted, command.drill)
        if same and incident.declared_by.same_as(actor.person):
            return incident if incident.is_open else None
    return None
