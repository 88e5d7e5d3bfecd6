"""Validate a venue, the place where people coordinate.

Its links may lead only to hosts that the organisation has configured.
"""

from __future__ import annotations

from incidentmail.core.commands import Refused
from incidentmail.core.hosts import covers, places_in
from incidentmail.core.model import Actor, Trust
from incidentmail.core.policy import Policy
from incidentmail.core.text import clip, one_line

from .state_forms import reads_like_state

HOST_SHOWN_CHARS_MAX = 60


def check_words(venue: str, policy: Policy) -> Refused | None:
    """Return a refusal if a venue contains a sentence that imitates one of ours about the state, otherwise None.

    >>> check_words("room 5. Severity 1 (critical), phase 3.", Policy()) is None
    False
    >>> check_words("St. Anne St. 5, phase room", Policy()) is None
    True
    """
    if not reads_like_state(one_line(venue), policy):
        return None
    return Refused(
        reason="the venue holds a sentence that our own mails would say",
        remedy="name the place only: #checkout on Slack",
    )


def check_venue(venue: str, actor: Actor, policy: Policy) -> Refused | None:
    """Return a refusal if a venue imitates our messages or, sent by mail, links to an unknown host; otherwise None.

    The operator at the terminal can use any host. So can everybody if no hosts are configured.
    """
    if refused := check_words(venue, policy):
        return refused
    if not policy.venue_hosts or actor.trust is Trust.OPERATOR:
        return None
    for place in places_in(one_line(venue)):
        if not covers(policy.venue_hosts, place):
            return Refused(
                reason=f"the venue leads to {clip(place, HOST_SHOWN_CHARS_MAX) or 'no host'}, which is not among the "
                "hosts for venues",
                remedy=f"use one of {', '.join(policy.venue_hosts)}, or say it without a link",
            )
    return None
