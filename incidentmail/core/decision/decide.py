"""Decide whether a command is carried out, refused or held for confirmation, and which events it causes. Pure.

`decide` never returns an event that `fold` rejects. If a command would change nothing, it returns no events.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from incidentmail.core.commands import (
    AcceptProposal,
    Command,
    Declare,
    Held,
    Identity,
    NameCommander,
    Refused,
    SetVenue,
    Undo,
)
from incidentmail.core.events import Declared, Event
from incidentmail.core.frozen import replace
from incidentmail.core.model import Actor, Incident
from incidentmail.core.policy import Policy, is_allowed_by_part, is_permitted, permission_for
from incidentmail.core.teams.customer_words import approved_in_declaration, held_for_approval, refused_restoring
from incidentmail.core.teams.merging import Find, finds_nothing
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.text import one_line

from .checks import check_phase, check_severity, not_permitted, text_value, whole_minute
from .ending import held_for_commander, needs_commander
from .fit import fitted
from .proposals import answered_by, held_for_author, held_for_third_person
from .roles import check_roles, distinct
from .state_forms import check_state_form
from .venue import check_venue, check_words

if TYPE_CHECKING:
    from .knowledge import Knowledge

Decision = tuple[Event, ...] | Refused | Held


def declare(
    command: Declare, *, identity: Identity, actor: Actor, now: datetime, policy: Policy
) -> tuple[Event, ...] | Refused:
    """Return the `Declared` event, or a refusal. Facts that were not stated get a default and are marked as assumed.

    If a text is too long for one message, the rest of it is added as notes.
    """
    if not policy.allows("declare", actor):
        return not_permitted("declare", actor, policy)
    command, notes = fitted(command)
    if not command.description:
        return Refused(reason="the description is empty", remedy="say in one line what you see")
    severity = command.severity if command.severity is not None else policy.default_severity
    phase = command.phase if command.phase is not None else policy.default_phase
    refused = check_severity(severity, policy) or check_phase(phase, policy)
    refused = refused or check_roles(dict(command.roles))
    refused = refused or check_words(command.venue or "", policy)
    if refused:
        return refused
    approved = approved_in_declaration(command, actor.person)
    if isinstance(approved, Refused):
        return approved
    stated = {"severity": command.severity, "phase": command.phase, "commander": command.commander}
    assumed = tuple(name for name, value in stated.items() if value is None or name in command.unsure)
    texts = {name: text_value(text) for name, text in command.texts}
    times: dict[str, Any] = {name: whole_minute(at) for name, at in command.times}
    roles = {role: replace(held, people=distinct(held.people)) for role, held in command.roles}
    return (
        Declared(
            id=identity.id,
            ref=identity.ref,
            origin=identity.origin,
            description=command.description,
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
            restricted=command.restricted,
            silent=command.restricted and command.silent,
            **times,
        ),
        *([CustomerWordsApproved(approval=approved)] if approved else ()),
        *notes,
    )


def decide(
    state: Incident, command: Command, *, actor: Actor, now: datetime, policy: Policy,
    knowledge: Knowledge | None = None, find: Find = finds_nothing,
) -> Decision:  # fmt: skip
    """Return the events that `command` causes in `state`, a refusal, or a hold that names the people to confirm it.

    `knowledge` is what the author of a reply had read. It is None for the terminal, where a command cannot cross a
    change. `find` looks up other incidents, for merging.
    """
    from incidentmail.core.retro.carry_out_retro import without_meeting

    from .carry_out import carry_out  # a declaration needs none of these
    from .crossing import changed_since_asked, check_crossing

    approval = held_for_approval(state, command, actor, policy)
    permission = "note" if approval else permission_for(state, command, actor)
    permitted = is_permitted(state, command, actor, policy) if approval is None else policy.allows("note", actor)
    if not permitted and not policy.may_confirm(permission, actor):
        return not_permitted(permission, actor, policy)
    if isinstance(command, SetVenue) and (refused := check_venue(command.venue, actor, policy)):
        return refused
    if refused := check_state_form(command, policy):
        return refused
    crossed = check_crossing(state, command, actor=actor, knowledge=knowledge, policy=policy) if knowledge else None
    if knowledge and isinstance(command, AcceptProposal):
        stale = changed_since_asked(state, command.number, actor=actor, policy=policy)
        if stale is not None:
            return stale
    # If a fact has changed again since, undo it only if the person asking was shown that change and still wants it.
    asks = now if crossed and isinstance(command, Undo) else None
    events = carry_out(state, command, actor=actor, now=now, policy=policy, confirmed_at=asks, find=find)
    if isinstance(events, Refused) or not events:
        return events
    events = without_meeting(state, events, now)
    if approval:
        return approval
    if isinstance(command, Undo) and (refused := refused_restoring(state, events, actor, policy)):
        return refused
    if isinstance(command, NameCommander) and not (
        command.person.same_as(actor.person) or is_allowed_by_part(state, command, actor, policy)
    ):
        return held_for_third_person(state, command.person, actor, policy)
    if not isinstance(command, AcceptProposal) and needs_commander(state, events, [actor], policy):
        return held_for_commander(state, actor, policy, crossed)
    if crossed or not permitted:
        return crossed or held_for_author(permission, actor)
    return (*events, *answered_by(state, events))
