"""What the entries of an incident say about somebody's part in it: whether it is proven, and whether they act on it."""

from __future__ import annotations

from incidentmail.core.events import (
    Announced,
    CommandDeclined,
    CommandOffered,
    CommandTransferred,
    Declared,
    NoteAdded,
    ProposalMade,
    RoleChanged,
)
from incidentmail.core.frozen import replace
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.ledger.view import LedgerView

_COMMAND = "commander"


def as_shown(view: LedgerView, incident: Incident) -> Incident:
    """Return the incident as messages and screens show it: a commander who has acted is no longer assumed.

    What belongs to the declaration itself does not count as acting.
    """
    if "commander" not in incident.assumed:
        return incident
    acts = (entry.recorded for entry in view.entries(incident.id))
    if not any(act.by.same_as(incident.commander) and act.at > incident.declared_at for act in acts):
        return incident
    return replace(incident, assumed=tuple(name for name in incident.assumed if name != "commander"))


def without_accepted_offer(view: LedgerView, incident: Incident) -> Incident:
    """Return the incident for deciding: command that somebody gave to a commander who has led since is no open offer.

    Otherwise the word with which they decline a role would take command from them.
    """
    if incident.named is None:
        return incident
    has_led = False
    for entry in view.entries(incident.id):
        event, by = entry.recorded.event, entry.recorded.by
        if isinstance(event, Declared | CommandTransferred):
            has_led = False
        elif not isinstance(event, NoteAdded | Announced | ProposalMade | CommandDeclined):
            has_led = has_led or by.same_as(incident.commander)
    return replace(incident, named=None) if has_led else incident


def as_part_holder(actor: Actor, view: LedgerView, incident: Incident | None) -> Actor:
    """Return `actor` with whether their part in `incident`, as it is before this message, is proven.

    A part that they took by an unverified word is not: whoever can forge that word can forge the next one too.
    """
    is_proven = incident is None or _has_proven_part(view, incident, actor.person)
    return Actor(person=actor.person, trust=actor.trust, has_proven_part=is_proven)


def _has_proven_part(view: LedgerView, incident: Incident, person: Person) -> bool:
    """Return whether `person` declared, or has a part that somebody else gave, or that they took verified."""
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
