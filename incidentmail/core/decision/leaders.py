"""Determine who leads an incident: its commander, its deputies and its declarer.

A leader may end the incident alone, even if it is severe.
"""

from __future__ import annotations

from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.tracking.role_kinds import DEPUTY

from .roles import distinct


def leaders(state: Incident) -> tuple[Person, ...]:
    """Return the commander, then the deputies, then the declarer, each once."""
    holders = state.roles.get(DEPUTY)
    return distinct((state.commander, *(holders.people if holders else ()), state.declared_by))


def leads(state: Incident, actor: Actor) -> bool:
    """Return whether `actor` is one of the leaders, or the operator."""
    return actor.trust is Trust.OPERATOR or any(actor.person.same_as(person) for person in leaders(state))


def asked_to_end(state: Incident) -> tuple[Person, ...]:
    """Return the people who are asked whether a severe incident is over: usually only the commander.

    If the commander is only assumed, or if their address is unknown, the other leaders are asked too.
    """
    if state.commander.address and "commander" not in state.assumed:
        return (state.commander,)
    return leaders(state)
