"""Send each due reminder once, and record which lines each person was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from incidentmail.app.budget.line_items import items_of
from incidentmail.app.budget.mail_had import is_busy, led_lately, mail_had
from incidentmail.app.budget.told_marks import is_kept, is_told, note_told
from incidentmail.app.context import AppContext
from incidentmail.app.telling.limit_reached import over_a_limit
from incidentmail.app.telling.mail_kinds import LEFT_OPEN, NOBODY, REMINDER
from incidentmail.app.telling.private_mail import note_due
from incidentmail.core.conduct.digests.budget import told_now
from incidentmail.core.conduct.digests.digest import DigestLine, digest_lines
from incidentmail.core.conduct.digests.roll_call_lines import roll_call_key
from incidentmail.core.conduct.promises import asked_if_missed, asked_instead, missed_key
from incidentmail.core.conduct.rules import Rules
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.core.names.mailboxes import mailbox_of
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.private_mails import Private

A_SECOND = timedelta(seconds=1)
"""Added so that what has waited for exactly long enough counts."""
Mails = Iterator[tuple[str, tuple[DigestLine, ...]]]


def due_mails(
    view: LedgerView, incident: Incident, rules: Rules, now: datetime, *, ours: Collection[str | None]
) -> Mails:
    """Yield each address that gets reminders about `incident` now, with the lines of its mail.

    `ours` are the addresses of this program and of its lists, which get no reminders.
    """
    rules = _with_unasked(view, incident, with_reach(view, incident, rules, now))
    by_mailbox: dict[str, list[DigestLine]] = {}
    for line in digest_lines(incident, rules, now):
        if line.to.address not in ours and _is_new(view, incident, line, now):
            by_mailbox.setdefault(mailbox_of(str(line.to.address)), []).append(line)
    led = led_lately(incident, now)
    for mailbox, lines in by_mailbox.items():
        told = told_now(lines, mail_had(view, incident, mailbox, now), now, is_commander=mailbox in led)
        if told:
            yield str(told[0].to.address), told


def tell_lines(context: AppContext, tx: Transaction, incident: Incident, rules: Rules, now: datetime) -> None:
    """Queue the reminders that are due about `incident`. If a limit prevents a mail, it is retried next time."""
    for address, lines in due_mails(tx, incident, rules, now, ours=our_addresses(context)):
        kind = REMINDER if incident.is_open else LEFT_OPEN
        checklists = tuple(line.checklist for line in lines if line.checklist)
        content = Private(
            template="reminder", to=context.person(address), items=items_of(lines), checklists=checklists
        )  # fmt: skip
        warns = any(line.at_once or line.over_budget for line in lines)
        over = note_due(
            context, tx, content, kind=kind, at=now, incident=incident.id, cause=NOBODY, warns=warns
        )  # fmt: skip
        if over is not None:
            continue
        for line in lines:
            note_told(tx, incident, line, at=now)


def with_reach(view: LedgerView, incident: Incident, rules: Rules, now: datetime) -> Rules:
    """Return the rules, with the people added who should not or cannot be asked about a missed update.

    These are people who have had too much mail, or whose mail a limit prevents. As soon as one person has been asked,
    nobody else is asked.
    """
    due = incident.clock.missed_due_at
    first = asked_if_missed(incident) if due is not None and incident.is_open else ()
    if due is None or not first:
        return rules
    people = (*first, *asked_instead(incident))
    known = {str(person.address): person for person in people}
    for address, person in known.items():
        if is_told(view, incident, missed_key(due), person):
            others = known.keys() - {address}
            return replace(rules, out_of_reach=frozenset(others))
    had_enough = {one for one in known if is_busy(view, incident, one, now)}
    out_of_reach = {one for one in known if over_a_limit(view, REMINDER, one, incident.id, now, cause=NOBODY)}
    return replace(rules, had_enough=frozenset(had_enough), out_of_reach=frozenset(out_of_reach))


def _with_unasked(view: LedgerView, incident: Incident, rules: Rules) -> Rules:
    """Return the rules, with those people added who have not been asked yet in the newest roll call."""
    call = incident.roll_call
    if call is None or not incident.is_open:
        return rules
    key = roll_call_key(call)
    unasked = (one.address for one in call.silent if one.address and not is_told(view, incident, key, one))
    return replace(rules, not_asked=frozenset(unasked))


def our_addresses(context: AppContext) -> tuple[str | None, ...]:
    """Return the addresses of this program and of its lists."""
    return (context.config.bot.address, *context.config.lists)


def _is_new(view: LedgerView, incident: Incident, line: DigestLine, now: datetime) -> bool:
    """Return whether a line can be sent now: it has not been sent before, and the conditions for sending it are met."""
    waits, after = line.while_waiting, line.once_told
    if waits and not is_kept(view, incident, waits.key, waits.to, since_before=now - waits.waited + A_SECOND):
        return False
    if after is not None and not is_told(view, incident, after.key, after.to):
        return False
    is_given_again = waits is not None and waits.key == line.key
    return is_given_again or not is_told(view, incident, line.key, line.to)
