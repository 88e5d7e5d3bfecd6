"""Decline roles: a person gives back the roles that others gave to them."""

from __future__ import annotations

from incidentmail.core.events import RoleChanged
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import JsonValue, read
from incidentmail.core.model import Holders, Incident, Person

from .roles import is_named_by


def give_back(state: Incident, person: Person) -> tuple[RoleChanged, ...]:
    """Return the events that remove `person` from every role that others gave to them.

    A role that they took themselves can be handed over, but not declined. If the role was given to a name without an
    address, nobody can decline it, because anybody may have that name.
    """
    events: list[RoleChanged] = []
    for role, holders in state.roles.items():
        holds = any(person.same_as(holder) for holder in holders.people)
        if holds and not giver(state, role, person).same_as(person):
            kept = tuple(holder for holder in holders.people if not person.same_as(holder))
            events.append(RoleChanged(role=role, holders=Holders(people=kept), was=holders))
    return tuple(events)


def named_by_name_only(state: Incident, person: Person) -> bool:
    """Return whether a part was given to somebody of that name without an address."""
    holders = (holder for held in state.roles.values() for holder in held.people)
    parts = (state.commander, *([state.offered] if state.offered else []), *holders)
    return any(is_named_by(person, holder) and not person.same_as(holder) for holder in parts)


def giver(state: Incident, role: str, person: Person) -> Person:
    """Return the person who gave `role` to `person`. If there were several, return the last one."""
    changes = [*(change for update in state.announced for change in update.changes), *state.unannounced]
    of_role = [change for change in changes if change.fact == ROLE_PREFIX + role]
    added = [change for change in of_role if _holds(change.now, person) and not _holds(change.was, person)]
    return added[-1].by if added else state.declared_by


def _holds(value: JsonValue, person: Person) -> bool:
    return value is not None and any(is_named_by(person, holder) for holder in read(Holders, value).people)
