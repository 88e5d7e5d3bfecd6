"""Turn notices into messages: combine what is due, render it, number it, and put it into the outbox.

A message contains the ledger's head. It is rendered inside the transaction, so that its number, the head and the outbox
row are committed together.
"""

from __future__ import annotations

from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.known_people import showing_addresses
from incidentmail.app.parts import as_shown
from incidentmail.app.record import LIST_KINDS, record
from incidentmail.app.telling.private_mail import hides_authors, reserve
from incidentmail.app.telling.private_numbers import private_number
from incidentmail.app.telling.tell_people import tell_people
from incidentmail.core.conduct.promises import kept
from incidentmail.core.events import Announced
from incidentmail.core.facts import old_values
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident, Person
from incidentmail.core.notices import Notice
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import DueNotice
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.list_mails import next_number, render_declaration, render_follow_up
from incidentmail.outbound.public_notice import render_public, tells_public

from .enqueue import MadeMails, MailFault, Untold, enqueue, enqueue_apart, occasion
from .executives import tell_executives
from .write_private_mail import write_private_mails


def announce(
    context: AppContext, *, early_for: str | None = None, early: bool = False, only: str | None = None
) -> MadeMails:
    """Put all mail that is due into the outbox: first mail to the list, then private mail.

    The follow-up of the incident `early_for` does not wait for the end of its window. If `early` is true, no follow-up
    does. Each incident is handled in a separate transaction, so a message that cannot be written does not block the
    others. If `only` is given, handle only that incident's mail.
    """
    now = context.now()
    with context.ledger.snapshot() as view:
        due_now = [] if only else view.due_incidents(now=now, early=early)
    names = dict.fromkeys(name for name in (early_for, only, *due_now) if name)
    made: list[str] = []
    faults: list[MailFault] = []
    untold: list[Untold] = []
    for name in names:
        try:
            with context.ledger.transaction() as tx:
                due = tx.take_notices(now=now, incident_id=name, early=early or name == early_for)
                announced = _announce_incident(context, tx, name, due) if due else MadeMails()
            made += announced.message_ids
            untold += announced.untold
        except RenderError as error:
            faults.append(MailFault(name, error))
    private = write_private_mails(context, only=only)
    return MadeMails((*made, *private.message_ids), (*faults, *private.faults), tuple(untold))


def _announce_incident(context: AppContext, tx: Transaction, name: str, due: list[DueNotice]) -> MadeMails:
    found = tx.incident(name)
    if found is None:
        raise ValueError(f"a notice names {name}, which is not in the ledger")
    if not found.is_led_by(context.ledger.origin):
        return MadeMails()  # the installation that leads announces it
    incident = as_shown(tx, found)
    sender = showing_addresses(context.sender(incident), context, tx, incident)
    sender = replace(sender, hides_authors=hides_authors(tx, sender.list_address))
    made: list[str] = []
    untold: list[str] = []
    beside = MadeMails()
    declaration = next((notice for notice in due if notice.kind == "declaration"), None)
    if declaration is not None:
        # The list has already seen the message that declared the incident, and ours only answers that.
        by_hand = bool(incident.thread)
        moment = occasion(context, tx, incident)
        mail = render_declaration(sender, incident, moment, by_hand=by_hand)
        made += [mail.message_id, *_tell_everybody(context, tx, incident)]
        beside = tell_executives(context, tx, incident)
        incident = _record(context, tx, incident, 0, mail, moment.at)
    elif any(notice.kind == "follow_up" for notice in due) and (incident.unannounced or incident.said):
        moment = occasion(context, tx, incident)
        number, mail = next_number(incident, moment), render_follow_up(sender, incident, moment)
        briefing = _brief_added(context, tx, incident, mail)
        made += briefing.message_ids
        untold += (one.text for one in briefing.untold)
        made += [mail.message_id, *_tell_everybody(context, tx, incident)]
        beside = tell_executives(context, tx, incident)
        incident = _record(context, tx, incident, number, mail, moment.at)
    made += beside.message_ids
    untold += (one.text for one in beside.untold)
    # Earlier versions kept private mail among the notices. After a migration, some of it may still be waiting there.
    private = [_private(notice) for notice in due if notice.kind not in LIST_KINDS]
    untold += tell_people(context, tx, incident, (), private, actor=context.itself(), at=context.now())
    return MadeMails(tuple(made), untold=tuple(Untold(name, text) for text in untold))


def _private(notice: DueNotice) -> Notice:
    person = Person.parse(notice.recipient) if notice.recipient else None
    return Notice(kind=notice.kind, at_once=True, to=person, number=notice.number)


def _record(
    context: AppContext, tx: Transaction, incident: Incident, number: int, mail: Mail, at: datetime
) -> Incident:
    """Add the announcement to the ledger, its message to the outbox, and its words to the incident's memory.

    `at` is the time stated in the message, from which the time of the next update is computed.
    """
    promised = kept(incident, context.words.policy, at) if number else ()
    change = record(
        context, tx, incident.id, [Announced(number=number, message_id=mail.message_id), *promised],
        version=incident.version, actor=context.itself(), at=at, caused_by=None,
    )  # fmt: skip
    enqueue(context, tx, incident, mail)
    return change.incident


def _brief_added(context: AppContext, tx: Transaction, incident: Incident, follow_up: Mail) -> MadeMails:
    """Send the details to people who got no earlier mail because only this follow-up's worse severity added them.

    A ledger that has sent no messages itself (a standby) assumes that the recipients for the severity that was
    announced last got the earlier mail.
    """
    known = tx.recipients_of(incident.id)
    if not known:
        before = old_values(incident.unannounced).get("severity", incident.severity)
        sender = context.sender(replace(incident, severity=before))
        known = frozenset((sender.list_address, *sender.always_to))
    to = [address for address in dict.fromkeys(follow_up.forward_paths) if address not in known]
    reserved = reserve(tx, kind="briefing", to=to, at=context.now(), incident=incident.id)
    untold = tuple(Untold(incident.id, text) for text in reserved.untold)
    if reserved.serial is None:
        return MadeMails(untold=untold)
    from incidentmail.outbound.late_briefing import render_briefing

    entries = (entry.recorded for entry in tx.entries(incident.id))
    when = occasion(context, tx, incident)
    sender = showing_addresses(context.sender(incident), context, tx, incident)
    number = private_number(context.key, reserved.serial)
    mail = render_briefing(sender, incident, entries, when, to=reserved.to, serial=number)
    enqueue(context, tx, incident, mail)
    return MadeMails((mail.message_id,), untold=untold)


def _tell_everybody(context: AppContext, tx: Transaction, incident: Incident) -> list[str]:
    """Announce to the main list, in a separate thread, what everybody may know about a restricted incident."""
    has_own_list = incident.drill and context.config.settings.list.drill is not None
    if has_own_list or not tells_public(incident):
        return []
    sender = showing_addresses(context.public_sender(), context, tx, incident)
    mail = render_public(sender, incident, occasion(context, tx, incident))
    enqueue_apart(context, tx, incident.id, mail)
    return [mail.message_id]
