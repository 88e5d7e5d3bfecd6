"""Find the people whom the configuration, the ledger or an incident knows, and the name under which they are shown.

The name in a message is only a claim. It is shown if it cannot be confused with another person's name; otherwise the
address is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from incidentmail.core.events import CommandTransferred, Declared, RoleChanged
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident, Person, Trust
from incidentmail.core.names.look_alikes import is_no_name, is_somebody_else
from incidentmail.ledger.view import LedgerView

from .context import AppContext

if TYPE_CHECKING:
    from incidentmail.outbound.draft import Sender


def shown_as(
    name: str, address: str, context: AppContext, view: LedgerView | None, incident: Incident | None
) -> Person:
    """Return the person at `address`, with their name from [people] in the configuration.

    If they have no name there, use `name`, provided that it does not look like another person's.
    """
    people = context.config.settings.people
    if address in people:
        return Person(name=people[address], address=address)
    spoofs = is_no_name(name) or is_somebody_else(name, address, _known(context, view, incident))
    return Person.called("" if spoofs else name, address)


def finder(context: AppContext, view: LedgerView | None, incident: Incident | None) -> Callable[[str], Person]:
    """Return a function that finds the person whom a text names, as `AppContext.person` does.

    If the text is a name and only one member has sent mail under that name, their address is added.
    """

    def find(text: str) -> Person:
        person = context.person(text)
        if person.address is not None and person.name != person.address:
            return shown_as(person.name, person.address, context, view, incident)
        senders = view.senders_called(person.name) if view and person.address is None else []
        return senders[0] if len(senders) == 1 else person

    return find


def showing_addresses(sender: Sender, context: AppContext, view: LedgerView, incident: Incident | None) -> Sender:
    """Return `sender` with a wording that shows the addresses of people who got a role in `incident` by mail.

    The commander's address is also in the first line if neither configuration nor ledger knows them, or if another
    person has the same name.
    """
    by_mail = _named_by_mail(view, incident) if incident is not None else frozenset()
    if incident is None or not by_mail:
        return sender
    commander = incident.commander
    first: frozenset[str] = frozenset()
    if commander.address in by_mail:
        known = tuple(_known(context, view, None))
        is_known = any(person.address == commander.address for person in known)
        if not is_known or is_somebody_else(commander.name, commander.address, known):
            first = frozenset({commander.address})
    wording = replace(sender.wording, with_address=by_mail, first_with_address=first)
    return replace(sender, wording=wording)


def _known(context: AppContext, view: LedgerView | None, incident: Incident | None) -> Iterator[Person]:
    settings = context.config.settings
    yield context.config.bot
    if settings.me.address is not None:
        yield settings.me.address
    yield from (Person(name=name, address=address) for address, name in settings.people.items())
    if incident is not None:
        yield from (incident.commander, incident.declared_by)
        yield from (person for held in incident.roles.values() for person in held.people)
    if view is not None:
        yield from view.senders()


def _named_by_mail(view: LedgerView, incident: Incident) -> frozenset[str]:
    """Return the addresses of people who last got or took their role by mail, and not at a terminal."""
    found: dict[str, bool] = {}
    for entry in view.entries(incident.id):
        event = entry.recorded.event
        match event:
            case Declared():
                people = (event.commander, *(p for held in event.roles.values() for p in held.people))
            case CommandTransferred():
                people = (event.commander,)
            case RoleChanged():
                people = tuple(p for p in event.holders.people if p not in event.was.people)
            case _:
                continue
        found |= {person.address: entry.trust != Trust.OPERATOR for person in people if person.address}
    return frozenset(address for address, is_by_mail in found.items() if is_by_mail)
