"""Find the person that is named at a terminal, and explain what to type if a text names nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from incidentmail.core.model import Person
from incidentmail.core.words import NOT_NEEDED
from incidentmail.errors import UsageError

from .terminal import Terminal

if TYPE_CHECKING:
    from incidentmail.app.context import AppContext

NOBODY = frozenset({"none", "nobody", "no one", "noone", "n/a", "na", "-", "tbd", "tba", "unknown", "not yet", "open"})
"""Words that people write to name nobody."""
MYSELF = frozenset({"me", "myself"})
_PLACEHOLDER = "ADDRESS"
"""The placeholder for an unknown address in our hints."""


class NotANameError(UsageError):
    """A text that should name a person does not look like a name. The person who typed it may insist on it."""


def person(context: Terminal, text: str, option: str, *, insists: bool = False) -> Person:
    """Return the person that `text` names. Raise UsageError if it names nobody, or if it is one of our own addresses.

    Raise NotANameError if it does not look like a name, unless `insists` is true.
    """
    hint = f'a name, an address, or both, such as {option} "Ann B. <ann@example.com>"'
    if _PLACEHOLDER in text:
        raise UsageError(f"{option} '{text}' has no address yet", hint=f"write the address in place of {_PLACEHOLDER}")
    if text.strip().casefold() in MYSELF:
        return context.operator().person
    try:
        found = context.person(text)
    except ValueError as error:
        raise UsageError(f"{option} '{text}' is neither a name nor a whole address", hint=hint) from error
    if found.address in context.config.every_list:
        raise UsageError(f"{option} {found.address} is a mailing list, and not one person", hint=hint)
    if found.address == context.config.bot.address:
        raise UsageError(f"{option} {found.address} is incidentmail's own address", hint=hint)
    if found.address is None and not insists and not _can_be_a_name(found.name):
        raise NotANameError(f"{option} '{text}' is not a person's name", hint=_instead_of_a_name(found.name, option))
    if found.address:
        return found
    from incidentmail.core.names.handles import all_called  # imported here because most commands name nobody

    return _only_one(found, all_called(found.name, _listed(context)))


def person_in(context: AppContext, incident: str | None, text: str, option: str) -> Person:
    """Return the person that `text` names, who may also be known from `incident`. Raise UsageError as `person` does.

    Also raise it if several people have that name, so that the wrong one is not asked by chance.
    """
    from incidentmail.app.choose_incident import choose
    from incidentmail.app.known_people import reachable
    from incidentmail.core.names.handles import all_called

    found = person(context, text, option)
    if found.address is not None:
        return found
    with context.ledger.snapshot() as view:
        called = all_called(found.name, reachable(context, view, choose(view, incident)))
    if len(called) > 1:
        them = ", ".join(sorted(map(str, called)))
        example = min(map(str, called))
        raise UsageError(
            f"{option} '{text}' may be any of {them}", hint=f'write the whole, such as {option} "{example}"'
        )
    return _only_one(found, called)


def _listed(context: Terminal) -> Iterator[Person]:
    """Yield the people whom the configuration knows, and the person at this terminal."""
    settings = context.config.settings
    yield from (Person(name=name, address=address) for address, name in settings.people.items())
    if settings.me.address is not None:
        yield settings.me.address


def _only_one(found: Person, called: Sequence[Person]) -> Person:
    return called[0] if len(called) == 1 else found


def looks_like_a_name(text: str) -> bool:
    """Return whether `text` looks like a person's name and nothing else."""
    from incidentmail.reply.grammar.person_names import is_name  # imported here because few commands need it

    return is_name(text, any_case=True)


def _can_be_a_name(text: str) -> bool:
    """Return whether at least one of the words may be part of a name, as in `Thomas More` but not in `on call`."""
    return text.casefold() not in NOBODY and any(looks_like_a_name(word) for word in text.split())


def _instead_of_a_name(text: str, option: str) -> str:
    if text.casefold() not in NOBODY:
        return f'write a name, or {option} "{text} <ADDRESS>" if it has an address'
    if option in ("--commander", "WHO"):
        return "leave it out: then the commander stays who it is" if option == "WHO" else "leave it out: then you lead"
    return f'leave it out until somebody has the role, or write {option} "{NOT_NEEDED}"'


def is_not_needed(who: str) -> bool:
    """Return whether the value of a role's option says that the role is not needed."""
    return who.strip().casefold() == NOT_NEEDED
