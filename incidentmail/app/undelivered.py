"""Tell the operator, and people who are waiting for an answer, that mail did not reach a person.

Mail counts as undelivered if a relay refused it, if its delivery was given up, if a delivery report says so, or if it
has been waiting for hours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from incidentmail.app.telling.private_numbers import private_serial
from incidentmail.core.decision.decline import giver
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.decision.roles import distinct
from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import proving_key, read_message_id
from incidentmail.core.model import Incident, Person
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import OutboxMail
from incidentmail.outbound.operator_alarm import Alarm
from incidentmail.outbound.private_mails import Private
from incidentmail.outbound.undelivered_mail import Awaited, How, Undelivered

from .context import AppContext
from .parts import self_named_deputies
from .telling.delays import LONG_DELAY, LONG_DELAY_IS_NEWS_FOR, LONG_DELAYS_MAX
from .telling.mail_kinds import NOBODY
from .telling.private_mail import note_alarm, note_due
from .telling.tell_people import questions_to_others, role_title


def tell_undelivered(
    context: AppContext, tx: Transaction, mail: OutboxMail, address: str, *, how: How, reply: str,
    seen_by: Person | None = None,
) -> None:  # fmt: skip
    """Schedule mails to the people who must be told that `mail` did not reach `address`, one to each.

    The person `seen_by` sees the failure at a terminal and gets no mail. Nobody is told about mail without an incident,
    such as an alarm; `status` shows such failures. If mail to the operator fails, the operator gets no mail about that.
    """
    incident = tx.incident(mail.incident) if mail.incident else None
    operator = context.config.settings.operator.address
    if incident is None:
        return
    if operator is not None and operator != address and not context.is_muted:
        is_ours = address in (*context.config.every_list, *context.config.settings.list.always_to)
        note_alarm(tx, _alarm(mail, address, how, reply), address=operator, at=context.now(), always=is_ours)
    ours = (context.config.bot.address, *context.config.lists, address)
    for one in _awaiting(context, tx, incident, mail, address):
        if one.person.address is None or one.person.address in ours or (seen_by and one.person.same_as(seen_by)):
            continue
        undelivered = Undelivered(awaited=one.what, how=how, whom=str(_person(context, incident, address)), reply=reply)
        content = Private(
            template="undelivered", to=one.person, roles=one.roles, number=one.number, undelivered=undelivered
        )
        # Each message to the list, or copied with it, can fail again but is news only once. Each offer or question is a
        # new one.
        again = one.what in ("copy", "list") or how == "waiting"
        said = f"{address} {how if again else mail.message_id}"
        note_due(
            context, tx, content, kind="undelivered", at=context.now(), incident=incident.id, said=said, cause=NOBODY
        )
    if _kind(context, tx, mail) == "question":
        _ask_others(context, tx, incident, address)


def _ask_others(context: AppContext, tx: Transaction, incident: Incident, address: str) -> None:
    """Ask the other leaders, once each, whether a severe incident is over, if its commander cannot be asked."""
    self_named = self_named_deputies(tx, incident)
    for proposal in open_proposals(incident):
        for question in questions_to_others(context, incident, proposal, context.person(address), self_named):
            once = f"{incident.id} proposal {proposal.number}"
            note_due(
                context, tx, question, kind="question", at=context.now(), incident=incident.id, once=once, cause=NOBODY
            )


def tell_of_failures(
    context: AppContext, tx: Transaction, before: OutboxMail, after: OutboxMail, *, given_up: Collection[str],
    seen_by: Person | None = None,
) -> None:  # fmt: skip
    """Schedule mails to the people who must be told that a message failed permanently in this attempt.

    The person `seen_by` sees the failures at a terminal and gets no mail.
    """
    open_before = {recipient.address for recipient in before.recipients if recipient.state == "queued"}
    known = {recipient.address for recipient in before.recipients}
    for recipient in after.recipients:
        is_new = recipient.address in open_before or recipient.address not in known
        if recipient.state == "failed" and is_new:
            how: How = "given up" if recipient.address in given_up else "refused"
            tell_undelivered(
                context, tx, after, recipient.address, how=how, reply=recipient.reply or "", seen_by=seen_by
            )


def tell_behind_list(context: AppContext, tx: Transaction, mail: OutboxMail, whom: str, *, reply: str) -> None:
    """Tell the operator that a message failed to reach somebody to whom a list or forwarding address relayed it."""
    operator = context.config.settings.operator.address
    if operator is None or context.is_muted or mail.incident is None:
        return
    taken = ", ".join(recipient.address for recipient in mail.recipients)
    alarm = Alarm(
        kind="behind a list",
        subject=whom,
        lines=(f"to {whom}, by way of {taken}", f"mail {mail.id} of {mail.incident}", reply),
        remedy="They are probably subscribed to the list, or somebody's mail is forwarded to them. Correct the "
        "subscription.",
    )
    note_alarm(tx, alarm, address=operator, at=context.now())


def tell_of_long_delays(context: AppContext) -> None:
    """Tell people, once, about each recipient whom a mail has not reached for LONG_DELAY."""
    until = context.now() - LONG_DELAY
    with context.ledger.snapshot() as view:
        late = view.waiting_recipients(after=until - LONG_DELAY_IS_NEWS_FOR, until=until)[:LONG_DELAYS_MAX]
    if not late:
        return
    with context.ledger.transaction() as tx:
        for one in late:
            mail = tx.outbox_numbered(one.mail)
            if mail is not None:
                tell_undelivered(context, tx, mail, one.address, how="waiting", reply=one.reply or "")


def _alarm(mail: OutboxMail, address: str, how: How, reply: str) -> Alarm:
    others = [r.address for r in mail.recipients if r.state == "sent" and r.address != address]
    lines = [f"to {address}", f"mail {mail.id} of {mail.incident}, {mail.message_id.strip('<>')}", reply or "no reply"]
    lines += [f"a report says so; 'incidentmail outbox show {mail.id}' has its words"] if how == "returned" else []
    lines += [f"taken for {', '.join(others)}"] if others else []
    if how == "waiting":
        remedy = "It is still being tried. Tell them another way if it matters."
    else:
        remedy = (
            "Who should have read it may not know. Tell them another way if it matters, correct the address or "
            f"[mail] relay, then 'incidentmail outbox retry {mail.id}'."
        )
    return Alarm(kind=how, subject=address, lines=tuple(lines), remedy=remedy)


class _Awaiting(Frozen, kw_only=True):
    """A person who is waiting for somebody whom a mail did not reach. `what` is the kind of that mail."""

    person: Person
    what: Awaited
    roles: tuple[str, ...] = ()
    number: int | None = None


def _awaiting(
    context: AppContext, tx: Transaction, incident: Incident, mail: OutboxMail, address: str
) -> Iterator[_Awaiting]:
    """Yield the people who are waiting for the person at `address` because of `mail`."""
    match _kind(context, tx, mail):
        case "announcement":
            at_list = address in (*context.config.lists, context.config.settings.list.backup)
            yield _Awaiting(person=incident.commander, what="list" if at_list else "copy")
        case "briefing":
            yield _Awaiting(person=incident.commander, what="copy")
        case "offer" if incident.offered is not None and incident.offered.address == address:
            yield _Awaiting(person=incident.offered_by or incident.commander, what="offer")
        case "question":
            for proposal in open_proposals(incident):
                if any(person.address == address for person in proposal.confirmers):
                    yield _Awaiting(person=proposal.by, what="question", number=proposal.number)
        case "named" | "outsider" | "controls":
            yield from _named_by(context, incident, address)
        case _:
            return


def _person(context: AppContext, incident: Incident, address: str) -> Person:
    """Return the person at an address, with their name from the configuration or, failing that, from the incident."""
    people = [incident.offered, incident.commander, *(p for held in incident.roles.values() for p in held.people)]
    people += [person for proposal in incident.proposals for person in proposal.confirmers]
    if address in context.config.settings.people:
        return context.person(address)
    return next((person for person in people if person and person.address == address), context.person(address))


def _kind(context: AppContext, tx: Transaction, mail: OutboxMail) -> str | None:
    name = read_message_id(context.key, mail.message_id)
    if name is None:
        return None
    if name.number.isdecimal():
        return "announcement"
    key = proving_key(context.key, mail.message_id) or context.key
    return tx.private_mail_kind(private_serial(key, int(name.number.removeprefix("p"))))


def _named_by(context: AppContext, incident: Incident, address: str) -> Iterator[_Awaiting]:
    """Yield the people who gave the person at `address` their current roles."""
    holder = Person.called("", address)
    given = [
        (giver(incident, role, holder), role_title(context, role))
        for role, held in incident.roles.items()
        if any(person.address == address for person in held.people)
    ]
    if incident.named is not None and incident.commander.address == address:
        given.append((incident.named.by, context.words.title))
    for person in distinct(by for by, _ in given):
        roles = tuple(role for by, role in given if by.same_as(person))
        yield _Awaiting(person=person, what="role", roles=roles)
