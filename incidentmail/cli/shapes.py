"""Define the structure of `--json` output, as described in docs/json.md. It is stable and covered by tests.

Times are in RFC 3339 format, in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from incidentmail.app.status import Status
from incidentmail.core.events import Event
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import JsonValue, plain
from incidentmail.core.model import Incident
from incidentmail.ledger.values import Entry, OutboxMail, Outcome
from incidentmail.report.incident_json import brief as brief
from incidentmail.report.incident_json import proposal as proposal
from incidentmail.report.incident_json import show as show
from incidentmail.report.timeline import Happened

if TYPE_CHECKING:
    from incidentmail.app.laptop.list_mails import Seen


def seen_in_mail(one: Seen) -> dict[str, JsonValue]:
    """Return an incident in the form used in lists. Values missing from its newest mail are null or empty.

    `update`, `mailed_at` and `proven` say which mail that was, and whether the key on this machine proves it.
    """
    return {
        "id": one.id,
        "ref": None,
        "description": one.description,
        "status": one.status.value,
        "severity": one.severity,
        "phase": one.phase,
        "commander": json_person(one.commander),
        "venue": None,
        "missing_roles": [],
        "drill": one.drill,
        "restricted": one.restricted,
        "declared_at": json_time(one.declared_at),
        "updated_at": json_time(one.mailed_at),
        "next_update_at": json_time(one.next_update_at),
        "update": one.update,
        "mailed_at": json_time(one.mailed_at),
        "proven": one.is_proven,
    }


def happened(one: Happened) -> dict[str, JsonValue]:
    """Return one event in the form used for the timeline."""
    return {"at": json_time(one.at), "by": json_person(one.by), "kind": one.kind, "what": one.what}


def log_line(entry: Entry, message_ids: Mapping[int, str]) -> dict[str, JsonValue]:
    """Return one entry of the ledger. `message_ids` maps the `seq` of accepted messages to their Message-IDs."""
    recorded, cause = entry.recorded, entry.caused_by
    return {
        "seq": entry.seq,
        "incident": recorded.incident,
        "version": recorded.version,
        "kind": recorded.event.kind,
        "at": json_time(recorded.at),
        "actor": json_person(recorded.by),
        "trust": entry.trust,
        "data": {name: value for name, value in plain(recorded.event).items() if name != "kind"},
        "caused_by": None if cause is None else {
            "seq": cause.seq,
            "sha256": cause.sha256,
            "message_id": message_ids.get(cause.seq),
        },
        "hash": entry.hash,
    }  # fmt: skip


def done(incident: Incident, events: tuple[Event, ...], mails: tuple[OutboxMail, ...]) -> dict[str, JsonValue]:
    """Return the result of `declare`, `update` and the other commands that change an incident."""
    return {
        "id": incident.id,
        "version": incident.version,
        "events": [event.kind for event in events],
        "mails": [{"message_id": mail.message_id, "state": mail.state} for mail in mails],
    }


def inbox_line(outcome: Outcome) -> dict[str, JsonValue]:
    """Return one accepted message and its outcome."""
    return {
        "seq": outcome.seq,
        "received_at": json_time(outcome.received_at),
        "message_id": outcome.message_id,
        "from": outcome.header_from,
        "subject": outcome.subject,
        "disposition": outcome.disposition,
        "rule": outcome.rule,
        "incident": outcome.incident,
        "trust": outcome.trust,
        "outcome": outcome.outcome,
        "reason": outcome.reason,
    }


def outbox_line(mail: OutboxMail) -> dict[str, JsonValue]:
    """Return one outgoing message in the form used in lists."""
    return {
        "number": mail.id,
        "message_id": mail.message_id,
        "to": [recipient.address for recipient in mail.recipients],
        "subject": mail.subject,
        "state": mail.state,
        "attempts": mail.attempts,
        "last_error": mail.last_error,
        "next_attempt_at": json_time(mail.next_attempt_at) if mail.state == "queued" else None,
        "returned_at": json_time(mail.returned_at) if mail.returned_at else None,
        "missed_at": json_time(mail.missed_at) if mail.missed_at else None,
    }


def status(found: Status, *, path: str) -> dict[str, JsonValue]:
    """Return the status. `path` is the path of the ledger."""
    figures = found.figures
    return {
        "ok": found.ok,
        "attention": list(found.attention),
        "notes": list(found.notes),
        "running": found.running,
        "muted": found.muted,
        "ledger": {
            "path": path,
            "size": found.head.size,
            "head": found.head.hash if found.is_begun else None,
            "bytes": figures.bytes if found.is_begun else 0,
        },
        "inbox": {
            "accepted": figures.accepted,
            "last_accepted_at": json_time(figures.accepted_at),
            "last_applied_at": json_time(figures.applied_at),
            "waiting": figures.waiting,
            "deferred": figures.deferred,
            "quarantined": figures.quarantined,
        },
        "outbox": {
            "queued": figures.queued,
            "oldest_queued_at": json_time(figures.queued_since),
            "tried": figures.tried,
            "refused": figures.refused,
            "not_returned": figures.missed,
            "never_returned": [*found.never_returned],
        },
        "hooks": [
            {
                "hook": one.hook,
                "queued": one.queued,
                "tried": one.tried,
                "failed": one.failed,
                "oldest_queued_at": json_time(one.queued_since),
                "last_error": one.last_error,
            }
            for one in found.hooks
        ],
        "mailbox_looked_at": json_time(figures.looked_at),
        "open": [*found.open],
        "overdue": [*found.overdue],
        "drills": {
            "run": found.drills.run,
            "ends_at": json_time(found.drills.ends_at),
            "open": [*found.drills.open],
        },
        "questions": {about: plain(count) for about, count in found.questions.items()},
        "leads": found.leads,
        "backed_up_at": json_time(found.backed_up_at) if found.backed_up_at else None,
    }


def outbox_mail(mail: OutboxMail, text: str) -> dict[str, JsonValue]:
    """Return one outgoing message in full. `text` is its source."""
    return {
        **outbox_line(mail),
        "incident": mail.incident,
        "queued_at": json_time(mail.queued_at),
        "recipients": [
            {"address": r.address, "state": r.state, "reply": r.reply, "said": r.said, "sent_at": json_time(r.sent_at)}
            for r in mail.recipients
        ],
        "raw": text,
    }
