"""Format an alert's proposal as JSON, as two lines, or for a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.core.alerts.proposal import AlertPart, AlertProposal
from incidentmail.core.alerts.words import end_words, part_lines, seen_line
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import JsonValue
from incidentmail.core.text import clip, counted
from incidentmail.core.times import show_duration, show_time

TITLE_CHARS_MAX = 100


def alert(proposal: AlertProposal) -> dict[str, JsonValue]:
    """Return one proposal, open or settled, as JSON."""
    settled = proposal.settled
    return {
        "number": proposal.number,
        "state": proposal.state,
        "title": proposal.title,
        "severity": proposal.severity,
        "because": proposal.because,
        "system": proposal.system,
        "from": proposal.sender,
        "is_proven": proposal.is_proven,
        "opened_at": json_time(proposal.opened_at),
        "last_at": json_time(proposal.last_at),
        "mails": proposal.count,
        "alerts": proposal.alerts,
        "asked": [
            {"person": json_person(one.person), "at": json_time(one.at), "times": one.times} for one in proposal.asked
        ],
        "on_call_fault": proposal.on_call.fault if proposal.on_call else None,
        "incident": proposal.incident,
        "settled_at": json_time(settled.at) if settled else None,
        "settled_by": json_person(settled.by) if settled and settled.by else None,
        "reason": settled.reason or None if settled else None,
    }


def more(proposal: AlertProposal, parts: Sequence[AlertPart], mails: Sequence[int]) -> dict[str, JsonValue]:
    """Return the values that only `alert show` prints: the text, the distinct alerts, and the first mails' numbers."""
    return {
        "details": proposal.details,
        "parts": [
            {
                "title": part.title, "severity": part.severity, "mails": part.count,
                "last_at": json_time(part.last_at), "is_over": part.is_over,
            }
            for part in parts
        ],
        "accepted_mails": list(mails),
    }  # fmt: skip


def line(proposal: AlertProposal, now: datetime) -> str:
    """Return one proposal as two lines."""
    since = show_duration(now - proposal.opened_at)
    what = f"alert {proposal.number}: {clip(proposal.title, TITLE_CHARS_MAX)}"
    state = "waits" if proposal.is_open else proposal.state
    where = f", {proposal.incident}" if proposal.incident else ""
    return (
        f"{what}\n    {state}{where}; severity {proposal.severity}; {counted(proposal.count, 'mail')};"
        f" {since} ago; {_asked(proposal)}"
    )


def _asked(proposal: AlertProposal) -> str:
    names = ", ".join(one.person.name for one in proposal.asked)
    return f"asked: {names}" if names else "nobody was asked"


def screen(
    proposal: AlertProposal, parts: Sequence[AlertPart], mails: Sequence[int], now: datetime, zones: Sequence[str]
) -> Iterator[str]:
    """Yield one proposal as lines for a screen."""
    yield f"alert {proposal.number}: {proposal.title}"
    because = f"because of {proposal.because}" if proposal.because else "the default"
    yield f"  severity {proposal.severity} ({because}); {proposal.system}"
    yield f"  {seen_line(proposal, zones)}"
    yield f"  its sender is {'proven' if proposal.is_proven else 'not proven, so silence never declares it'}"
    for text in part_lines(proposal, parts):
        yield f"    {text}"
    if proposal.on_call is not None and proposal.on_call.fault:
        yield f"  [duty] oncall_command: {proposal.on_call.fault}"
    for one in proposal.asked:
        times = "" if one.times == 1 else f", {one.times} times"
        yield f"  asked {one.person.name} <{one.person.address}> at {show_time(one.at, zones, now.date())}{times}"
    yield f"  {end_words(proposal, now, zones)}" + (f" {proposal.incident}" if proposal.incident else "")
    yield f"  mails: {', '.join(map(str, mails))}; 'incidentmail inbox --all' shows them"
    for text in proposal.details.split("\n"):
        yield f"    | {text}".rstrip()
