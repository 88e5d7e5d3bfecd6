"""Decide whether a mail about a role or a task is sent at once or has to wait for the reader's next mail."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.conduct.digests.budget import goes_at_once, limits_of
from incidentmail.core.conduct.digests.given_lines import is_hurried, role_key, task_key
from incidentmail.core.model import Incident
from incidentmail.core.names.mailboxes import mailbox_of
from incidentmail.core.tracking.tracked_items import numbered
from incidentmail.ledger.port import Transaction
from incidentmail.outbound.private_mails import Private

from .mail_had import led_lately, mail_had
from .told_marks import note_kept


def keep(tx: Transaction, incident: Incident, content: Private, kind: str, *, at: datetime) -> str | None:
    """Defer the lines of a mail to the reader's next mail if the reader has received too much mail.

    Return None if the mail is sent at once. Otherwise return the reason as a text, or "" if the lines wait only for a
    while because the reader has just received another mail. Mail at the end of an incident is never deferred.
    """
    keys = _keys(content, kind)
    if not keys or not incident.is_open:
        return None
    mailbox = mailbox_of(str(content.to.address))
    had, is_commander = mail_had(tx, incident, mailbox, at), mailbox in led_lately(incident, at)
    items = [item for number in content.numbers if (item := numbered(incident.items, number))]
    is_role, hurried = kind == "named", any(is_hurried(item, at) for item in items)
    if goes_at_once(had, is_commander=is_commander, is_role=is_role, hurried=hurried):
        return None
    for key in keys:
        note_kept(tx, incident, key, content.to, at=at)
    limits = limits_of(is_commander)
    most = limits.due if is_role else limits.given
    if had.within_six_hours < most:
        return ""
    return (
        f"they have had {most} private mails about this in six hours, so it waits; tell them yourself if it is urgent"
    )


def _keys(content: Private, kind: str) -> tuple[str, ...]:
    if kind == "tasks":
        return tuple(task_key(number) for number in content.numbers)
    if kind == "named" and content.template == "named":
        return tuple(role_key(role) for role in content.checklists)
    return ()
