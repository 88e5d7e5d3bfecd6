"""Ask people to take vacant roles, and tell the commander if nobody does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentmail.core.facts import json_time
from incidentmail.core.model import Incident
from incidentmail.core.text import clip
from incidentmail.core.words import in_brackets

from ..clock_state import RoleOffer
from ..offers import ACCEPT, DECLINE
from ..rules import Rules
from ..wanted_roles import COMMAND, EACH, is_exhausted, open_offers, wanted_roles, wanted_since
from .digest_line import DigestLine

DETAILS_CHARS_MAX = 500
"""The maximum length of the details shown to people who may not know about the incident."""


def role_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield offers of roles, replies to people who declined one, and lines about roles that nobody takes."""
    for offer in open_offers(incident, rules.policy):
        if offer.role != COMMAND:  # an offer of command has a mail of its own (offers.py)
            yield from _offered(incident, rules, offer, now)
    yield from _settled(incident, rules, now)
    for role in wanted_roles(incident, rules.policy):
        if is_exhausted(incident, rules, role, now):
            yield _left_to_commander(incident, rules, role)


def _offered(incident: Incident, rules: Rules, offer: RoleOffer, now: datetime) -> Iterator[DigestLine]:
    title, takes = _title(rules, offer.role)
    for number, since in enumerate((offer.at, offer.at + EACH), 1):
        if since <= now:
            yield DigestLine(
                key=f"offer {number} of {offer.role} {json_time(offer.at)}",
                to=offer.to,
                text=f"{title}{takes} is needed in this incident, and nobody holds it. Can you do it?",
                quoted=clip(incident.details, DETAILS_CHARS_MAX),
                replies=(ACCEPT, DECLINE),
                since=since,
                at_once=True,
            )


def _settled(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield a line to each person who declined a role. Those who accept one get its checklist at once instead."""
    for offer in incident.clock.role_offers:
        title, _ = _title(rules, offer.role)
        key = f"answer about {offer.role} {json_time(offer.at)}"
        if offer.state == "declined" and offer.ended_at is not None and offer.role != COMMAND:
            text = f"You have declined: {title[:1].lower()}{title[1:]}. Somebody else is asked."
            yield DigestLine(key=key, to=offer.to, text=text, replies=("catch up",), since=offer.ended_at)


def _left_to_commander(incident: Incident, rules: Rules, role: str) -> DigestLine:
    since = wanted_since(incident, role, rules.policy)
    asked = [offer.to.name for offer in incident.clock.role_offers if offer.role == role and offer.at >= since]
    none = "In a drill, nobody on call is asked." if incident.drill else "Nobody could be asked."
    nobody = f"{', '.join(dict.fromkeys(asked))} did not take it." if asked else none
    title, takes = _title(rules, role)
    if role == COMMAND:
        text = f"You are taken for the {rules.title}, and have not said so. {nobody if asked else ''}".rstrip()
        replies: tuple[str, ...] = ("taking command",)
    else:
        text = f"{title}{takes} is needed, and nobody holds it. {nobody} You can name somebody."
        replies = (f"{title}: me", f"{title}: not needed")
    return DigestLine(
        key=f"nobody is {role} {json_time(since)}", to=incident.commander, text=text, replies=replies, since=since
    )


def _title(rules: Rules, key: str) -> tuple[str, str]:
    """Return the title of a role, and the questions it answers, in brackets."""
    role = rules.policy.role(key)
    title = (role.one if role else "") or rules.words.key(f"roles.{key}" if key != COMMAND else COMMAND)
    return title, in_brackets(role.takes if role else None)
