"""Render texts about a proposal, for its incident and for the notes and mail about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentmail.core.text import counted
from incidentmail.core.times import show_time

from .proposal import AlertPart, AlertProposal

PARTS_SHOWN_MAX = 8
"""The maximum number of alerts listed by title. The rest are only counted."""


def title_of(proposal: AlertProposal) -> str:
    """Return the incident's description: the title of the first alert, and the number of other alerts."""
    others = proposal.alerts - 1
    return f"{proposal.title} (and {counted(others, 'more alert')})" if others else proposal.title


def seen_line(proposal: AlertProposal, zones: Sequence[str]) -> str:
    """Return a sentence that says who sent the alert, when, and how many times."""
    since = show_time(proposal.opened_at, zones)
    many = f", {counted(proposal.alerts, 'different alert')}" if proposal.alerts > 1 else ""
    if proposal.count == 1:
        return f"{proposal.sender} sent this alert at {since}."
    last = show_time(proposal.last_at, zones, proposal.opened_at.date())
    return f"{proposal.sender} sent the first of {proposal.count} mails at {since}, and the last at {last}{many}."


def part_lines(proposal: AlertProposal, parts: Sequence[AlertPart]) -> list[str]:
    """Return one line per alert of a storm, or an empty list if there is only one alert."""
    if proposal.alerts < 2:
        return []
    shown = [f"{part.title}{' (over)' if part.is_over else ''}" for part in parts[:PARTS_SHOWN_MAX]]
    more = proposal.alerts - len(shown)
    return [*shown, *([f"and {more} more"] if more > 0 else [])]


def details_of(proposal: AlertProposal, parts: Sequence[AlertPart], zones: Sequence[str]) -> str:
    """Return the details of the incident to declare: who sent the alert, the alerts of a storm, and the text."""
    return "\n\n".join(filter(None, (
        seen_line(proposal, zones), "\n".join(part_lines(proposal, parts)), proposal.details,
    )))  # fmt: skip


def end_words(proposal: AlertProposal, at: datetime, zones: Sequence[str]) -> str:
    """Return a sentence that tells the people who were asked about the proposal how it ended."""
    settled = proposal.settled
    if settled is None:
        return "Nobody has answered yet."
    when = show_time(settled.at, zones, at.date())
    who, reason = settled.by.name if settled.by else "", f": {settled.reason}" if settled.reason else ""
    match proposal.state:
        case "declared" if settled.joins:
            return f"{who} said at {when} that it belongs to an incident that is known already."
        case "declared" if who:
            return f"{who} declared it at {when}."
        case "declared":
            return f"Nobody had answered, so it was declared by itself at {when}."
        case "rejected":
            return f"{who or 'The operator'} said no at {when}{reason.rstrip('.')}. Nothing was declared."
        case "recovered":
            return f"It was over at {when}, before anybody answered. Nothing was declared."
        case _:
            return f"Nobody answered, and the question expired at {when}. Nothing was declared."
