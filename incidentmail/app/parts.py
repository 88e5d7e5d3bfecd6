"""Find out from an incident's entries whether a person's part in it is proven, and whether they have acted on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from incidentmail.app.telling.private_numbers import private_serial
from incidentmail.core.events import (
    Announced,
    CommandDeclined,
    CommandOffered,
    CommandTransferred,
    Declared,
    Event,
    NoteAdded,
    ProposalMade,
    RoleChanged,
    RoleOffered,
)
from incidentmail.core.frozen import replace
from incidentmail.core.ids import proving_key, read_message_id
from incidentmail.core.model import Actor, Holders, Incident, Person, Trust
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.tracking.role_kinds import DEPUTY
from incidentmail.ledger.view import LedgerView

from .context import AppContext

if TYPE_CHECKING:
    from incidentmail.inbound.message import Message

_COMMAND = "commander"


def as_shown(view: LedgerView, incident: Incident, *, acts_now: Person | None = None) -> Incident:
    """Return the incident as messages and screens show it: with a commander who has acted no longer marked as assumed.

    The declaration itself does not count as acting. `acts_now` is the person whose change is being previewed: the
    change is in `incident`, but not in the ledger yet.
    """
    if "commander" not in incident.assumed:
        return incident
    acts = (entry.recorded for entry in view.entries(incident.id))
    declared = next(acts, None)
    has_acted = any(act.by.same_as(incident.commander) and declared and act.at > declared.at for act in acts)
    if not has_acted and not (acts_now is not None and acts_now.same_as(incident.commander)):
        return incident
    return replace(incident, assumed=tuple(name for name in incident.assumed if name != "commander"))


def without_accepted_offer(view: LedgerView, incident: Incident) -> Incident:
    """Return the incident without its offer of command if the commander has acted as leader since the offer.

    Otherwise a commander who declines another role with the word `decline` would lose command as well.
    """
    if incident.named is None:
        return incident
    has_led = False
    for entry in view.entries(incident.id):
        event, by = entry.recorded.event, entry.recorded.by
        if isinstance(event, Declared | CommandTransferred):
            has_led = False
        elif by.same_as(incident.commander):
            has_led = has_led or not _is_no_lead(event, by)
    return replace(incident, named=None) if has_led else incident


def as_part_holder(actor: Actor, view: LedgerView, incident: Incident, *, verifies: bool) -> Actor:
    """Return `actor`, with a mark for whether their part in `incident` was proven before this message.

    If senders are verified here (`verifies`), a part that was taken in an unverified message is not proven, because
    anyone who can forge that message can also forge the next one.
    """
    is_proven = not verifies or _has_proven_part(view, incident, actor.person)
    self_named = self_named_deputies(view, incident)
    return Actor(person=actor.person, trust=actor.trust, has_proven_part=is_proven, self_named=self_named)


def self_named_deputies(view: LedgerView, incident: Incident) -> tuple[Person, ...]:
    """Return the deputies who named themselves.

    Left out are those named by the commander, the declarer, the operator, or a deputy whom one of these had named.
    """
    deputies = incident.roles.get(DEPUTY, Holders()).people
    if not deputies:
        return ()
    commander, named = incident.declared_by, list[Person]()
    for entry in view.entries(incident.id):
        event, by = entry.recorded.event, entry.recorded.by
        if isinstance(event, Declared | CommandTransferred):
            commander = event.commander
        holders = event.roles.get(DEPUTY) if isinstance(event, Declared) else None
        if isinstance(event, RoleChanged) and event.role == DEPUTY:
            holders = event.holders
        if holders is not None:
            leads = Trust(entry.trust) is Trust.OPERATOR or _holds((commander, incident.declared_by, *named), by)
            named = [person for person in holders.people if leads or _holds(tuple(named), person)]
    return tuple(person for person in deputies if not _holds(tuple(named), person))


def _has_proven_part(view: LedgerView, incident: Incident, person: Person) -> bool:
    """Return whether `person` declared the incident, got a part from somebody else, or took one while verified."""
    if incident.declared_by.same_as(person):
        return True
    parts: dict[str, bool] = {}
    was_offered = False
    for entry in view.entries(incident.id):
        event, by = entry.recorded.event, entry.recorded.by
        is_sure = Trust(entry.trust).rank >= Trust.VERIFIED.rank or not share_mailbox(by, person)
        match event:
            case Declared():
                roles = {role: _holds(held.people, person) for role, held in event.roles.items()}
                parts |= {**roles, _COMMAND: event.commander.same_as(person)}
            case CommandOffered():
                was_offered = event.to.same_as(person) and is_sure
            case CommandTransferred():
                parts[_COMMAND] = event.commander.same_as(person) and (is_sure or was_offered)
                was_offered = False
            case RoleChanged() if not _holds(event.holders.people, person):
                parts[event.role] = False
            case RoleChanged() if not _holds(event.was.people, person):
                parts[event.role] = is_sure
            case _:
                continue
    return any(parts.values())


def _holds(people: tuple[Person, ...], person: Person) -> bool:
    return any(person.same_as(holder) for holder in people)


def declined_parts(
    context: AppContext, view: LedgerView, message: Message, incident: Incident, person: Person
) -> tuple[str, ...]:
    """Return the parts that `decline` applies to: those in the private message that `person` answers.

    A part is the key of a role, or `commander`. If the message does not answer a private message about a part, the
    result is empty, and `decline` applies to all parts.
    """
    found: dict[str, None] = {}
    for one in message.in_reply_to:
        name = read_message_id(context.key, one)
        if name is None or name.ref != incident.ref or not name.number.startswith("p"):
            continue
        serial = private_serial(proving_key(context.key, one) or context.key, int(name.number.removeprefix("p")))
        noted_at = view.private_mail_noted_at(serial)
        given = (entry.recorded for entry in view.entries(incident.id) if entry.recorded.at == noted_at)
        found |= dict.fromkeys(part for recorded in given for part in _parts_given(recorded.event, person))
    return tuple(found)


def _is_no_lead(event: Event, by: Person) -> bool:
    """Return whether an event does not show that `by` leads: a note, an open request, or giving back a part."""
    if isinstance(event, RoleChanged):
        return _holds(event.was.people, by) and not _holds(event.holders.people, by)
    return isinstance(event, NoteAdded | Announced | ProposalMade | CommandDeclined)


def _parts_given(event: Event, person: Person) -> Iterator[str]:
    """Yield the parts that an event gives or offers to `person`."""
    match event:
        case Declared():
            if event.commander.same_as(person):
                yield _COMMAND
            yield from (role for role, held in event.roles.items() if _holds(held.people, person))
        case CommandTransferred(commander=given) | CommandOffered(to=given) if given.same_as(person):
            yield _COMMAND
        case RoleOffered(role=role, to=to) if to.same_as(person):
            yield role
        case RoleChanged() if _holds(event.holders.people, person) and not _holds(event.was.people, person):
            yield event.role
        case _:
            return
