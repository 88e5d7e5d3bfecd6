"""Add a person's deferred lines to an answer to that person's own mail, which saves a separate mail."""

from __future__ import annotations

from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.core.conduct.digests.digest_line import DigestLine
from incidentmail.core.conduct.digests.given_lines import given_lines
from incidentmail.core.conduct.rules import Rules
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.model import Incident
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.private_mails import ITEMS_MAX, Private

from .line_items import items_of
from .told_marks import is_kept, note_told


class Carried(Frozen, kw_only=True, gc=True):
    """An answer, and the deferred lines that were added to it."""

    content: Private
    incident: Incident | None = None
    lines: tuple[DigestLine, ...] = ()


def carry(context: AppContext, view: LedgerView, incident: Incident | None, content: Private, at: datetime) -> Carried:
    """Return an answer with its reader's deferred lines about roles and tasks added, as far as space allows.

    Messages other than answers are returned unchanged.
    """
    found = view.incident(incident.id) if incident and content.template == "answer" else None
    if found is None or not found.is_open:
        return Carried(content=content)
    rules = Rules(policy=context.words.policy, zones=context.config.settings.timezones)
    lines = [line for line in given_lines(found, rules, at) if line.given]
    own = [line for line in lines if line.to.address is not None and share_mailbox(line.to, content.to)]
    waiting = [line for line in own if is_kept(view, found, line.key, line.to)]
    room = tuple(waiting[: max(0, ITEMS_MAX - len(content.items))])
    checklists = tuple(line.checklist for line in room if line.checklist)
    content = replace(content, items=(*content.items, *items_of(room)), checklists=checklists)
    return Carried(content=content, incident=found, lines=room)


def note_carried(tx: Transaction, carried: Carried, *, at: datetime) -> None:
    """Record that the lines in the answer were sent, so that they are no longer deferred."""
    if carried.incident is not None:
        for line in carried.lines:
            note_told(tx, carried.incident, line, at=at)
