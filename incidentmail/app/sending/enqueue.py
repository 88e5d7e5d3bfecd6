"""Put messages into the outbox, and define the results of writing mail."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.witness import signed
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import OutboxMail, Recipient
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.draft import Occasion
from incidentmail.outbound.header_fields import Mail

LEFT_OUT = 100
"""How many update numbers are skipped after a promotion.

The previous leader may have used them in messages that have not arrived here yet, or are lost.
"""
RENAMED_MAX = 3
"""How many Message-IDs given by a list are kept besides the first one. References hold twenty ids in all."""


class MailFault(Frozen, gc=True):
    """A message about `incident` (None if it is about none) that could not be written. It stays due.

    `is_private` is true if the message is for one person, so that its failure does not stop mail to the list.
    """

    incident: str | None
    error: RenderError
    is_private: bool = False


class Untold(Frozen):
    """Texts about people who got no private mail about `incident`, and the limits that prevented it."""

    incident: str
    text: str


class MadeMails(Frozen, gc=True):
    """The Message-IDs of the messages put into the outbox, and the messages that failed or that a limit prevented."""

    message_ids: tuple[str, ...] = ()
    faults: tuple[MailFault, ...] = ()
    untold: tuple[Untold, ...] = ()


def occasion(context: AppContext, view: LedgerView, incident: Incident) -> Occasion:
    """Return the current time, the heads of the ledger's two chains, and the thread so far.

    A keyed hash proves the heads, because anybody can change a field of a message that they have.

    If other people read the result, entries and messages of silent incidents are not counted, because the counts would
    reveal that something is going on. The hashes cover these entries and messages, but reveal nothing.

    A list that wraps messages or hides their authors gives each message a new Message-ID, the only one that subscribers
    see. So the newest of these ids are placed before ours: programs like Gmail keep a thread together only if a message
    refers to an id that they have.
    """
    head, accepted = view.head(), view.accepted_head()
    entries, mails = (0, 0) if incident.restricted else view.silent_sizes()
    sizes = head.size - entries, accepted.size - mails
    ledger = signed(context.key, f"{head.origin}; {sizes[0]}; {head.hash}; {sizes[1]}; {accepted.hash}")
    known = {text.lower() for text in incident.thread}
    renamed = view.returned_ids(incident.id) if incident.is_announced else []
    renamed = [text for text in renamed if text.lower() not in known]
    thread = (*renamed[:1], *renamed[1:][-RENAMED_MAX:], *incident.thread)
    return Occasion(
        at=context.now(),
        ledger=ledger,
        origin=context.ledger.origin,
        thread=thread,
        epoch=max(incident.epoch, view.authority().epoch),
        number_min=incident.updates + 1 + (LEFT_OUT if incident.skips_numbers else 0),
    )


def enqueue(context: AppContext, tx: Transaction, incident: Incident, mail: Mail) -> None:
    """Put a message about `incident` into the outbox.

    Record that answers to the message belong to the incident, and that lines with words from it count as quoted.
    """
    tx.follow_thread(incident.id, mail.message_id)
    tx.remember_words(incident.id, "\n".join((mail.text, incident.subject, *mail.page_only)))
    enqueue_apart(context, tx, incident.id, mail)


def enqueue_apart(context: AppContext, tx: Transaction, incident: str | None, mail: Mail) -> None:
    """Put a message that expects no answer into the outbox: one without an incident, or a notice to everybody."""
    recipients = tuple(Recipient(address=address, state="queued") for address in dict.fromkeys(mail.forward_paths))
    tx.enqueue(
        OutboxMail(
            message_id=mail.message_id,
            incident=incident,
            subject=mail.subject,
            reverse_path=mail.reverse_path,
            recipients=recipients,
            raw=mail.raw,
            next_attempt_at=context.now(),
        )
    )
