"""Notices to mail: what is due is folded, rendered with the ledger's head, numbered, and put into the outbox.

Rendering happens inside the transaction: the number, the head it witnesses and the outbox row are one step.
"""

from __future__ import annotations

from incidentmail.core.events import Announced
from incidentmail.core.facts import old_values
from incidentmail.core.model import Incident, Person
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.reading import Reading
from incidentmail.ledger.values import DueNotice, OutboxMail, Recipient
from incidentmail.outbound.briefing import render_briefing
from incidentmail.outbound.headers import Mail
from incidentmail.outbound.public import render_public, tells_public
from incidentmail.outbound.render import Occasion, render_declaration, render_follow_up, render_offer

from .asking import private_mail
from .office import Office
from .private import announce_privately, serial_for


def announce(office: Office, *, incident_id: str | None = None, early: bool = False) -> list[str]:
    """Puts all due mail into the outbox, or with `early` also what waits for its window; then all private mail that
    is due. Returns the Message-IDs.

    One transaction for each incident: a mail that cannot be made keeps no other from leaving. Its RenderError is
    raised when all others are done; it stays due.
    """
    now = office.now()
    with office.ledger.reading() as view:
        names = view.due_incidents(now=now, early=early) if incident_id is None else [incident_id]
    made: list[str] = []
    fault: RenderError | None = None
    for name in names:
        try:
            with office.ledger.transaction() as tx:
                due = tx.take_notices(now=now, incident_id=name, early=early)
                made += _announce_incident(office, tx, name, due) if due else []
        except RenderError as error:
            fault = fault or error
    try:
        made += announce_privately(office, incident_id=incident_id)
    except RenderError as error:
        fault = fault or error
    if fault is not None:
        raise fault
    return made


def _announce_incident(office: Office, tx: Transaction, name: str, due: list[DueNotice]) -> list[str]:
    incident = tx.incident(name)
    if incident is None:
        raise ValueError(f"a notice names {name}, which is not in the ledger")
    made: list[str] = []
    declaration = next((notice for notice in due if notice.kind == "declaration"), None)
    if declaration is not None:
        by_hand = bool(incident.thread)  # the list has seen the mail that declared it, and ours only answers that
        mail = render_declaration(office.sender(incident), incident, occasion(office, tx, incident), by_hand=by_hand)
        made += [mail.message_id, *_tell_everybody(office, tx, incident)]
        incident = _record(office, tx, incident, 0, mail)
    elif any(notice.kind == "follow_up" for notice in due) and (incident.unannounced or incident.said):
        mail = render_follow_up(office.sender(incident), incident, occasion(office, tx, incident))
        made += _brief_added(office, tx, incident, mail)
        made += [mail.message_id, *_tell_everybody(office, tx, incident)]
        incident = _record(office, tx, incident, incident.updates + 1, mail)
    for notice in due:
        if notice.kind == "offer" and notice.recipient:
            made += _offer(office, tx, incident, Person.parse(notice.recipient))
        elif private := private_mail(office, tx, incident, notice, occasion(office, tx, incident)):
            enqueue(office, tx, incident, private)
            made.append(private.message_id)
    return made


def occasion(office: Office, view: Reading, incident: Incident) -> Occasion:
    """Now, with the ledger's head as it stands and the thread so far."""
    head = view.head()
    ledger = f"{head.origin}; {head.size}; {head.hash}"
    return Occasion(at=office.now(), ledger=ledger, origin=office.ledger.origin, thread=incident.thread)


def _record(office: Office, tx: Transaction, incident: Incident, number: int, mail: Mail) -> Incident:
    """The announcement in the ledger, its mail in the outbox, its words in memory."""
    state = tx.append(
        incident.id,
        [Announced(number=number, message_id=mail.message_id)],
        actor=office.itself(),
        at=office.now(),
        expected_version=incident.version,
        caused_by=None,
    )
    enqueue(office, tx, incident, mail)
    return state


def _brief_added(office: Office, tx: Transaction, incident: Incident, follow_up: Mail) -> list[str]:
    """The details to whoever gets this follow-up and none of the mails before it: a worse severity added them.

    A ledger that has sent none itself (a standby) goes by who was to be told at the severity that was announced last.
    """
    known = tx.recipients_of(incident.id)
    if not known:
        before = old_values(incident.unannounced).get("severity", incident.severity)
        sender = office.sender(incident.model_copy(update={"severity": before}))
        known = frozenset((sender.list_address, *sender.always_to))
    to = [address for address in dict.fromkeys(follow_up.forward_paths) if address not in known]
    if not to:
        return []
    serial = serial_for(tx, kind="briefing", address=to[0], incident=incident.id, at=office.now())
    entries = (entry.recorded for entry in tx.entries(incident.id))
    when = occasion(office, tx, incident)
    mail = render_briefing(office.sender(incident), incident, entries, when, to=to, serial=serial)
    enqueue(office, tx, incident, mail)
    return [mail.message_id]


def _tell_everybody(office: Office, tx: Transaction, incident: Incident) -> list[str]:
    """Of a restricted incident: what the main list may know. It belongs to no thread that leads to the incident."""
    if not tells_public(incident):
        return []
    mail = render_public(office.public_sender(), incident, occasion(office, tx, incident))
    _send(office, tx, incident.id, mail)
    return [mail.message_id]


def _offer(office: Office, tx: Transaction, incident: Incident, to: Person) -> list[str]:
    """The private mail to whom command was offered; nothing where no address is known or the offer has lapsed."""
    if to.address is None or incident.offered is None or not incident.offered.same_as(to):
        return []
    serial = serial_for(tx, kind="offer", address=to.address, incident=incident.id, at=office.now())
    by = incident.commander
    mail = render_offer(office.sender(incident), incident, occasion(office, tx, incident), to=to, by=by, serial=serial)
    enqueue(office, tx, incident, mail)
    return [mail.message_id]


def enqueue(office: Office, tx: Transaction, incident: Incident, mail: Mail) -> None:
    """A mail about `incident` into the outbox: answers to it belong there, and its words are known from now on."""
    tx.follow_thread(incident.id, mail.message_id)
    tx.remember_words(incident.id, "\n".join((mail.text, *mail.labels)))
    _send(office, tx, incident.id, mail)


def _send(office: Office, tx: Transaction, incident: str, mail: Mail) -> None:
    recipients = tuple(Recipient(address=address, state="queued") for address in dict.fromkeys(mail.forward_paths))
    tx.enqueue(
        OutboxMail(
            message_id=mail.message_id,
            incident=incident,
            subject=mail.subject,
            reverse_path=mail.reverse_path,
            recipients=recipients,
            raw=mail.raw,
            next_attempt_at=office.now(),
        )
    )
