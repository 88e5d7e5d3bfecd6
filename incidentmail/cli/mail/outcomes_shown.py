"""Show an incoming mail and its outcome, as text or as JSON."""

from __future__ import annotations

from incidentmail.cli.common import print_json, say
from incidentmail.ledger.values import ALERT, ALERT_ANSWER, ASKED_US, RETURNED, Deferred, Outcome, OutcomeName

_WORDS: dict[OutcomeName, str] = {
    "applied": "changed {incident}",
    "note": "kept as a note of {incident}; it changed nothing",
    "refused": "asked {incident} for something that was not done",
    "held": "asked {incident} for something that waits for an answer",
    "filed": "filed: it is part of no incident",
    "automatic": "written by a machine: not read for commands",
    "duplicate": "another copy of a mail that was read",
    "quarantined": "set aside: it cannot be read safely",
}

_OF_ALERTS: dict[OutcomeName, str] = {
    **_WORDS,
    "applied": "ended what an alert proposed",
    "note": "belongs to {incident}; it changed nothing",
    "held": "proposes an incident, or joins one that is proposed",
    "filed": "an alert that proposes nothing",
    "automatic": "an alert that changed nothing",
}


def print_outcome(outcome: Outcome, *, as_json: bool) -> None:
    """Print one accepted mail and its outcome."""
    if as_json:
        from incidentmail.cli import shapes

        print_json(shapes.inbox_line(outcome))
    else:
        say(outcome_text(outcome))


def outcome_text(outcome: Outcome) -> str:
    """Return the mail on one line and, below it, the outcome, followed by the deciding rule in brackets."""
    trust = f"{outcome.trust} by {outcome.trust_rule}" if outcome.trust and outcome.trust_rule else None
    how = [f"{outcome.disposition}{f' by {outcome.rule}' if outcome.rule else ''}", *([trust] if trust else [])]
    at, sender = f"{outcome.received_at:%Y-%m-%d %H:%M} UTC", outcome.header_from or "nobody"
    lines = [
        f"{outcome.seq:5}  {at}, {sender}: {outcome.subject}",
        f"       {_what(outcome)} ({', '.join(how)})",
        *([f"       {outcome.reason}"] if outcome.reason else []),
    ]
    return "\n".join(lines)


def _what(outcome: Outcome) -> str:
    if outcome.rule == RETURNED:
        return "came back from the list, so it was delivered"
    if outcome.rule == ASKED_US:
        return "a question that was answered; it is about no incident"
    if outcome.rule == ALERT_ANSWER:
        return "answered the question about an alert"
    if outcome.outcome == "applied" and outcome.disposition == "declaration":
        return f"declared {outcome.incident}"
    words = _OF_ALERTS if outcome.disposition == ALERT else _WORDS
    return words[outcome.outcome].format(incident=outcome.incident or "the incident")


def deferred_text(deferred: Deferred) -> str:
    """Return a readable line about a message that is waiting for an answer from another system."""
    return f"{deferred.seq:5}  waits: {deferred.reason}; it is asked again at {deferred.until:%H:%M:%S} UTC"
