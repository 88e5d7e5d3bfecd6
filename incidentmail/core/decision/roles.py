"""Who holds a role after a command: decided once, for the event and for the permission that it needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from incidentmail.core.commands import AssignRole, Refused
from incidentmail.core.model import Holders, Person

PEOPLE_MAX = 30
"""In one role: more than that answer nothing, and comparing each with each would take its time."""
ROLES_BYTES_MAX = 6_000
"""All roles of an incident as our header field shows them, which must stay below 8 KiB with its folding."""


def holders_after(was: Holders, command: AssignRole) -> Holders:
    """The holders of a role once `command` is done.

    >>> bo, ann = Person(name="Bo"), Person(name="Ann")
    >>> holders_after(Holders(people=(bo,)), AssignRole("scribe", (ann,), "add")).people == (bo, ann)
    True
    """
    match command.how:
        case "dismiss":
            return Holders(dismissed=True)
        case "set":
            return Holders(people=distinct(command.people))
        case "add":
            return Holders(people=distinct((*was.people, *command.people)))
        case "remove":
            kept = tuple(p for p in was.people if not any(_means(gone, p) for gone in command.people))
            return Holders(people=kept, dismissed=was.dismissed)


def check_roles(roles: Mapping[str, Holders]) -> Refused | None:
    """A refusal where a role, or all of them together, would not fit into our mails."""
    if any(len(holders.people) > PEOPLE_MAX for holders in roles.values()):
        return Refused(reason=f"a role would have more than {PEOPLE_MAX} people", remedy="name the few to be asked")
    shown = json.dumps({key: [(p.name, p.address) for p in holders.people] for key, holders in roles.items()})
    if len(shown) > ROLES_BYTES_MAX:
        return Refused(reason="the names in all roles are too long for a mail", remedy="name fewer people, or shorter")
    return None


def distinct(people: Iterable[Person]) -> tuple[Person, ...]:
    """Each person once, where they first stand."""
    found: list[Person] = []
    for person in people:
        if not any(person.same_as(other) for other in found):
            found.append(person)
    return tuple(found)


def role_permission(was: Holders, now: Holders, actor: Person) -> str:
    """The row of the permission table: does the change touch only the actor, name others, or remove them?"""
    gone = [p for p in was.people if not any(p.same_as(other) for other in now.people)]
    if any(not p.same_as(actor) for p in gone):
        return "remove_others"
    new = [p for p in now.people if p not in was.people]
    return "own_role" if all(p.same_as(actor) for p in new) else "name_others"


def _means(named: Person, holder: Person) -> bool:
    """Whether `named` in a command is that holder: a name alone is enough, another address is not."""
    if named.same_as(holder):
        return True
    return named.name.casefold() == holder.name.casefold() and not (named.address and holder.address)
