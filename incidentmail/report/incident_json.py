"""Convert an incident to JSON in the format described in docs/json.md, for commands and for hooks.

Times are in RFC 3339 format, in UTC.
"""

from __future__ import annotations

from incidentmail.core.command_text import asks
from incidentmail.core.conduct.deadlines import deadlines
from incidentmail.core.conduct.promises import next_update, stated_promise, update_due
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Incident, ItemKind, Proposal
from incidentmail.core.policy import Policy
from incidentmail.core.retro.due import retro_owner
from incidentmail.core.retro.retro_state import Meeting
from incidentmail.core.words import Words

from . import tracked_json as track


def show(incident: Incident, policy: Policy) -> dict[str, JsonValue]:
    """Return the full JSON of an incident."""

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
        "retro": retro(incident),
        "offers": [
            {"role": offer.role, "to": json_person(offer.to), "at": json_time(offer.at), "state": offer.state}
            for offer in incident.clock.role_offers
        ],
        "promises": {
            "due_at": json_time(update_due(incident, policy)),
            "stated_at": json_time(stated_promise(incident)),
            "kept": incident.clock.kept,
            "missed": incident.clock.missed,
        },
    }


def _next_update(incident: Incident, policy: Policy) -> JsonValue:
    return json_time(next_update(incident, policy)) if incident.is_open else None


def _approval(incident: Incident) -> JsonValue:
    approval = incident.approved_words
    if approval is None:
        return None
    return {"by": json_person(approval.by), "approved_by": json_person(approval.approved_by)}


def _planned(incident: Incident) -> JsonValue:
    planned = incident.clock.next_commander
    return {"person": json_person(planned.to), "at": json_time(planned.at)} if planned else None


def retro(incident: Incident) -> JsonValue:
    """Return the JSON of a retrospective: its owner, its date and its planned meeting."""
    known = incident.retro
    return {
        "owner": json_person(retro_owner(incident)),
        "held_at": json_time(known.held_at),
        "not_needed": known.waived_at is not None,
        "planned": _meeting(known.meeting) if known.meeting else None,
    }


def _meeting(meeting: Meeting) -> JsonValue:
    return {
        "at": json_time(meeting.at),
        "until": json_time(meeting.until),
        "place": meeting.place,
        "people": [{"person": json_person(one), "answer": meeting.answer_of(one)} for one in meeting.people],
    }


def proposal(proposal: Proposal, words: Words) -> dict[str, JsonValue]:
    """Return the JSON of a proposal, open or settled."""
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
    """Return the JSON of an incident as an entry in a list."""
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
        "next_update_at": _next_update(incident, policy),
    }
