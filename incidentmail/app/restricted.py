"""Decide who is admitted to a restricted incident by mail: people with a part in it who got a message about it.

For everybody else the incident does not exist: their mail is treated as if it named no incident at all.
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
"""`told`: the message is answered like any other.

`acts`: its commands are carried out, but it is not answered. `outside`: neither.
"""
PROOFS = ("plus-address", "code")
"""What only people know who got a message about the incident.

Message-IDs do not count, as the header of any answer names them.
"""


def admission(
    message: Message, keys: Iterable[ThreadKey], incident: Incident, provenance: Provenance, context: AppContext,
    view: LedgerView,
) -> Admission:  # fmt: skip
    """Return how far the author of `message`, which names `incident` by `keys`, is admitted.

    The commander, the declarer, holders of roles, and people whose message came through the restricted list are told
    about the incident. People who only address that list, as every reply to its mail does, may be on it: they act as
    members, and the list tells them. People who were removed from a role, and have no role now, are outside, whatever
    they know.
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
    """Return whether the person at `address` is the commander or the declarer, is offered command, or holds a role."""
    holders = (person for held in incident.roles.values() for person in held.people)
    people = (incident.commander, incident.declared_by, incident.offered, *holders)
    return any(person is not None and person.address == address for person in people)


def _was_removed(view: LedgerView, incident: Incident, address: str) -> bool:
    events = (entry.recorded.event for entry in view.entries(incident.id))
    return any(
        person.address == address for event in events if isinstance(event, RoleChanged) for person in event.was.people
    )
