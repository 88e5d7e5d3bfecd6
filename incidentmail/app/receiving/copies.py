"""Recognise copies of a message: from the list, direct, or delivered again. All count once, at the highest trust.

Two messages are copies of one another if they have the same Message-ID, author (before a list rewrote it) and new text.
The same Message-ID with another author or text is a conflict, which is recorded but does not prevent anybody's message
from counting.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from incidentmail.core.command_json import command_json
from incidentmail.core.commands import AcceptProposal, Command
from incidentmail.core.decision.proposals import is_same_wish, open_proposals
from incidentmail.core.frozen import replace
from incidentmail.core.leaks.leaked_secrets import masked_command
from incidentmail.core.model import Actor, Incident, Person, Proposal, Trust
from incidentmail.core.policy import Policy, is_permitted
from incidentmail.core.text import one_line
from incidentmail.inbound.authentication.author import Provenance
from incidentmail.inbound.authentication.sent_again import signature_ids
from incidentmail.inbound.message import Message
from incidentmail.ledger.values import Outcome
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.parsed import ReadCommand
from incidentmail.reply.understand import Understood


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """What is known about other copies of a message. `key` is the key under which later copies will find this one.

    `seen` is the outcome of the newest earlier copy that was judged. `before` is the trust of that copy, if this one is
    trusted more. `conflict` is a message with the same Message-ID that is not a copy.
    """

    key: str
    seen: Outcome | None = None
    before: Trust | None = None
    conflict: Outcome | None = None


def copies_of(
    message: Message, view: LedgerView | None, *, who: Person | None, new_text: str | None, trust: Trust | None
) -> Copies:
    """Return the other copies of a message, and any message that pretends to be a copy.

    A stranger's copy has a separate key. It counts as a copy of a trusted message, but a trusted message does not count
    as a copy of a stranger's. Otherwise a forged copy that arrives first would keep out the genuine message.

    A list that wraps posts keeps their own Message-ID inside. If there is no id, messages are distinguished by the Date
    and the subject or, without a Date, by the whole header. In the last case, a copy that arrives by another route
    counts again, which is better than losing a message.

    `new_text` is None if the body of a stranger's message is not parsed. In that case, only id and author are compared.
    """
    dated = f"{message.date} {message.subject}" if message.date else repr(message.fields)
    identity = message.wrapped_id or message.message_id or dated
    parts = (identity, (who.address if who else None) or "", one_line(new_text or ""))
    believed, stranger = _digest(parts), _digest((*parts, Trust.STRANGER))
    keys = (stranger, believed) if trust is Trust.STRANGER else (believed,)
    if view is None:
        return Copies(key=keys[0])
    seen = next((copy for key in keys if (copy := view.seen(key))), None)
    if seen is None and new_text is None and message.message_id and who:
        seen = view.newest_bearing(message.message_id, who.address) if who.address else None
    before = Trust(seen.trust) if seen and seen.trust else None
    other = _conflicting(view, message.message_id, who) if message.message_id and seen is None else None
    return Copies(
        key=keys[0],
        seen=seen,
        before=before if before and trust and before.rank < trust.rank else None,
        conflict=other if other and other.copy_key not in (believed, stranger) else None,
    )


def _conflicting(view: LedgerView, message_id: str, who: Person | None) -> Outcome | None:
    """Return the outcome of a different mail with the same Message-ID, or None.

    Mail that was only filed has no copy key, so its author is compared instead.
    """
    others = view.bearing_by_others(message_id, who.address) if who else None
    return view.first_bearing(message_id) or others


def is_outdone(conflict: Outcome | None, who: Person | None, trust: Trust | None) -> bool:
    """Return whether a different text with the same author and Message-ID is trusted more than this one."""
    if conflict is None or conflict.trust is None or who is None or trust is None:
        return False
    return conflict.header_from == who.address and Trust(conflict.trust).rank > trust.rank


def still_to_do(understood: Understood, incident: Incident, before: Actor, policy: Policy) -> Understood:
    """Return the commands for which an earlier copy was not trusted enough. The others were decided with that copy.

    If a command of the earlier copy became a proposal, this copy confirms it, so that its author no longer needs to be
    asked. Proposals that need another person's consent remain.
    """
    read = understood.read
    short: list[ReadCommand] = []
    for command in read.commands:
        waiting = _waiting(command.command, incident, before.person)
        if is_permitted(incident, command.command, before, policy):
            continue
        if waiting is None:
            short.append(command)
        elif any(before.person.same_as(person) for person in waiting.confirmers):
            short.append(replace(command, command=AcceptProposal(waiting.number)))
    prose = "" if policy.allows("note", before) else read.prose
    return replace(understood, read=replace(read, commands=tuple(short), prose=prose, problems=()))


def _waiting(command: Command, incident: Incident, author: Person) -> Proposal | None:
    """Return the open proposal of `author` that asks for exactly this command, or None."""
    value = command_json(masked_command(command)[0])
    own = (proposal for proposal in open_proposals(incident) if proposal.by.same_as(author))
    return next((proposal for proposal in own if is_same_wish(proposal.command, value)), None)


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def sent_again(view: LedgerView, provenance: Provenance | None) -> str | None:
    """Return the incident of an earlier message with the same signature, if only that signature proves this one."""
    if provenance is None or provenance.evidence.signed is None:
        return None
    return next((known for name in signature_ids(provenance.message) if (known := view.incident_of(name))), None)
