"""Decide who can end an incident in the two worst severities: its leaders. Others have to ask the commander.

What counts is the effect, not the command: an undo can end an incident too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from incidentmail.core.commands import Held
from incidentmail.core.events import Event, StatusChanged
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Actor, Change, Incident, Status
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.policy import Policy
from incidentmail.core.tracking.role_kinds import DEPUTY
from incidentmail.core.words import Words

from .leaders import asked_to_end, leads

SEVERE_STEPS = 2
"""How many severities count as severe: 1 and 2 on the default scale."""


def ends(events: Iterable[Event]) -> bool:
    """Return whether `events` close, retract or merge the incident."""
    return any(isinstance(event, StatusChanged) and event.status is not Status.OPEN for event in events)


def is_severe(state: Incident, policy: Policy) -> bool:
    """Return whether the severity is one of the worst ones now, or was when it was last announced.

    A milder severity counts only once it is announced, because nobody could object to it before that.
    """
    levels = sorted(step.level for step in policy.severities)[:SEVERE_STEPS]
    known = min((state.severity, *map(_severity_before, state.unannounced)))
    return bool(levels) and known <= levels[-1]


def needs_commander(state: Incident, events: Sequence[Event], actors: Iterable[Actor], policy: Policy) -> bool:
    """Return whether `events` end a severe incident that none of `actors` leads."""
    return ends(events) and is_severe(state, policy) and not any(leads(state, actor) for actor in actors)


def held_for_commander(state: Incident, actor: Actor, policy: Policy, crossed: Held | None) -> Held:
    """Return the hold for a person who asks to end a severe incident that they do not lead.

    `crossed` is given if that person had also not read the newest state. Its reason is appended.
    """
    asked = asked_to_end(state, actor.self_named)
    names = join_names(asked)
    return Held(
        reason="; ".join((*([crossed.reason] if crossed else []), ends_alone(state, policy))),
        remedy=f"{names} {'is' if len(asked) == 1 else 'are'} asked, and one word ends it; "
        "if nobody answers, take command first, or ask the operator",
        confirmers=asked,
    )


def ends_alone(state: Incident, policy: Policy) -> str:
    """Return a clause that says who can end the incident without confirmation."""
    deputy = policy.role(DEPUTY)
    who = f"its {Words(policy).title}{', ' if deputy else ' or '}the person who declared it"
    who += " or a deputy whom one of them named" if deputy else ""
    return f"in severity {state.severity}, only {who} can end an incident alone"


def _severity_before(change: Change) -> int:
    was: JsonValue = change.was
    return was if change.fact == "severity" and isinstance(was, int) else 1_000_000
