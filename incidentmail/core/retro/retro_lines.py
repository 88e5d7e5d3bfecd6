"""Remind people of a missing retrospective, and tell them if they are made responsible for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.core.conduct.digests.digest_line import DigestLine
from incidentmail.core.conduct.insiders import is_inside
from incidentmail.core.conduct.rules import Rules
from incidentmail.core.facts import json_time
from incidentmail.core.model import Incident, Status

from .due import retro_due_since, retro_owner

ASKED_AFTER = (timedelta(days=1), timedelta(days=3))
"""When the owner is reminded: while people remember the incident, and again in the same week."""
REPLIES = ("retro held", "Retro: not needed")


def retro_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield the line that tells the owner that they were named, and the reminders one and three days after the end.

    If both reminders are due at once, because the program was not running or a meeting was called off, only the later
    one is sent.
    """
    yield from _named(incident, rules, now)
    closed, named = retro_due_since(incident, now), incident.retro.named_at
    if named is not None and now - named < ASKED_AFTER[0]:
        return  # they have just learned that they are responsible
    reached = [after for after in ASKED_AFTER if closed is not None and now - closed >= after]
    if closed is None or not reached:
        return
    since, days = closed + reached[-1], reached[-1].days
    meeting, owner = incident.retro.meeting, retro_owner(incident)
    how_long = "a day ago" if days == 1 else f"{days} days ago"
    if meeting is not None:
        text = (
            f"The retrospective was planned for {rules.shown(meeting.at, now)}, and nobody has said that it was held."
        )
        since = max(since, meeting.until)
    else:
        text = (
            f"The incident was closed {how_long}, and no retrospective is planned. What people remember is lost within "
            "days. To plan one, reply with its time, such as Retro: Monday 14:00."
        )
    yield DigestLine(
        key=f"retrospective, day {days} after {json_time(closed)}", to=owner, text=text, replies=REPLIES, since=since,
        after_end=True,
    )  # fmt: skip


def _named(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    retro = incident.retro
    owner, by, at = retro.owner, retro.named_by, retro.named_at
    if owner is None or by is None or at is None or owner.same_as(by) or not is_inside(incident, owner):
        return
    is_over = retro.held_at is not None or retro.waived_at is not None
    if is_over or incident.status not in (Status.OPEN, Status.CLOSED):
        return
    yield DigestLine(
        key=f"retrospective is theirs since {json_time(at)}", to=owner, since=at, at_once=True, after_end=True,
        text=f"{by.name} has named you to see to it that the retrospective of this incident is held. To plan it, reply "
        "with its time, such as Retro: Monday 14:00. If somebody else does it, name them: Retro owner: NAME.",
    )  # fmt: skip
