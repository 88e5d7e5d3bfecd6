"""Compute how long an incident lacked something: the holder of a role, or a confirmed commander."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident
from incidentmail.core.tracking.role_kinds import SCRIBE

from .duty import COMMAND, Span
from .story import Story

LAST_PHASE = 2
"""The last phase in which roles are required."""


class Gap(Frozen, kw_only=True):
    """A period in which a part was vacant. `is_filled` is false if nobody ever took it."""

    span: Span
    is_filled: bool


def role_gaps(story: Story) -> tuple[Gap, ...]:
    """Return the periods in which a role required by the severity was vacant, in order of their start."""
    policy = story.words.policy
    keys = {key for step in policy.severities for key in step.requires}
    found = [gap for key in sorted(keys) for gap in _gaps(story, key, lambda s, k: k in policy.missing_roles(s))]
    return tuple(sorted(found, key=lambda gap: (gap.span.since, gap.span.part)))


def unconfirmed_command(story: Story) -> tuple[Gap, ...]:
    """Return the periods in which the commander was only assumed by the program and had not written yet."""

    def is_assumed(state: Incident, key: str) -> bool:
        return key in state.assumed

    found = _gaps(story, COMMAND, is_assumed)
    acted = next((o.at for o in story.entries if o.at > story.began_at and _leads(story, o.at, o.by.name)), None)
    return tuple(gap for gap in found if acted is None or acted >= gap.span.until)


def without_scribe(story: Story) -> bool:
    """Return whether there was never a scribe."""
    return all(not (held := state.roles.get(SCRIBE)) or not held.people for state in story.states)


def _leads(story: Story, at: datetime, name: str) -> bool:
    state = next(s for o, s in zip(reversed(story.entries), reversed(story.states), strict=True) if o.at <= at)
    return state.commander.name == name


def _gaps(story: Story, key: str, misses: Callable[[Incident, str], bool]) -> Iterator[Gap]:
    since: datetime | None = None
    for one, state in zip(story.entries, story.states, strict=True):
        is_missing = state.is_open and state.phase <= LAST_PHASE and misses(state, key)
        if is_missing and since is None:
            since = one.at
        elif not is_missing and since is not None:
            if one.at > since:
                held = state.roles.get(key)
                is_filled = key == COMMAND or bool(held and held.people)
                yield Gap(span=Span(part=key, since=since, until=one.at), is_filled=is_filled)
            since = None
    if since is not None:
        yield Gap(span=Span(part=key, since=since, until=max(story.until, since)), is_filled=False)
