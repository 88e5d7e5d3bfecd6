"""Who is let into a restricted incident by mail: only those who have a part in it, and have had a mail of it.

For everybody else it does not exist: their mail is read as if it named no incident at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from incidentmail.app.context import AppContext
from incidentmail.core.events import RoleChanged
from incidentmail.core.model import Incident
from incidentmail.inbound.authentication.author import Provenance
from incidentmail.inbound.message import Message
from incidentmail.inbound.thread import ThreadKey, begins_a_thread
from incidentmail.ledger.view import LedgerView

Admission = Literal["told", "acts", "outside"]
"""`told`: it is answered like any mail. `acts`: its commands are done, and nothing is answered. `outside`: neither."""
PROOFS = ("plus-address", "code")
"""What only those know who have had a mail of the incident. Message-IDs stand in the header of any answer to one."""


def admission(
    message: Message, keys: Iterable[ThreadKey], incident: Incident, provenance: Provenance, context: AppContext,
    view: LedgerView,
) -> Admission:  # fmt: skip
    """Return how far the author of `message`, which names `incident` by `keys`, is let in.

    Told are commander, declarer, holders of roles, and whose mail came through the restricted list. Who only addresses
    that list, as every reply to its mails does, may be on it: they act as members, and are told by the list. Who was
    removed from a role, and has none now, is outside whatever they know.
    """
    if not incident.restricted:
        return "told"
    address, list_address = provenance.address, context.config.settings.list.restricted
    if not any(key.by in PROOFS and key.ref == incident.ref for key in keys):
        return "outside"
    if has_part(incident, address):
        return "told"
    if list_address is None or _was_removed(view, incident, address):
        return "outside"
    if provenance.claimed_list == list_address and provenance.through_our_list:
        return "told"
    addressed = any(box.address == list_address for box in (*message.to, *message.cc))
    return "acts" if addressed and not begins_a_thread(message) else "outside"


def has_part(incident: Incident, address: str) -> bool:
    """Return whether the person at `address` is the commander, is offered command, declared, or holds a role."""
    holders = (person for held in incident.roles.values() for person in held.people)
    people = (incident.commander, incident.declared_by, incident.offered, *holders)
    return any(person is not None and person.address == address for person in people)


def _was_removed(view: LedgerView, incident: Incident, address: str) -> bool:
    events = (entry.recorded.event for entry in view.entries(incident.id))
    return any(
        person.address == address for event in events if isinstance(event, RoleChanged) for person in event.was.people
    )
