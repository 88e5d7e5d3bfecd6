"""Build the header fields that identify the author, the incident and the thread of our messages."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime

from incidentmail.core.facts import json_person
from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import BY_SEVERITY, OurField
from incidentmail.core.model import Incident, Person
from incidentmail.core.teams.approval import Approval
from incidentmail.core.words import NOT_NEEDED, in_brackets
from incidentmail.errors import RenderError

from .wire_format import phrase

REFERENCES_MAX = 20
FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class Mail(Frozen, kw_only=True):
    """A mail that is ready to send. `raw` has CRLF line endings.

    `text` is the text of the mail, and `page_only` holds text shown only on its page.
    """

    message_id: str
    subject: str
    reverse_path: str
    forward_paths: tuple[str, ...]
    text: str
    raw: bytes
    page_only: Sequence[str] = ()


def mailbox(person: Person, *, note: str = "") -> str:
    """Return a person as a mailbox for an address field, quoted and encoded if needed (RFC 5322 section 3.4).

    `note` is shown after the name, in brackets. Raise RenderError if the person has no address.

    >>> mailbox(Person(name="Incidents", address="bot@example.com"), note="severity 1")
    '"Incidents (severity 1)" <bot@example.com>'
    """
    if person.address is None:
        raise RenderError(f"{person.name} has no address", hint="write Name <name@example.com>")
    if person.name == person.address and not note:
        return person.address
    return f"{phrase(person.name + in_brackets(note))} <{person.address}>"


def incident_fields(
    incident: Incident, *, number: int, ledger: str, changed: Sequence[str], proof: str, epoch: int = 0,
    is_usual: bool = False,
) -> dict[str, str]:  # fmt: skip
    """Return the `Incident-*` fields, which are used by filters and other programs.

    If `is_usual` is true, nobody stated the time of the next update, which is derived from the severity instead.
    """
    roles = {
        key: NOT_NEEDED if holders.dismissed else [json_person(person) for person in holders.people]
        for key, holders in incident.roles.items()
    }
    fields = {
        OurField.ID: incident.id,
        OurField.UPDATE: str(number),
        OurField.SEVERITY: str(incident.severity),
        OurField.PHASE: str(incident.phase),
        OurField.STATUS: incident.status.value,
        OurField.COMMANDER: str(incident.commander),
        OurField.ROLES: json.dumps(roles) if roles else "",
        OurField.CUSTOMER_WORDS: _approval(incident.approved_words),
        OurField.CHANGED: ", ".join(changed),
        OurField.DECLARED: format_datetime(incident.declared_at),
        OurField.NEXT_UPDATE: format_datetime(incident.next_update_at) if incident.next_update_at else "",
        OurField.NEXT_UPDATE_FROM: BY_SEVERITY if incident.next_update_at and is_usual else "",
        OurField.DRILL: "yes" if incident.drill else "",
        OurField.RESTRICTED: "silent" if incident.silent else "yes" if incident.restricted else "",
        OurField.LEDGER: ledger,
        OurField.EPOCH: str(epoch) if epoch else "",
        OurField.PROOF: proof,
    }
    return {name: value for name, value in fields.items() if value}


def _approval(approval: Approval | None) -> str:
    """Return the author and approver of the words for customers as JSON, or "". The words are in the body."""
    if approval is None:
        return ""
    return json.dumps({"by": json_person(approval.by), "approved_by": json_person(approval.approved_by)})


def automatic_fields(*, is_answer: bool = False) -> dict[str, str]:
    """Return the fields that mark this message as written by a program (RFC 3834 section 5).

    X-Auto-Response-Suppress prevents Exchange from answering this message.
    """
    submitted = "auto-replied" if is_answer else "auto-generated"
    return {"Auto-Submitted": submitted, "X-Auto-Response-Suppress": "All"}


def outlook_fields(incident: Incident, subject: str, *, number: int) -> dict[str, str]:
    """Return Thread-Topic and Thread-Index, by which Outlook and Exchange group messages (MS-OXOMSG 2.2.1.3).

    Thread-Index begins with 22 bytes for the conversation: the highest 6 bytes of its time (in units of 100 ns since
    1601) and a GUID, which is derived here from a hash of the incident's REF. A follow-up has 5 more bytes. According
    to the specification they hold the time since the first message; here they hold the number of the follow-up.
    """
    declared_at = int((incident.declared_at - FILETIME_EPOCH).total_seconds()) * 10_000_000
    conversation = declared_at.to_bytes(8, "big")[:6] + hashlib.sha256(incident.ref.encode()).digest()[:16]
    child = number.to_bytes(5, "big") if number else b""
    return {"Thread-Topic": subject, "Thread-Index": base64.b64encode(conversation + child).decode("ascii")}


def thread_fields(message_ids: Sequence[str]) -> dict[str, str]:
    """Return In-Reply-To and References (RFC 5322 section 3.6.4) with the first and the newest ids of the thread."""
    if not message_ids:
        return {}
    kept = [*message_ids[:1], *message_ids[1:][-(REFERENCES_MAX - 1) :]]
    return {"In-Reply-To": message_ids[-1], "References": " ".join(kept)}
