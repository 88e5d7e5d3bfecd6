"""Find the person named at a terminal, and explain what to type if a text names nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from incidentmail.core.model import Person
from incidentmail.core.words import NOT_NEEDED
from incidentmail.errors import UsageError

from .corrected import NAME, WHO, command_line, typed
from .terminal import Terminal

if TYPE_CHECKING:
    from incidentmail.app.context import AppContext

NOBODY = frozenset({"none", "nobody", "no one", "noone", "n/a", "na", "-", "tbd", "tba", "unknown", "not yet", "open"})
"""Words that people write to name nobody."""
MYSELF = frozenset({"me", "myself"})
_PLACEHOLDER = "ADDRESS"
"""The placeholder for an unknown address in our hints."""


class NotANameError(UsageError):
    """Raised if a text that should name a person does not look like a name. The user who typed it can insist."""


def person(context: Terminal, text: str, option: str, *, insists: bool = False) -> Person:
    """Return the person named by `text`. Raise UsageError if it names nobody or is one of our own addresses.

    Raise NotANameError if it does not look like a name, unless `insists` is true.
    """
    hint = f"write a name, an address, or both: {named_instead(option, text, WHO)}"
    if _PLACEHOLDER in text:
        raise UsageError(f"{option} '{text}' has no address yet", hint=f"write the address in place of {_PLACEHOLDER}")
    if text.strip() == NAME:
        raise UsageError(f"{option} is still '{NAME}'", hint=f"write a person's name in place of {NAME}")
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
        raise NotANameError(f"{option} '{text}' is not a person's name", hint=_instead_of_a_name(text, option))
    if found.address:
        return found
    from incidentmail.core.names.handles import all_called  # imported here because most commands name nobody

    return _only_one(found, all_called(found.name, _listed(context)))


def person_in(context: AppContext, incident: str | None, text: str, option: str) -> Person:
    """Return the person named by `text`, who may also be known from `incident`. Raise UsageError as `person` does.

    Also raise UsageError if several people have that name, so that the wrong person is not asked by accident.
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
        example = named_instead(option, text, min(map(str, called)))
        raise UsageError(f"{option} '{text}' may be any of {them}", hint=f"write the whole, such as: {example}")
    return _only_one(found, called)


def _listed(context: Terminal) -> Iterator[Person]:
    """Yield the people known from the configuration, and the person at this terminal."""
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


def named_instead(option: str, text: str, who: str) -> str:
    """Return the typed command with `who` in place of `text`, or only `who` if `text` answers a question."""
    line = typed()
    if option == "WHO":
        return str(line.with_word(text, who)) if text in line.words else who
    changed = line.with_value(option.partition(" ")[0], text, who)
    return who if changed is None else str(changed)


def _instead_of_a_name(text: str, option: str) -> str:
    if text.strip().casefold() not in NOBODY:
        return (
            f"one person's name: {named_instead(option, text, NAME)}\n"
            f"if it has an address: {named_instead(option, text, f'{text.strip()} <{_PLACEHOLDER}>')}"
        )
    line = typed()
    without = line.with_value(option.partition(" ")[0], text)
    if option == "WHO" or without is None:
        return "leave it out: then the commander stays who it is" if option == "WHO" else "leave it out"
    if option == "--commander":
        return f"leave it out, and {'you lead' if line.head[-1:] == ('declare',) else 'nobody else leads'}: {without}"
    not_needed = f"if nobody is needed: {named_instead(option, text, NOT_NEEDED)}"
    if line.head[-1:] == ("declare",):
        return f"if nobody has the role yet: {without}\n{not_needed}"
    role = _ROLES.get(option, option.removeprefix("--role "))
    return f"to take somebody off: {command_line('role', *line.words[:1], role, NAME, '--remove')}\n{not_needed}"


_ROLES = {
    "--sme": "sme", "--customer-liaison": "customer_liaison", "--business-liaison": "business_liaison",
}  # fmt: skip
"""A mapping from options to the names that the command `role` uses for the same roles."""


def is_not_needed(who: str) -> bool:
    """Return whether the value of a role's option says that the role is not needed."""
    return who.strip().casefold() == NOT_NEEDED
