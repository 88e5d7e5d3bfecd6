"""Restrict an incident after its declaration, so that only its own list and the people involved get mail about it."""

from __future__ import annotations

from incidentmail.core.commands import Refused
from incidentmail.core.decision.leaders import leads
from incidentmail.core.events import Event
from incidentmail.core.model import Actor, Incident
from incidentmail.core.policy import Policy

from .team_events import IncidentRestricted


def restrict(state: Incident, actor: Actor, policy: Policy) -> tuple[Event, ...] | Refused:
    """Return the event that restricts the incident, () if it is already restricted, or a refusal.

    The commander, deputies, the declarer and the operator can do this. It cannot be undone, because everybody could
    then read what was written while the incident was restricted.
    """
    if state.restricted:
        return ()
    if not leads(state, actor):
        return Refused(
            reason="only the commander, the person who declared it or a deputy whom one of them named can restrict "
            "an incident",
            remedy=f"ask {state.commander.name} to reply 'Restricted: yes'",
        )
    if not policy.has_restricted_list:
        return Refused(
            reason="there is no list for restricted incidents, so nobody could be told",
            remedy="ask the operator to set [list] restricted",
        )
    return (IncidentRestricted(),)
