"""Decide what a firing alert does: it opens, joins or reopens a proposal, adds to an incident, or is ignored."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from incidentmail.core.frozen import Frozen, replace

from .proposal import AlertPart, AlertProposal

STORM_WITHIN = timedelta(minutes=1)
"""How long after the newest alert of an open proposal a different alert still joins that proposal."""
STORM_LASTS_MAX = timedelta(minutes=10)
"""How long a proposal accepts different alerts. Later ones get a proposal of their own, so that none is hidden."""
COMES_BACK_WITHIN = timedelta(minutes=30)
"""How long after its recovery a proposal is reopened if its alert returns."""
ASKED_AGAIN_AFTER = timedelta(minutes=10)
"""How long after the last question people are asked again about a reopened proposal."""

Place = Literal["new", "joins", "comes back", "on incident", "quiet"]


class Placed(Frozen, kw_only=True):
    """What a firing alert does, and the proposal that it affects. `proposal` is None if a new one is needed."""

    place: Place
    proposal: AlertProposal | None = None


class Seen(Frozen, kw_only=True):
    """A firing alert: its severity, whether its sender is verified, and when it arrived."""

    severity: int
    is_proven: bool
    at: datetime


def place_of(
    seen: Seen, known: AlertProposal | None, part: AlertPart | None, newest: AlertProposal | None, *,
    is_incident_open: bool, takes_more: bool, quiet_for: timedelta,
) -> Placed:  # fmt: skip
    """Return what a firing alert does.

    `known` is the newest proposal that contains the same alert, and `part` is that alert's record in it. `newest` is
    the newest of all proposals. `is_incident_open` is true if the incident declared from `known` is open, and
    `takes_more` is true if `newest` or its incident is open. After a rejection, the same alert is ignored for
    `quiet_for`, unless it ends or gets worse in the meantime.
    """
    if known is not None and part is not None:
        placed = _repeats(seen, known, part, is_incident_open=is_incident_open, quiet_for=quiet_for)
        if placed is not None:
            return placed
    if newest is not None and takes_more and _is_storm(seen, newest):
        return Placed(place="joins" if newest.is_open else "on incident", proposal=newest)
    return Placed(place="new")


def _repeats(
    seen: Seen, known: AlertProposal, part: AlertPart, *, is_incident_open: bool, quiet_for: timedelta
) -> Placed | None:
    settled_at = known.settled.at if known.settled else known.opened_at
    match known.state:
        case "open":
            return Placed(place="joins", proposal=known)
        case "declared" if is_incident_open:
            return Placed(place="on incident", proposal=known)
        case "rejected" if not part.is_over and seen.severity >= known.severity and seen.at < settled_at + quiet_for:
            return Placed(place="quiet", proposal=known)
        case "recovered" if seen.at < settled_at + COMES_BACK_WITHIN:
            return Placed(place="comes back", proposal=known)
        case _:
            return None


def _is_storm(seen: Seen, newest: AlertProposal) -> bool:
    """Return whether an alert is part of the same storm as the newest proposal: soon after it, and equally trusted."""
    soon = newest.is_proven == seen.is_proven and seen.at <= newest.last_at + STORM_WITHIN
    return soon and seen.at <= newest.opened_at + STORM_LASTS_MAX


def joined(proposal: AlertProposal, seen: Seen, *, because: str | None, is_new_part: bool) -> AlertProposal:
    """Return the proposal with one more alert message, keeping the worse of the two severities.

    The sender of that message must be as trusted as the earlier ones.
    """
    worse = seen.severity < proposal.severity
    return replace(
        proposal,
        count=proposal.count + 1,
        alerts=proposal.alerts + (1 if is_new_part else 0),
        last_at=max(proposal.last_at, seen.at),
        severity=min(proposal.severity, seen.severity),
        because=because if worse else proposal.because,
    )


def come_back(proposal: AlertProposal, at: datetime) -> AlertProposal:
    """Return a recovered proposal, reopened. Nobody is asked again at once, because the alert may soon end."""
    last = max((asked.at for asked in proposal.asked), default=None)
    return replace(
        proposal, state="open", settled=None, asked=(), opened_at=at, on_call=None, told_operator=False,
        ask_at=max(proposal.ask_at, last + ASKED_AGAIN_AFTER if last else at), reopened=proposal.reopened + 1,
    )  # fmt: skip
