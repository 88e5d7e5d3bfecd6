"""Look up people in the configuration, the ledger and an incident, and choose the name to show for each.

The name in a message is only a claim. It is shown only if it cannot be confused with another person's name; otherwise
the address is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from incidentmail.core.events import CommandTransferred, Declared, Event, RoleChanged
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident, Person, Trust
from incidentmail.ledger.view import LedgerView

from .context import AppContext

if TYPE_CHECKING:
    from incidentmail.outbound.draft import Sender


def shown_as(
    name: str, address: str, context: AppContext, view: LedgerView | None, incident: Incident | None
) -> Person:
    """Return the person at `address`, with their name from [people] in the configuration.

    If they have no name there, use `name`, provided that `name` does not look like another person's.
    """
    people = context.config.settings.people
    if address in people:
        return Person(name=people[address], address=address)
    from incidentmail.core.names.look_alikes import is_no_name, is_somebody_else  # most commands compare no names
    from incidentmail.core.names.near_names import is_near_somebody, states_something

    spoofs = is_no_name(name) or states_something(name) or is_near_somebody(name, address, _near(context, incident))
    spoofs = spoofs or is_somebody_else(name, address, _known(context, view, incident))
    return Person.called("" if spoofs else name, address)


def finder(context: AppContext, view: LedgerView | None, incident: Incident | None) -> Callable[[str], Person]:
    """Return a function that looks up a person by name or address, as `AppContext.person` does.

    For a name without an address, the function uses the address that the configuration or the incident gives, but never
    one that is known only from a From field. Otherwise the first person to write under another person's name would get
    that person's mail. `_addresses` lists the sources that count.
    """
    ranks: list[dict[str, set[str]]] = []

    def find(text: str) -> Person:
        if text.startswith("@"):
            return _called(text, context, view, incident)
        person = context.person(text)
        if person.address is not None and person.name != person.address:
            return shown_as(person.name, person.address, context, view, incident)
        if person.address is not None or view is None or incident is None:
            return person
        if not ranks:
            ranks.extend(_addresses(view, incident))
        found: set[str] = next((rank[key] for rank in ranks if (key := person.name.casefold()) in rank), set())
        return Person(name=person.name, address=next(iter(found))) if len(found) == 1 else person

    return find


def _called(handle: str, context: AppContext, view: LedgerView | None, incident: Incident | None) -> Person:
    """Return the person meant by a handle such as `@bo`, from the configuration, the incident or verified mail.

    Raise ValueError unless exactly one person matches.
    """
    from incidentmail.core.names.handles import by_handle

    person = by_handle(handle[1:], reachable(context, view, incident))
    if person is None or person.address is None:
        raise ValueError(f"{handle} names nobody who is known here, or more than one")
    return shown_as(person.name, person.address, context, view, incident)


def reachable(context: AppContext, view: LedgerView | None, incident: Incident | None) -> list[Person]:
    """Return the people known from the configuration, the incident and verified mail, possibly with duplicates."""
    people = [Person(name=name, address=address) for address, name in context.config.settings.people.items()]
    if context.config.settings.me.address is not None:
        people.append(context.config.settings.me.address)
    if incident is not None:
        people += people_of(incident)
        people += (item.owner for item in incident.items if item.owner is not None)
        entries = view.entries(incident.id) if view is not None and not incident.restricted else ()
        people += (entry.recorded.by for entry in entries if Trust(entry.trust) is Trust.VERIFIED)
    return people


def _addresses(view: LedgerView, incident: Incident) -> list[dict[str, set[str]]]:
    """Return mappings from the names in `incident` to addresses, one for each source, the safest source first.

    A later source counts only for names that no earlier source has.

    The sources are: people entered by the operator; people with a part in the incident, whose addresses are shown
    beside their names; and, unless the incident is restricted, verified people who wrote in it. Names that resemble
    another person's are never recorded.
    """
    by_operator: dict[str, set[str]] = {}
    parts: dict[str, set[str]] = {}
    writers: dict[str, set[str]] = {}
    for person in people_of(incident):
        _add(parts, person)
    for entry in view.entries(incident.id):
        trust = Trust(entry.trust)
        if trust is Trust.OPERATOR:
            for person in _given_a_part(entry.recorded.event):
                _add(by_operator, person)
        elif trust is Trust.VERIFIED and not incident.restricted:
            _add(writers, entry.recorded.by)
    return [by_operator, parts, writers]


def _add(found: dict[str, set[str]], person: Person) -> None:
    if person.address:
        found.setdefault(person.name.casefold(), set()).add(person.address)


def people_of(incident: Incident) -> Iterator[Person]:
    """Yield the people who have a role or another part in `incident`."""
    yield from (incident.commander, incident.declared_by)
    yield from (person for held in incident.roles.values() for person in held.people)


def with_address(person: Person, context: AppContext) -> str:
    """Return a person as text for a sentence: the name, followed by the address unless the configuration has it."""
    return str(person) if person.address in unlisted([person], context) else person.name


def unlisted(people: Iterable[Person], context: AppContext) -> frozenset[str]:
    """Return the addresses of people whose names are mere claims, because the configuration does not list them."""
    settings = context.config.settings
    listed = {*settings.people, context.config.bot.address, settings.me.address and settings.me.address.address}
    return frozenset(person.address for person in people if person.address and person.address not in listed)


def showing_addresses(sender: Sender, context: AppContext, view: LedgerView, incident: Incident | None) -> Sender:
    """Return `sender` with wording that shows the addresses of people who got a part in `incident` by mail.

    The first line also shows the commander's address if the commander was in neither the configuration nor the ledger
    before getting command, or has the same name as another person. Proposals and confirmations show every address that
    is not in the configuration.
    """
    if incident is None:
        return sender
    by_mail = _named_by_mail(view, incident)
    address, first = incident.commander.address, frozenset[str]()
    if address in by_mail and _could_be_confused(context, view, incident, by_mail[address]):
        first = frozenset({address})
    asked = _people_in_proposals(incident)
    confirming = (change.confirmed_by for change in incident.unannounced if change.confirmed_by)
    approval = incident.approved_words
    speaking = (approval.by, approval.approved_by) if approval else ()
    wording = replace(
        sender.wording, with_address=frozenset(by_mail), first_with_address=first,
        asked_with_address=unlisted((*asked, *confirming, *speaking), context),
    )  # fmt: skip
    return replace(sender, wording=wording)


def _could_be_confused(context: AppContext, view: LedgerView, incident: Incident, seq: int) -> bool:
    """Return whether message `seq` gave command to somebody unknown until then, or with another person's name."""
    from incidentmail.core.names.look_alikes import is_somebody_else

    commander = incident.commander
    return _is_new(context, view, incident, seq) or is_somebody_else(
        commander.name, commander.address, _known(context, view, None)
    )


