"""Private mail to one person: whether it may go out, and the notice turned into a mail.

Every way of being written to by us privately goes through here, so that the limits hold for all of them together: a
machine that answers everything finds an end, and nobody is flooded in our name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from incidentmail.core.events import CommandTransferred, Declared, Event, RoleChanged
from incidentmail.core.frozen import json_text, read_text
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.core.words import in_brackets
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import OutboxMail, PrivateMail, Recipient
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.private_mails import Private, render_private

from .context import AppContext

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADDRESS_AN_HOUR_MAX = 10
"""Private mails to one address: more than a person in trouble needs, and few enough to be read."""
ADDRESS_A_DAY_MAX = 40
INCIDENT_AN_HOUR_MAX = 60
"""Private mails about one incident."""
SAME_A_DAY_MAX = 2
"""Answers to the same words of the same person: a machine repeats itself, a person is told twice."""
TOGETHER_AN_HOUR_MAX = {"stranger": 20, "outsider": 20, "new_thread": 30, "answer": 200}
"""Private mails of one kind to all addresses together: a From costs nothing to forge, a domain has addresses without
end, and anybody's can be named to a role. None of this may make us a source of unwanted mail. An `outsider` is whoever
was named to a role and is not on the roster."""
SERIALS_FROM = 100_000_000
"""The serial numbers of other private mails stay below: they follow the size of the ledger."""
ONCE_IN = {"stranger": DAY, "new_thread": DAY, "mention": HOUR}
"""Kinds of private mail that one address gets once only in this time."""


def send(
    context: AppContext, tx: Transaction, content: Private, *, kind: str, at: datetime, incident: str | None = None,
    said: str | None = None, filed: int | None = None,
) -> str | None:  # fmt: skip
    """Notes that `content` is due; or says why it does not go out.

    `said`: the words that it answers. `filed`: the accepted mail that a reply to it declares.
    """
    address = str(content.to.address)
    digest = _digest(kind, address, incident or "", said) if said is not None else None
    if context.config.settings.mail.mute:
        return "mute"
    over = over_a_limit(tx, kind, address, incident, at, digest)
    if over is not None:
        return over
    ref = None if incident else _free_ref(context, tx)
    answer = PrivateMail(
        kind=kind, address=address, incident=incident, at=at, digest=digest, content=json_text(content), ref=ref,
        filed=filed,
    )  # fmt: skip
    tx.add_private_mail(answer)
    return None


def over_a_limit(
    view: LedgerView, kind: str, address: str, incident: str | None, at: datetime, digest: str | None = None
) -> str | None:
    """The limit that keeps one more private mail back; None where there is none. `digest`: of the answered words."""
    if kind in ONCE_IN and view.private_mails_since(at - ONCE_IN[kind], address=address, kind=kind):
        return "told already"
    if digest and view.private_mails_since(at - DAY, address=address, digest=digest) >= SAME_A_DAY_MAX:
        return "the same words were answered before"
    together = TOGETHER_AN_HOUR_MAX.get(kind)
    if together is not None and view.private_mails_since(at - HOUR, kind=kind) >= together:
        return f"{together} an hour to all together"
    if view.private_mails_since(at - HOUR, address=address) >= ADDRESS_AN_HOUR_MAX:
        return f"{ADDRESS_AN_HOUR_MAX} an hour to one address"
    if view.private_mails_since(at - DAY, address=address) >= ADDRESS_A_DAY_MAX:
        return f"{ADDRESS_A_DAY_MAX} a day to one address"
    if incident and view.private_mails_since(at - HOUR, incident=incident) >= INCIDENT_AN_HOUR_MAX:
        return f"{INCIDENT_AN_HOUR_MAX} an hour about one incident"
    return None


def _digest(kind: str, address: str, incident: str, said: str) -> str:
    """One value for the same words about the same incident, whatever numbers stand in them: tickets are counted.

    A short number in the first line is part of the words: who tries `undo 3` and then `undo 4` says two things.
    """
    first = re.sub(r"\d{3,}", "", said.strip().partition("\n")[0])
    words = [character for character in said.casefold() if character.isalpha()]
    words += [character for character in first if character.isdecimal()]
    parts = (kind, address, incident, "".join(words))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _free_ref(context: AppContext, tx: LedgerView) -> str:
    ref = context.new_ref()
    while tx.incident_by_ref(ref) is not None or tx.is_ref_taken(ref):
        ref = context.new_ref()
    return ref


def serial_for(tx: Transaction, *, kind: str, address: str, incident: str, at: datetime) -> int:
    """The serial number of a private mail that is made at once; it counts for the limits like any other."""
    return SERIALS_FROM + tx.add_private_mail(PrivateMail(kind=kind, address=address, incident=incident, at=at))


def tell_named(
    context: AppContext, tx: Transaction, incident: Incident, events: Sequence[Event], *, actor: Actor, at: datetime
) -> None:
    """Tells everybody whom `events` name to a role, in one mail each; not whoever named themselves.

    Whoever has command now gets what a commander can reply, in that same mail; whoever took it, in one of their own.
    Who declares leads as a rule, and is told nothing: another mail at that moment helps nobody.
    """
    ours = (context.config.bot.address, *context.config.lists)
    named: dict[str, tuple[Person, list[str]]] = {}
    for person, role in _named(context, events):
        if person.address and person.address not in ours and not person.same_as(actor.person):
            named.setdefault(person.address, (person, []))[1].append(role)
    for person, roles in named.values():
        leads = context.words.title in roles
        content = Private(
            template="controls" if leads else "named",
            to=person,
            by=actor.person.name,
            roles=tuple(dict.fromkeys(roles)),
        )
        kind = "named" if context.roster.has(str(person.address)) else "outsider"
        send(context, tx, content, kind=kind, at=at, incident=incident.id)
    taken = any(isinstance(event, CommandTransferred) and event.commander.same_as(actor.person) for event in events)
    if taken and actor.person.address and actor.person.address not in ours:
        content = Private(template="controls", to=actor.person)
        send(context, tx, content, kind="controls", at=at, incident=incident.id)


def _named(context: AppContext, events: Sequence[Event]) -> Iterator[tuple[Person, str]]:
    """Each person whom an event names anew, with the role as our mails call it."""
    for event in events:
        match event:
            case CommandTransferred(commander=person):
                yield person, context.words.title
            case RoleChanged(role=role, holders=holders, was=was):
                new = (p for p in holders.people if not any(p.same_as(old) for old in was.people))
                yield from ((person, _role(context, role)) for person in new)
            case Declared(roles=roles, commander=commander):
                yield commander, context.words.title
                yield from ((person, _role(context, role)) for role, held in roles.items() for person in held.people)
            case _:
                continue


def _role(context: AppContext, key: str) -> str:
    role = context.words.policy.role(key)
    title = context.words.key(f"roles.{key}")
    title = f"{title[:1].lower()}{title[1:]}" if title[1:2].islower() else title
    return title + in_brackets(role.takes if role else None)


def announce_privately(context: AppContext, *, incident_id: str | None = None) -> list[str]:
    """Makes all private mails that are due, or those about one incident; their Message-IDs.

    One transaction for each: a mail that cannot be made keeps no other from leaving. Its RenderError is raised when all
    others are done; it stays due.
    """
    made: list[str] = []
    fault: RenderError | None = None
    after = 0
    while True:
        try:
            with context.ledger.transaction() as tx:
                due = tx.next_private_mail(incident_id=incident_id, after=after)
                if due is None:
                    break
                after = due.serial
                incident = tx.incident(due.incident) if due.incident else None
                content = read_text(Private, due.content)
                if content.template == "controls" and incident and not incident.commander.same_as(content.to):
                    tx.private_mail_made(due.serial)  # command has passed on since
                    continue
                entries = tx.entries(incident.id) if incident and content.template == "brief" else ()
                mail = render_private(
                    context.sender(incident), content, incident=incident, at=context.now(),
                    serial=SERIALS_FROM + due.serial,
                    ref=incident.ref if incident else due.ref or "", origin=context.ledger.origin,
                    recorded=(entry.recorded for entry in entries),
                )  # fmt: skip
                tx.private_mail_made(due.serial)
                if incident is not None:
                    tx.follow_thread(incident.id, mail.message_id)
                    tx.remember_words(incident.id, "\n".join((mail.text, *mail.labels)))
                tx.enqueue(
                    OutboxMail(
                        message_id=mail.message_id, incident=due.incident, subject=mail.subject,
                        reverse_path=mail.reverse_path, raw=mail.raw, next_attempt_at=context.now(),
                        recipients=(Recipient(address=due.address, state="queued"),),
                    )
                )  # fmt: skip
                made.append(mail.message_id)
        except RenderError as error:
            fault = fault or error
    if fault is not None:
        raise fault
    return made
