"""A mail into the outbox, and what a round of making mail brought."""

from __future__ import annotations

from dataclasses import dataclass

from incidentmail.app.context import AppContext
from incidentmail.core.model import Incident
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import OutboxMail, Recipient
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.draft import Occasion
from incidentmail.outbound.header_fields import Mail

RENAMED_MAX = 3
"""Message-IDs that a list gave our mails, beside the first of them: References hold twenty in all."""


@dataclass(frozen=True, slots=True)
class MailFault:
    """A mail of `incident` (None for mail about none) that could not be made; it stays due.

    `is_private`: it is for one person, so that the list is told all the same.
    """

    incident: str | None
    error: RenderError
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Untold:
    """In words, who of `incident` should have been told privately and was not, and which limit kept the mail back."""

    incident: str
    text: str


@dataclass(frozen=True, slots=True)
class MadeMails:
    """The Message-IDs of what went into the outbox, what could not be made, and what a limit kept back."""

    message_ids: tuple[str, ...] = ()
    faults: tuple[MailFault, ...] = ()
    untold: tuple[Untold, ...] = ()


def occasion(context: AppContext, view: LedgerView, incident: Incident) -> Occasion:
    """Return now, with the heads of the ledger's two chains as they are, and the thread so far.

    Entries and mails of silent incidents are not counted where others read it: their numbers would say that something
    is going on. The hashes cover them, and say nothing.

    A list that wraps mails, or hides who wrote them, gives each a new Message-ID, and its subscribers have no other. So
    the newest of these stand before ours: programs like Gmail keep one thread only if a mail names one that they have.
    """
    head, accepted = view.head(), view.accepted_head()
    entries, mails = (0, 0) if incident.restricted else view.silent_sizes()
    sizes = head.size - entries, accepted.size - mails
    ledger = f"{head.origin}; {sizes[0]}; {head.hash}; {sizes[1]}; {accepted.hash}"
    known = {text.lower() for text in incident.thread}
    renamed = view.returned_ids(incident.id) if incident.is_announced else []
    renamed = [text for text in renamed if text.lower() not in known]
    thread = (*renamed[:1], *renamed[1:][-RENAMED_MAX:], *incident.thread)
    return Occasion(at=context.now(), ledger=ledger, origin=context.ledger.origin, thread=thread)


def enqueue(context: AppContext, tx: Transaction, incident: Incident, mail: Mail) -> None:
    """Put a mail about `incident` into the outbox: answers to it belong there, and its words are known from now on."""
    tx.follow_thread(incident.id, mail.message_id)
    tx.remember_words(incident.id, "\n".join((mail.text, *mail.labels)))
    enqueue_apart(context, tx, incident.id, mail)


def enqueue_apart(context: AppContext, tx: Transaction, incident: str | None, mail: Mail) -> None:
    """Put a mail into the outbox that no answer leads back from: about no incident, or for everybody."""
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
