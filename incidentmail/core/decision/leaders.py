"""Determine who leads an incident: its commander, its deputies and its declarer.

A leader may end the incident alone, even if it is severe.
"""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.core.model import Actor, Holders, Incident, Person, Trust
from incidentmail.core.tracking.role_kinds import DEPUTY

from .roles import distinct


def leaders(state: Incident, self_named: Sequence[Person] = ()) -> tuple[Person, ...]:
    """Return the commander, the deputies and the declarer, each once. Self-appointed deputies are left out."""
    return distinct((state.commander, *_deputies(state, self_named), state.declared_by))


def leads(state: Incident, actor: Actor) -> bool:
    """Return whether `actor` is the operator or a leader. Deputies count only if somebody else named them."""
    return actor.trust is Trust.OPERATOR or any(actor.person.same_as(one) for one in leaders(state, actor.self_named))


def leads_now(state: Incident, actor: Actor) -> bool:
    """Return whether `actor` is the operator, the commander, or a deputy named by somebody else."""
    people = (state.commander, *_deputies(state, actor.self_named))
    return actor.trust is Trust.OPERATOR or any(actor.person.same_as(one) for one in people)


def asked_to_end(state: Incident, self_named: Sequence[Person] = ()) -> tuple[Person, ...]:
    """Return the people to ask whether a severe incident is over: usually only the commander.

    If the commander is only assumed, or has no known address, the other leaders are asked too.
    """
    if state.commander.address and "commander" not in state.assumed:
        return (state.commander,)
    return leaders(state, self_named)


def _deputies(state: Incident, self_named: Sequence[Person]) -> tuple[Person, ...]:
    people = state.roles.get(DEPUTY, Holders()).people
    return tuple(one for one in people if not any(one.same_as(other) for other in self_named))
