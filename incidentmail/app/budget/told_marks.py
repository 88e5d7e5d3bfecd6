"""Record which lines a person was sent, and which lines are deferred to that person's next mail.

For each such line, the ledger keeps a row among the rows for private mails. These rows do not count towards any limit.
They are written in the same transaction as the mail, so that a restart or a second process does not send a line again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from incidentmail.core.conduct.digests.digest_line import DigestLine
from incidentmail.core.model import Incident
from incidentmail.core.names.mailboxes import mailbox_of
from incidentmail.core.names.person import Person
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import PrivateMail
from incidentmail.ledger.view import LedgerView

TOLD, KEPT = "line_told", "line_kept"
"""The kinds of rows which record that a line was sent to a person, and that a line is deferred to their next mail."""


def note_told(tx: Transaction, incident: Incident, line: DigestLine, *, at: datetime) -> None:
    """Record that `line` was sent to its reader."""
    _note(tx, TOLD, incident, line.key, line.to, at)


def note_kept(tx: Transaction, incident: Incident, key: str, to: Person, *, at: datetime) -> None:
    """Record that the line `key` is deferred to a person's next mail, unless it already is."""
    if not is_kept(tx, incident, key, to):
        _note(tx, KEPT, incident, key, to, at)


def is_told(view: LedgerView, incident: Incident, key: str, to: Person) -> bool:
    return _count(view, TOLD, incident, key, to) > 0


def is_kept(
    view: LedgerView, incident: Incident, key: str, to: Person, *, since_before: datetime | None = None
) -> bool:
    """Return whether the line `key` is deferred to a person's next mail, that is, deferred more often than sent.

    If `since_before` is given, only lines that have been waiting since before that time count.
    """
    kept = _count(view, KEPT, incident, key, to)
    if kept and since_before is not None:
        digest = _digest(incident, key, to)
        kept -= view.private_mails_since(max(since_before, incident.declared_at), kind=KEPT, digest=digest)
    return kept > 0 and kept > _count(view, TOLD, incident, key, to)


def _count(view: LedgerView, kind: str, incident: Incident, key: str, to: Person) -> int:
    return view.private_mails_since(incident.declared_at, kind=kind, digest=_digest(incident, key, to))


def _note(tx: Transaction, kind: str, incident: Incident, key: str, to: Person, at: datetime) -> None:
    row = PrivateMail(kind=kind, address="", incident=None, at=at, digest=_digest(incident, key, to))
    tx.add_private_mail(row)


def _digest(incident: Incident, key: str, to: Person) -> str:
    parts = ("line", incident.id, mailbox_of(str(to.address)), key)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
