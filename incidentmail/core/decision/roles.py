"""Compute the holders of a role after a command, and the permission it requires."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from incidentmail.core.commands import AssignRole, Refused
from incidentmail.core.frozen import replace
from incidentmail.core.model import Holders, Person
from incidentmail.core.names.mailboxes import share_mailbox

PEOPLE_MAX = 30
"""The maximum number of holders of a role. More are of no use, and comparing all pairs would take a long time."""
NAMES_ONLY_MAX = 5
"""The maximum number of people without an address that one mail can name to a role. Nobody can notify them or check
that they exist, and their names fill every mail about the incident.
"""
ROLES_BYTES_MAX = 6_000
"""The maximum size of all roles in a header field, which must stay below 8 KiB when folded."""


def holders_after(was: Holders, command: AssignRole) -> Holders:
    """Return the holders of a role after `command`.

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
            kept = tuple(p for p in was.people if not any(_removes(named, p) for named in command.people))
            return Holders(people=kept, dismissed=was.dismissed)


def within_names_max(command: AssignRole, was: Holders, named: int = 0) -> tuple[AssignRole, tuple[Person, ...]]:
    """Return `command` without the people who exceed NAMES_ONLY_MAX, and those people.

    Only people without an address who do not yet hold the role count. `named` is how many of them the same message has
    already named.

    >>> many = AssignRole("scribe", tuple(Person(name=f"P{n}") for n in range(7)))
    >>> kept, dropped = within_names_max(many, Holders())
    >>> len(kept.people), [person.name for person in dropped]
    (5, ['P5', 'P6'])
    """
    if command.how not in ("set", "add"):
        return command, ()
    new = [p for p in command.people if p.address is None and not any(is_named_by(p, old) for old in was.people)]
    dropped = tuple(new[max(0, NAMES_ONLY_MAX - named) :])
    return replace(command, people=tuple(p for p in command.people if p not in dropped)), dropped


def check_roles(roles: Mapping[str, Holders]) -> Refused | None:
    """Return a refusal if a role, or all roles together, would be too large for our messages, otherwise None."""
    if any(len(holders.people) > PEOPLE_MAX for holders in roles.values()):
        return Refused(reason=f"a role would have more than {PEOPLE_MAX} people", remedy="name the few to be asked")
    shown = json.dumps({key: [(p.name, p.address) for p in holders.people] for key, holders in roles.items()})
    if len(shown) > ROLES_BYTES_MAX:
        return Refused(reason="the names in all roles are too long for a mail", remedy="name fewer people, or shorter")
    return None


def distinct(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return each person once, in order of first mention.

    People whose addresses belong to one mailbox are the same person, returned with the first address.

    >>> [person.address for person in distinct(Person(name="Bo", address=f"bo{tag}@x.example") for tag in ("", "+1"))]
    ['bo@x.example']
    """
    found: list[Person] = []
    for person in people:
        if not any(share_mailbox(person, other) for other in found):
            found.append(person)
    return tuple(found)


def role_permission(was: Holders, now: Holders, actor: Person) -> str:
    """Return the permission that a change of holders requires. It depends on who is added or removed, and by whom."""
    removed = [p for p in was.people if not any(p.same_as(other) for other in now.people)]
    if any(not p.same_as(actor) for p in removed):
        return "remove_others"
    if any(p not in was.people and not p.same_as(actor) for p in now.people):
        return "name_others"
    return "leave" if removed else "own_role"


def _removes(named: Person, holder: Person) -> bool:
    """Return whether removing `named` removes `holder`: they share a mailbox, or a name if either has no address."""
    return is_named_by(named, holder) or share_mailbox(named, holder)


def is_named_by(named: Person, holder: Person) -> bool:
    """Return whether `named` and `holder` are the same person. Equal names are enough unless both have an address."""
    if named.same_as(holder):
        return True
    return named.name.casefold() == holder.name.casefold() and not (named.address and holder.address)
