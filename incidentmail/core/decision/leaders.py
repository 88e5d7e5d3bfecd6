"""Who leads an incident: its commander, its deputies and its declarer. They end it alone, also if it is severe."""

from __future__ import annotations

from incidentmail.core.model import Actor, Incident, Person, Trust

from .roles import distinct

DEPUTY = "deputy"
"""The key of the role whose holders may do what the commander may, if the organisation has such a role."""


def leaders(state: Incident) -> tuple[Person, ...]:
    """Return the commander, then the deputies, then the declarer, each once."""
    holders = state.roles.get(DEPUTY)
    return distinct((state.commander, *(holders.people if holders else ()), state.declared_by))


def leads(state: Incident, actor: Actor) -> bool:
    """Return whether `actor` is one of the leaders, or the operator."""
    return actor.trust is Trust.OPERATOR or any(actor.person.same_as(person) for person in leaders(state))


def asked_to_end(state: Incident) -> tuple[Person, ...]:
    """Return who is asked whether a severe incident is over: the commander alone.

    If the commander is only assumed, or no address of theirs is known, the other leaders are asked too.
    """
    if state.commander.address and "commander" not in state.assumed:
        return (state.commander,)
    return leaders(state)
