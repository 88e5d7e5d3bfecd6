"""Assemble the retrospective of an incident from its story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.core.conduct.clock_events import HandoverPlanned
from incidentmail.core.conduct.deadlines import deadlines
from incidentmail.core.events import (
    Announced,
    CommandOffered,
    CommandTransferred,
    Event,
    PhaseChanged,
    Recorded,
    StatusChanged,
    TimeChanged,
)
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Status
from incidentmail.core.retro.retro_events import RetroEvent
from incidentmail.core.teams.team_events import MergedInto
from incidentmail.core.times import show_time
from incidentmail.core.tracking.tracking_events import RollAnswered
from incidentmail.report.retro_words import retro_fact
from incidentmail.report.timeline import timeline

from .contents import Fact, Moment, Retro, Source, Worked, minutes
from .duty import Duty
from .items import noted, promises, told_customers
from .phrases import length_in_words, listed, role_title, sentence, times_in_words
from .questions import questions
from .story import Story
from .summary import severity_name, summary, worst

RESOLVING = 2
"""The first phase in which the damage has stopped."""


class Sourced(Frozen):
    """An entry of the incident, or of one merged into it, with its source."""

    recorded: Recorded
    source: Source


def retro_of(story: Story, told: Sequence[Sourced], zones: Sequence[str]) -> Retro:
    """Return the retrospective. `told` holds the entries for the timeline, in order."""
    incident = story.incident
    return Retro(
        id=incident.id,
        description=incident.description,
        is_drill=incident.drill,
        is_restricted=incident.restricted,
        ended_at=story.ended_at,
        entries=len(story.entries),
        summary=summary(story),
        facts=tuple(_facts(story, zones)),
        timeline=tuple(_moments(story, told, zones)),
        people=tuple(_worked(story, duty) for duty in story.duties if duty.spans),
        decisions=noted(story, "decision"),
        assumptions=noted(story, "assumption"),
        ruled_out=noted(story, "ruled_out"),
        actions=noted(story, "action"),
        needs=noted(story, "need"),
        promises=promises(story),
        customers=told_customers(story),
        questions=questions(story),
    )


def _facts(story: Story, zones: Sequence[str]) -> Iterator[Fact]:
    incident, words, on = story.incident, story.words, story.began_at.date()

    def when(at: datetime) -> str:
        return show_time(at, zones, on)

    if incident.started_at:
        yield Fact(name="Began", value=when(incident.started_at))
    if incident.detected_at:
        yield Fact(name="Noticed", value=when(incident.detected_at))
    yield Fact(name="Declared", value=f"{when(story.began_at)}, as {severity_name(words, story.declaration.severity)}")
    level, at = worst(story)
    if level < story.declaration.severity:
        later = length_in_words(story.after(at))
        yield Fact(name="Worst", value=f"{severity_name(words, level)} from {when(at)}, {later} later")
    stopped = stopped_at(story)
    if stopped:
        later = length_in_words(story.after(stopped))
        yield Fact(name="Damage stopped", value=f"{when(stopped)}, {later} after the declaration (phase 2)")
    if story.ended_at:
        took = length_in_words(story.after(story.ended_at))
        state = f"{severity_name(words, incident.severity)}, phase {incident.phase}"
        yield Fact(name="Ended", value=f"{when(story.ended_at)}, after {took}, in {state}")
    if incident.merged_from:
        yield Fact(name="Parts of it", value=listed(incident.merged_from))
    if incident.merged_into:
        yield Fact(name="Part of", value=incident.merged_into)
    passed = sum(1 for _ in story.events(CommandTransferred))
    yield Fact(name="Command", value=f"passed on {times_in_words(passed)}" if passed else "stayed with one person")
    sent = sum(1 for _ in story.events(Announced))
    yield Fact(name="Mails to the list", value=str(sent))
    if incident.impact:
        yield Fact(name="Impact", value=incident.impact)
    if incident.not_affected:
        yield Fact(name="Not affected", value=incident.not_affected)
    if incident.clock.aware_at:
        yield Fact(name="Aware", value=when(incident.clock.aware_at))
    if (retro := retro_fact(incident, zones)) is not None:
        yield Fact(name="Retrospective", value=retro)
    for due in deadlines(incident, words.policy):
        yield Fact(name=due.name, value="notified" if due.is_met else f"due {when(due.at)}; not recorded as notified")


def stopped_at(story: Story) -> datetime | None:
    """Return when the damage was stopped: when the incident first reached phase 2 or a later one."""
    if story.declaration.phase >= RESOLVING:
        return story.began_at
    return next((one.at for one, event in story.events(PhaseChanged) if event.phase >= RESOLVING), None)


def _moments(story: Story, told: Sequence[Sourced], zones: Sequence[str]) -> Iterator[Moment]:
    happened = timeline((one.recorded for one in told), story.words, zones, story.began_at)
    before: Event | None = None
    for one, sourced in zip(happened, told, strict=True):
        event = sourced.recorded.event
        of_another = sourced.recorded.incident != story.incident.id
        if one.is_news and not _is_repetition(event, before) and not (of_another and _is_merging(event)):
            yield Moment(at=one.at, who=one.by.name, what=one.what, is_said=one.is_said, source=sourced.source)
        before = event


def _is_repetition(event: Event, before: Event | None) -> bool:
    """Return whether an entry only repeats others in the timeline.

    Return True for entries about the retrospective itself too, because they are among the facts.
    """
    if isinstance(event, RetroEvent):
        return True
    match event:
        case RollAnswered() | TimeChanged(name="next_update_at", time=None):
            return True
        case HandoverPlanned(to=None):
            return isinstance(before, CommandOffered)
        case CommandOffered():
            return before is not None and before.kind == "role_offered.v1"
        case _:
            return False


def _is_merging(event: Event) -> bool:
    """Return whether an entry of a merged incident repeats an entry of the incident into which it was merged."""
    return isinstance(event, MergedInto) or (isinstance(event, StatusChanged) and event.status is Status.MERGED)


def _worked(story: Story, duty: Duty) -> Worked:
    parts = listed(role_title(story.words, part) for part in duty.parts)
    return Worked(
        name=duty.person.name,
        parts=sentence(parts),
        since=min(span.since for span in duty.spans),
        until=max(span.until for span in duty.spans),
        minutes=minutes(duty.total),
        break_minutes=minutes(duty.breaks),
    )
