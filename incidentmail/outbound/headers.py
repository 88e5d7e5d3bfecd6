"""Header fields of our mail, and the mail as bytes that mean exactly what was intended.

What was generated is parsed again and its fields are compared, because text that came from a mail has been known to
come out as a field of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from incidentmail.core.facts import json_person
from incidentmail.core.model import Incident, Person
from incidentmail.core.text import one_line
from incidentmail.core.words import NOT_NEEDED
from incidentmail.errors import RenderError

REFERENCES_MAX = 20
# Lines of 7-bit text only: no relay has a reason to re-encode the mail and break a signature.
_POLICY = policy.SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail ready to go: its id, envelope and bytes (CRLF line ends), and the text that it says."""

    message_id: str
    subject: str
    reverse_path: str
    forward_paths: tuple[str, ...]
    text: str
    raw: bytes


def mailbox(person: Person, *, note: str = "") -> str:
    """A person as an address field takes it: quoted and encoded where needed (RFC 5322 section 3.4).

    `note` is shown behind the name, in brackets.
    """
    if person.address is None:
        raise RenderError(f"{person.name} has no address", hint="write Name <name@example.com>")
    name = f"{person.name} ({note})" if note else "" if person.name == person.address else person.name
    return str(Address(display_name=name, addr_spec=person.address))


def incident_fields(
    incident: Incident, *, number: int, ledger: str, changed: Sequence[str], proof: str
) -> dict[str, str]:
    """The `Incident-*` fields, for filters and machines (DESIGN section 4)."""
    roles = {
        key: NOT_NEEDED if holders.dismissed else [json_person(person) for person in holders.people]
        for key, holders in incident.roles.items()
    }
    fields = {
        "Incident-Id": incident.id,
        "Incident-Update": str(number),
        "Incident-Severity": str(incident.severity),
        "Incident-Phase": str(incident.phase),
        "Incident-Status": incident.status.value,
        "Incident-Commander": str(incident.commander),
        "Incident-Roles": json.dumps(roles) if roles else "",
        "Incident-Changed": ", ".join(changed),
        "Incident-Declared": format_datetime(incident.declared_at),
        "Incident-Next-Update": format_datetime(incident.next_update_at) if incident.next_update_at else "",
        "Incident-Drill": "yes" if incident.drill else "",
        "Incident-Ledger": ledger,
        "Incident-Proof": proof,
    }
    return {name: value for name, value in fields.items() if value}


def automatic_fields() -> dict[str, str]:
    """RFC 3834 section 5: a machine wrote this; and the field that keeps Exchange from answering it."""
    return {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def thread_fields(message_ids: Sequence[str]) -> dict[str, str]:
    """In-Reply-To and References (RFC 5322 section 3.6.4): the first mail of the thread, and the newest ones."""
    if not message_ids:
        return {}
    kept = [*message_ids[:1], *message_ids[1:][-(REFERENCES_MAX - 1) :]]
    return {"In-Reply-To": message_ids[-1], "References": " ".join(kept)}


def to_bytes(fields: Mapping[str, str], *, date: datetime, text: str) -> bytes:
    """The mail as bytes. RenderError where the bytes would say anything else than `fields` and `text`."""
    message = EmailMessage(policy=_POLICY)
    for name, value in {**fields, "Date": format_datetime(date)}.items():
        try:
            message[name] = one_line(value)
        except (ValueError, IndexError, AttributeError) as error:
            raise RenderError(f"the field {name} cannot hold {one_line(value)!r}: {error}") from error
    message.set_content(text + "\n")
    raw = message.as_bytes()
    parsed = message_from_bytes(raw, policy=policy.compat32)
    intended = sorted(["Date", *fields, "MIME-Version", "Content-Type", "Content-Transfer-Encoding"])
    if sorted(parsed.keys()) != intended or parsed.defects:
        raise RenderError(f"the mail would have the fields {sorted(parsed.keys())}", hint="this is a defect; report it")
    return raw
