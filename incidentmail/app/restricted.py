"""Decide whose mail is admitted to a restricted incident: those with a part in it who got a message about it.

For everybody else, the incident does not exist: their mail is treated as if it named no incident at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from incidentmail.app.context import AppContext
from incidentmail.core.commands import Command, SetSeverity
from incidentmail.core.events import RoleChanged
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.core.names.mailboxes import is_same_mailbox
from incidentmail.ledger.view import LedgerView

if TYPE_CHECKING:
    from incidentmail.inbound.authentication.author import Provenance
    from incidentmail.inbound.message import Message
    from incidentmail.inbound.thread import ThreadKey
    from incidentmail.reply.understand import Understood

Admission = Literal["told", "acts", "waits", "outside"]
"""`told`: the message counts and is answered like any other.

`acts`: the message seems to come from the restricted list, but no server confirms that. It can make the severity worse
and leave a note, which the list sees. It gives nobody a part, and is not answered.

`waits`: the author may be on the restricted list. The message changes nothing and is not answered; the list's copy of
it counts. `outside`: the message is treated as if the incident that it names did not exist.
"""
PROOFS = ("plus-address", "code")
"""The thread keys that are known only to people who got a message about the incident.

Message-IDs are not among them, because the header of any answer contains them.
"""

LEFT_OUT = "nothing proves that its author is on the restricted list, so it can only make the incident worse"


def admission(
    message: Message, keys: Iterable[ThreadKey], incident: Incident, provenance: Provenance, context: AppContext,
    view: LedgerView,
) -> Admission:  # fmt: skip
    """Return how far the author of `message`, whose `keys` name `incident`, is admitted.

    The commander, the declarer, holders of roles, and people whose message came through the restricted list are told
    about the incident. People who merely address that list may be subscribers, because replies to its mail do so, too.
    But anybody can write the list's address into a field, so such a message waits for the copy that the list
    distributes. People who were removed from a role and have no role now are outside, whatever they know and whichever
    address of their mailbox they use.
    """
    if not incident.restricted:
        return "told"
    address, list_address = provenance.address, context.config.list_of(drill=incident.drill, restricted=True)
    if not any(key.by in PROOFS and key.ref == incident.ref for key in keys):
        return "outside"
    if has_part(incident, address):
        return "told"
    if list_address is None or _was_removed(view, incident, address):
        return "outside"
    if provenance.claimed_list == list_address and provenance.handed_over:
        return "told" if provenance.is_proven_to_be_lists else "acts"
    from incidentmail.inbound.thread import begins_a_thread  # imported here because most commands read no mail

    addressed = any(box.address == list_address for box in (*message.to, *message.cc))
    return "waits" if addressed and not begins_a_thread(message) else "outside"


def without_parts(understood: Understood, incident: Incident) -> tuple[Understood, tuple[str, ...]]:
    """Reduce a message admitted as `acts` to its note and commands for a worse severity.

    Also return the reason why the rest is dropped, if any is. What is left never waits for confirmation, so no question
    is sent to people outside.
    """
    read = understood.read
    kept = tuple(one for one in read.commands if _is_worse(one.command, incident))
    left_out = () if kept == read.commands else (LEFT_OUT,)
    return replace(understood, read=replace(read, commands=kept)), left_out


def _is_worse(command: Command, incident: Incident) -> bool:
    return isinstance(command, SetSeverity) and command.severity < incident.severity


def has_part(incident: Incident, address: str) -> bool:
    """Return whether the person at `address` is the commander or declarer, has been offered command, or has a role."""
    holders = (person for held in incident.roles.values() for person in held.people)
    people = (incident.commander, incident.declared_by, incident.offered, *holders)
    return any(person is not None and person.address == address for person in people)


def is_inside(incident: Incident, address: str) -> bool:
    """Return whether `incident` is unrestricted or the person at `address` has a part in it."""
    return not incident.restricted or has_part(incident, address)


def _was_removed(view: LedgerView, incident: Incident, address: str) -> bool:
    events = (entry.recorded.event for entry in view.entries(incident.id))
    removed = (person for event in events if isinstance(event, RoleChanged) for person in event.was.people)
    return any(person.address and is_same_mailbox(person.address, address) for person in removed)
