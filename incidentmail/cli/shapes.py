"""Define the structure of `--json` output, as described in docs/json.md. It is stable and covered by tests.

Times are RFC 3339 in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from incidentmail.app.status import Status
from incidentmail.cli.track import shapes as track
from incidentmail.core.command_text import asks
from incidentmail.core.conduct.deadlines import deadlines
from incidentmail.core.conduct.promises import update_due
from incidentmail.core.events import Event
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import JsonValue, plain
from incidentmail.core.model import Incident, ItemKind, Proposal
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.ledger.values import Entry, OutboxMail, Outcome
from incidentmail.report.timeline import Happened

if TYPE_CHECKING:
    from incidentmail.app.laptop.list_mails import Seen


def show(incident: Incident, policy: Policy) -> dict[str, JsonValue]:
    """Return one incident in full."""

    def items(*kinds: ItemKind) -> list[JsonValue]:
        return [track.item(item) for item in incident.items if item.kind in kinds]

    return {
        **brief(incident, policy),
        "details": incident.details,
        "assumed": list(incident.assumed),
        "backchannel": incident.backchannel,
        "impact": incident.impact,
        "not_affected": incident.not_affected,
        "customers_may_be_told": incident.customers_may_be_told,
        "customer_words": _approval(incident),
        "roles": {key: [json_person(p) for p in held.people] for key, held in incident.roles.items() if held.people},
        "merged_into": incident.merged_into,
        "merged_from": [*incident.merged_from],
        "started_at": json_time(incident.started_at),
        "detected_at": json_time(incident.detected_at),
        "version": incident.version,
        "updates": incident.updates,
        "proposals": [proposal(p, Words(policy)) for p in incident.proposals],
        "actions": items("action"),
        "needs": items("need"),
        "assumptions": items("assumption", "evidence", "ruled_out"),
        "decisions": items("decision"),
        "about_to": items("about_to"),
        "documents": items("document"),
        "engaged": track.engaged(incident),
        "roll_call": track.roll_call(incident.roll_call),
        "next_commander": _planned(incident),
        "breaks": [
            {
                "person": json_person(one.person),
                "at": json_time(one.at),
                "until": json_time(one.until),
                "ended_at": json_time(one.ended_at),
            }
            for one in incident.clock.breaks
        ],
        "aware_at": json_time(incident.clock.aware_at),
        "deadlines": [
            {"name": due.name, "at": json_time(due.at), "met": due.is_met} for due in deadlines(incident, policy)
        ],
        "offers": [
            {"role": offer.role, "to": json_person(offer.to), "at": json_time(offer.at), "state": offer.state}
            for offer in incident.clock.role_offers
        ],
        "promises": {
            "due_at": json_time(update_due(incident, policy)),
            "kept": incident.clock.kept,
            "missed": incident.clock.missed,
        },
    }


def _approval(incident: Incident) -> JsonValue:
    approval = incident.approved_words
    if approval is None:
        return None
    return {"by": json_person(approval.by), "approved_by": json_person(approval.approved_by)}


def _planned(incident: Incident) -> JsonValue:
    planned = incident.clock.next_commander
    return {"person": json_person(planned.to), "at": json_time(planned.at)} if planned else None


def proposal(proposal: Proposal, words: Words) -> dict[str, JsonValue]:
    """Return one proposal, open or settled."""
    return {
        "number": proposal.number,
        "asks": asks(proposal, words),
        "command": proposal.command,
        "reason": proposal.reason,
        "by": json_person(proposal.by),
        "confirmers": [json_person(person) for person in proposal.confirmers],
        "state": proposal.state,
        "settled_by": json_person(proposal.settled_by) if proposal.settled_by else None,
        "made_at": json_time(proposal.made_at),
        "expires_at": json_time(proposal.expires_at),
    }


def brief(incident: Incident, policy: Policy) -> dict[str, JsonValue]:
    """Return one incident in the form of a list entry."""
    return {
        "id": incident.id,
        "ref": incident.ref,
        "description": incident.description,
        "status": incident.status.value,
        "severity": incident.severity,
        "phase": incident.phase,
        "commander": json_person(incident.commander),
        "venue": incident.venue,
        "missing_roles": list(policy.missing_roles(incident)),
        "drill": incident.drill,
        "restricted": incident.restricted,
        "declared_at": json_time(incident.declared_at),
        "updated_at": json_time(incident.updated_at),
        "next_update_at": json_time(incident.next_update_at),
    }


def seen_in_mail(one: Seen) -> dict[str, JsonValue]:
    """Return an incident in the form of a list entry, as far as its newest mail says it; the rest is null or empty.

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
    """Return one thing that happened, as the timeline shows it."""
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
    """Return one outgoing message in the form of a list entry."""
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
    """Return the status. `path` is the ledger's."""
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
        "mailbox_looked_at": json_time(figures.looked_at),
        "open": [*found.open],
        "overdue": [*found.overdue],
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