def _people_in_proposals(incident: Incident) -> Iterator[Person]:
    if not incident.proposals:
        return
    from incidentmail.core.command_text import people_in

    for proposal in incident.proposals:
        yield from people_in(proposal)


def _near(context: AppContext, incident: Incident | None) -> Iterator[Person]:
    """Yield the people in the configuration and the incident, whose names no other name may resemble.

    The commander is always included.
    """
    yield Person(name=context.words.title, address=context.config.bot.address)
    yield from _known(context, None, incident)


def _known(context: AppContext, view: LedgerView | None, incident: Incident | None) -> Iterator[Person]:
    settings = context.config.settings
    yield context.config.bot
    if settings.me.address is not None:
        yield settings.me.address
    yield from (Person(name=name, address=address) for address, name in settings.people.items())
    if incident is not None:
        yield from people_of(incident)
    if view is not None:
        yield from view.senders()


def _is_new(context: AppContext, view: LedgerView, incident: Incident, seq: int) -> bool:
    """Return whether the commander was unknown before message `seq`, which gave them command.

    A commander who declared the incident by hand does not count, because they are shown with the declaration's From
    field.
    """
    commander = incident.commander
    if commander.address is None or commander.same_as(incident.declared_by) or not unlisted([commander], context):
        return False
    return not view.wrote_before(commander.address, seq)


def _given_a_part(event: Event) -> tuple[Person, ...]:
    """Return the people to whom an event gives a part."""
    match event:
        case Declared():
            return (event.commander, *(p for held in event.roles.values() for p in held.people))
        case CommandTransferred():
            return (event.commander,)
        case RoleChanged():
            return tuple(p for p in event.holders.people if p not in event.was.people)
        case _:
            return ()


def _named_by_mail(view: LedgerView, incident: Incident) -> dict[str, int]:
    """Map the address of each person whose latest part came by mail to the sequence number of that mail.

    People who last got a part from the terminal are left out. The number is 0 if no mail caused the entry.
    """
    found: dict[str, int] = {}
    for entry in view.entries(incident.id):
        for person in _given_a_part(entry.recorded.event):
            if not person.address:
                continue
            if entry.trust == Trust.OPERATOR:
                found.pop(person.address, None)
            else:
                found[person.address] = entry.caused_by.seq if entry.caused_by else 0
    return found
