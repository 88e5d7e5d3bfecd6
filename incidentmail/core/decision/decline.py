"""Decline roles: give back roles that were assigned by others."""

from __future__ import annotations

from incidentmail.core.events import RoleChanged, RoleOfferEnded
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import JsonValue, read
from incidentmail.core.model import Holders, Incident, Person
from incidentmail.core.policy import Policy

from .roles import is_named_by


def known_as(person: Person, policy: Policy) -> tuple[Person, ...]:
    """Return the identities under which `person` may hold a role: with their address, and possibly by name only.

    Several people may share a name, so it counts only if the configuration lists it for this address alone.
    """
    return (person, Person(name=person.name)) if policy.owns_name(person) else (person,)


def give_back(state: Incident, declining: tuple[Person, ...]) -> tuple[RoleChanged, ...]:
    """Return the events that remove a person from every role that others assigned to them.

    `declining` holds all identities of that person. Roles that they took themselves can be handed over, but not
    declined.
    """
    events: list[RoleChanged] = []
    person = declining[0]
    for role, holders in state.roles.items():
        kept = tuple(holder for holder in holders.people if not is_one_of(holder, declining))
        if kept != holders.people and not giver(state, role, person).same_as(person):
            events.append(RoleChanged(role=role, holders=Holders(people=kept), was=holders))
    return tuple(events)


def declined_offers(
    state: Incident, declining: tuple[Person, ...], parts: tuple[str, ...]
) -> tuple[RoleOfferEnded, ...]:
    """Return the events that decline the roles offered automatically to the person with the identities `declining`.

    If there are any, `decline` applies to these offers, and not to the roles that the person already holds.
    """
    offers = (offer for offer in state.clock.role_offers if offer.state == "open" and offer.role != "commander")
    held = {role for role, holders in state.roles.items() if holders.people or holders.dismissed}
    declined = (
        RoleOfferEnded(role=offer.role, to=offer.to, declined=True)
        for offer in offers
        if offer.role not in held and is_one_of(offer.to, declining) and (not parts or offer.role in parts)
    )
    return tuple(dict.fromkeys(declined))  # a role may have been offered to the same person before


def is_one_of(holder: Person, people: tuple[Person, ...]) -> bool:
    """Return whether `holder` is the same person as any of `people`."""
    return any(person.same_as(holder) for person in people)


def named_by_name_only(state: Incident, person: Person) -> bool:
    """Return whether a role or command was given to this person's name without an address."""
    holders = (holder for held in state.roles.values() for holder in held.people)
    parts = (state.commander, *([state.offered] if state.offered else []), *holders)
    return any(is_named_by(person, holder) and not person.same_as(holder) for holder in parts)


def giver(state: Incident, role: str, person: Person) -> Person:
    """Return the person who last gave `role` to `person`."""
    changes = [*(change for update in state.announced for change in update.changes), *state.unannounced]
    of_role = [change for change in changes if change.fact == ROLE_PREFIX + role]
    added = [change for change in of_role if _holds(change.now, person) and not _holds(change.was, person)]
    return added[-1].by if added else state.declared_by


def _holds(value: JsonValue, person: Person) -> bool:
    return value is not None and any(is_named_by(person, holder) for holder in read(Holders, value).people)
