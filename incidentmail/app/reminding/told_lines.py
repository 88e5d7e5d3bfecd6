"""Send people the reminders that are due, and remember which lines they were sent, so that each is sent once.

For each line that a person was sent, the ledger keeps a row of the kind `TOLD` among those of private mails. It is
written in the same transaction as the mail, so that a restart or a second process does not send the line again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.telling.limit_reached import over_a_limit
from incidentmail.app.telling.mail_kinds import ALARM, LEFT_OPEN, NOBODY, REMINDER
from incidentmail.app.telling.private_mail import note_due
from incidentmail.core.conduct.digests.budget import HOUR, LONG, SPACING, Had, limits_of, told_now
from incidentmail.core.conduct.digests.digest import DigestLine, digest_lines
from incidentmail.core.conduct.promises import asked_if_missed, missed_key
from incidentmail.core.conduct.rules import Rules
from incidentmail.core.frozen import read, replace
from incidentmail.core.model import Incident
from incidentmail.core.names.mailboxes import mailbox_of
from incidentmail.core.names.person import Person
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import PrivateMail
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.private_mails import Item, Private

TOLD = "line_told"
"""The kind of a row which records that a person was sent a line. It causes no mail, and no limit counts it."""
_A_SECOND = timedelta(seconds=1)
"""Subtracted so that a digest can be sent exactly 15 minutes after the one before it."""
Mails = Iterator[tuple[str, tuple[DigestLine, ...]]]


def due_mails(
    view: LedgerView, incident: Incident, rules: Rules, now: datetime, *, ours: Collection[str | None]
) -> Mails:
    """Yield each address that gets reminders about `incident` now, with the lines for it.

    `ours` are the addresses of this program and of its lists, which get no reminders.
    """
    rules = with_reach(view, incident, rules, now)
    by_mailbox: dict[str, list[DigestLine]] = {}
    for line in digest_lines(incident, rules, now):
        if line.to.address not in ours and not _is_told(view, incident, line):
            by_mailbox.setdefault(mailbox_of(str(line.to.address)), []).append(line)
    led = {mailbox_of(person.address) for person in _leaders(incident, now) if person.address}
    for mailbox, lines in by_mailbox.items():
        told = told_now(lines, _had(view, mailbox, now), now, is_commander=mailbox in led)
        if told:
            yield str(told[0].to.address), told


def tell_lines(context: AppContext, tx: Transaction, incident: Incident, rules: Rules, now: datetime) -> None:
    """Queue the reminders that are due about `incident`. Mails that a limit holds back are tried again next time."""
    for address, lines in due_mails(tx, incident, rules, now, ours=our_addresses(context)):
        kind = REMINDER if incident.is_open else LEFT_OPEN
        content = Private(template="reminder", to=context.person(address), items=_items(lines))
        warns = any(line.at_once or line.over_budget for line in lines)
        over = note_due(
            context, tx, content, kind=kind, at=now, incident=incident.id, cause=NOBODY, warns=warns
        )  # fmt: skip
        if over is not None:
            continue
        for line in lines:
            row = PrivateMail(kind=TOLD, address="", incident=None, at=now, digest=_digest(incident, line))
            tx.add_private_mail(row)


def with_reach(view: LedgerView, incident: Incident, rules: Rules, now: datetime) -> Rules:
    """Return the rules with the people added who are not asked about a missed update, because of mail they had.

    The person who was asked about it first is asked again, and nobody else.
    """
    due = incident.clock.missed_due_at
    people = asked_if_missed(incident) if due is not None and incident.is_open else ()
    if due is None or not people:
        return rules
    known = {str(person.address): person for person in people}
    for address, person in known.items():
        if _is_told(view, incident, DigestLine(key=missed_key(due), to=person, text="", since=due)):
            others = known.keys() - {address}
            return replace(rules, out_of_reach=frozenset(others))
    led = {mailbox_of(person.address) for person in _leaders(incident, now) if person.address}
    had_enough = {
        one for one in known
        if _had(view, mailbox_of(one), now).within_six_hours >= limits_of(mailbox_of(one) in led).due
    }  # fmt: skip
    out_of_reach = {one for one in known if over_a_limit(view, REMINDER, one, incident.id, now, cause=NOBODY)}
    return replace(rules, had_enough=frozenset(had_enough), out_of_reach=frozenset(out_of_reach))


def our_addresses(context: AppContext) -> tuple[str | None, ...]:
    """Return the addresses of this program and of its lists."""
    return (context.config.bot.address, *context.config.lists)


def _items(lines: Sequence[DigestLine]) -> tuple[Item, ...]:
    return tuple(
        Item(
            line=line.quoted or None,
            result=line.text,
            instead=line.replies[0] if line.replies else None,
            also=line.replies[1:],
        )
        for line in lines
    )


def _leaders(incident: Incident, now: datetime) -> Iterator[Person]:
    """Yield the commander, and recent commanders, because mails that they got then count towards the limit."""
    yield incident.commander
    for change in (*(c for update in incident.announced for c in update.changes), *incident.unannounced):
        if change.fact == "commander" and change.was is not None and now - change.at < LONG:
            yield read(Person, change.was)


def _is_told(view: LedgerView, incident: Incident, line: DigestLine) -> bool:
    return view.private_mails_since(incident.declared_at, kind=TOLD, digest=_digest(incident, line)) > 0


def _digest(incident: Incident, line: DigestLine) -> str:
    parts = ("line", incident.id, mailbox_of(str(line.to.address)), line.key)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _had(view: LedgerView, mailbox: str, now: datetime) -> Had:
    def had_since(at: datetime, kind: str | None = None) -> int:
        return view.private_mails_since(at, mailbox=mailbox, kind=kind, is_caused=True, but_kind=ALARM)

    return Had(
        lately=had_since(now - SPACING + _A_SECOND, REMINDER),
        within_an_hour=had_since(now - HOUR, REMINDER),
        within_six_hours=had_since(now - LONG),
    )
