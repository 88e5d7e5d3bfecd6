"""Tell the commander of an incident, privately, that the incident was merged into another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incidentmail.app.context import AppContext
from incidentmail.core.events import Event
from incidentmail.core.model import Actor, Incident
from incidentmail.core.policy import SME
from incidentmail.core.teams.team_events import MergedFrom
from incidentmail.core.tracking.role_kinds import DEPUTY
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.private_mails import Item, Private

_MOVED = "The people in its roles, and its open actions and needs, are in this one now; replies in both threads count."
_OFFER = "If you want a part in it, say which:"


def told_of_merging(
    context: AppContext, view: LedgerView, incident: Incident, events: Sequence[Event], actor: Actor
) -> Iterator[tuple[str, Private]]:
    """Yield a message to the commander of each incident that `events` merge into `incident`.

    Only one of the commanders remains; the others are offered a role.
    """
    for event in events:
        for name in event.incidents if isinstance(event, MergedFrom) else ():
            part = view.incident(name) if isinstance(event, MergedFrom) and name not in event.was else None
            if part is None or part.commander.same_as(incident.commander):
                continue
            address = part.commander.address
            if address is None or not context.roster.has(address):
                continue
            title, leader = context.words.title, incident.commander.name
            who = "You have" if actor.person.same_as(part.commander) else f"{actor.person.name} has"
            opening = f"{who} merged your incident into another one. {leader} is {title} of both."
            item = Item(line=incident.description, result=f"{_MOVED} {_OFFER}", also=_parts(context, incident))
            yield "merged", Private(template="merged", to=context.person(address), opening=opening, items=(item,))


def _parts(context: AppContext, incident: Incident) -> tuple[str, ...]:
    """Return the replies with which a person can take a role: a needed one, deputy, or expert."""
    policy = context.words.policy
    keys = dict.fromkeys((*policy.missing_roles(incident), DEPUTY, SME))
    return tuple(f"{context.words.key(f'roles.{key}')}: +me" for key in keys if policy.role(key))
