"""Ask people in a roll call for their situation and needs, and tell its author who has not answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.core.facts import json_time
from incidentmail.core.model import Incident
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.tracking.roll_call import ANSWERED_WITHIN, RollCall

from ..insiders import is_inside
from ..rules import Rules
from .digest_line import DigestLine

NOTHING = "Roll call: nothing to report"
SILENT_AFTER = timedelta(minutes=10)
"""How long people have to answer before the author of the roll call is told who has not."""
QUESTION = (
    "Roll call. Are you affected? What are you seeing, what are you doing, what do you need? Answer in a line or two: "
    "everybody who catches up sees all answers in a table."
)


def roll_call_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield a question to each person who has not answered, and a list of those people to the author."""
    call = incident.roll_call
    if call is None or not incident.is_open or now - call.at > ANSWERED_WITHIN:
        return
    key = roll_call_key(call)
    for person in call.silent:
        if not is_inside(incident, person):
            continue
        yield DigestLine(
            key=key, to=person, text=QUESTION, replies=(NOTHING,), since=call.at, at_once=True, given=True
        )  # fmt: skip
    if call.silent and now - call.at >= SILENT_AFTER:
        text = f"{len(call.answers)} of {len(call.people)} have answered the roll call of {rules.shown(call.at, now)}."
        asked = [person for person in call.silent if person.address not in rules.not_asked]
        others = [person for person in call.silent if person.address in rules.not_asked]
        silent = f"no answer yet: {join_names(asked)}" if asked else None
        unasked = f"not asked, because they have had much private mail: {join_names(others)}" if others else None
        quoted = "; ".join(filter(None, (silent, unasked)))
        for to in (call.by,) if call.by.same_as(incident.commander) else (call.by, incident.commander):
            yield DigestLine(
                key=f"{key}, silent", to=to, text=text, quoted=quoted,
                replies=("catch up",), since=call.at + SILENT_AFTER,
            )  # fmt: skip


def roll_call_key(call: RollCall) -> str:
    """Return the key that lines about a roll call share."""
    return f"roll call {json_time(call.at)}"
