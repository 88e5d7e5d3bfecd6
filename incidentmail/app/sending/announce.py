"""Notices to mail: what is due is folded, rendered with the ledger's head, numbered, and put into the outbox.

Rendering happens inside the transaction: the number, the head it witnesses and the outbox row are one step.
"""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.private_mail import announce_privately, serial_for
from incidentmail.core.events import Announced
from incidentmail.core.facts import old_values
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident, Person
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import DueNotice, OutboxMail, Recipient
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.late_briefing import render_briefing
from incidentmail.outbound.list_mails import Occasion, render_declaration, render_follow_up, render_offer
from incidentmail.outbound.public_notice import render_public, tells_public

from .proposal_mail import private_mail


def announce(context: AppContext, *, incident_id: str | None = None, early: bool = False) -> list[str]:
    """Puts all due mail into the outbox, or with `early` also what waits for its window; then all private mail that
    is due. Returns the Message-IDs.

    One transaction for each incident: a mail that cannot be made keeps no other from leaving. Its RenderError is
    raised when all others are done; it stays due.
    """
    now = context.now()
    with context.ledger.snapshot() as view:
        names = view.due_incidents(now=now, early=early) if incident_id is None else [incident_id]
    made: list[str] = []
    fault: RenderError | None = None
    for name in names:
        try:
            with context.ledger.transaction() as tx:
                due = tx.take_notices(now=now, incident_id=name, early=early)
                made += _announce_incident(context, tx, name, due) if due else []
        except RenderError as error:
            fault = fault or error
    try:
        made += announce_privately(context, incident_id=incident_id)
    except RenderError as error:
        fault = fault or error
    if fault is not None:
        raise fault
    return made


def _announce_incident(context: AppContext, tx: Transaction, name: str, due: list[DueNotice]) -> list[str]:
    incident = tx.incident(name)
    if incident is None:
        raise ValueError(f"a notice names {name}, which is not in the ledger")
    made: list[str] = []
    declaration = next((notice for notice in due if notice.kind == "declaration"), None)
    if declaration is not None:
        by_hand = bool(incident.thread)  # the list has seen the mail that declared it, and ours only answers that
        mail = render_declaration(context.sender(incident), incident, occasion(context, tx, incident), by_hand=by_hand)
        made += [mail.message_id, *_tell_everybody(context, tx, incident)]
        incident = _record(context, tx, incident, 0, mail)
    elif any(notice.kind == "follow_up" for notice in due) and (incident.unannounced or incident.said):
        mail = render_follow_up(context.sender(incident), incident, occasion(context, tx, incident))
        made += _brief_added(context, tx, incident, mail)
        made += [mail.message_id, *_tell_everybody(context, tx, incident)]
        incident = _record(context, tx, incident, incident.updates + 1, mail)
    for notice in due:
        if notice.kind == "offer" and notice.recipient:
            made += _offer(context, tx, incident, Person.parse(notice.recipient))
        elif private := private_mail(context, tx, incident, notice, occasion(context, tx, incident)):
            enqueue(context, tx, incident, private)
            made.append(private.message_id)
    return made


def occasion(context: AppContext, view: LedgerView, incident: Incident) -> Occasion:
    """Now, with the ledger's head as it stands and the thread so far."""
    head = view.head()
    ledger = f"{head.origin}; {head.size}; {head.hash}"
    return Occasion(at=context.now(), ledger=ledger, origin=context.ledger.origin, thread=incident.thread)


def _record(context: AppContext, tx: Transaction, incident: Incident, number: int, mail: Mail) -> Incident:
    """The announcement in the ledger, its mail in the outbox, its words in memory."""
    state = tx.append(
        incident.id,
        [Announced(number=number, message_id=mail.message_id)],
        actor=context.itself(),
        at=context.now(),
        expected_version=incident.version,
        caused_by=None,
    )
    enqueue(context, tx, incident, mail)
    return state


def _brief_added(context: AppContext, tx: Transaction, incident: Incident, follow_up: Mail) -> list[str]:
    """The details to whoever gets this follow-up and none of the mails before it: a worse severity added them.

    A ledger that has sent none itself (a standby) goes by who was to be told at the severity that was announced last.
    """
    known = tx.recipients_of(incident.id)
    if not known:
        before = old_values(incident.unannounced).get("severity", incident.severity)
        sender = context.sender(replace(incident, severity=before))
        known = frozenset((sender.list_address, *sender.always_to))
    to = [address for address in dict.fromkeys(follow_up.forward_paths) if address not in known]
    if not to:
        return []
    serial = serial_for(tx, kind="briefing", address=to[0], incident=incident.id, at=context.now())
    entries = (entry.recorded for entry in tx.entries(incident.id))
    when = occasion(context, tx, incident)
    mail = render_briefing(context.sender(incident), incident, entries, when, to=to, serial=serial)
    enqueue(context, tx, incident, mail)
    return [mail.message_id]


def _tell_everybody(context: AppContext, tx: Transaction, incident: Incident) -> list[str]:
    """Of a restricted incident: what the main list may know. It belongs to no thread that leads to the incident."""
    if not tells_public(incident):
        return []
    mail = render_public(context.public_sender(), incident, occasion(context, tx, incident))
    _send(context, tx, incident.id, mail)
    return [mail.message_id]


def _offer(context: AppContext, tx: Transaction, incident: Incident, to: Person) -> list[str]:
    """The private mail to whom command was offered; nothing where no address is known or the offer has lapsed."""
    if to.address is None or incident.offered is None or not incident.offered.same_as(to):
        return []
    serial = serial_for(tx, kind="offer", address=to.address, incident=incident.id, at=context.now())
    by = incident.commander
    mail = render_offer(
        context.sender(incident), incident, occasion(context, tx, incident), to=to, by=by, serial=serial
    )
    enqueue(context, tx, incident, mail)
    return [mail.message_id]


def enqueue(context: AppContext, tx: Transaction, incident: Incident, mail: Mail) -> None:
    """A mail about `incident` into the outbox: answers to it belong there, and its words are known from now on."""
    tx.follow_thread(incident.id, mail.message_id)
    tx.remember_words(incident.id, "\n".join((mail.text, *mail.labels)))
    _send(context, tx, incident.id, mail)


def _send(context: AppContext, tx: Transaction, incident: str, mail: Mail) -> None:
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
