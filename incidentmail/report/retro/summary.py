"""Summarise an incident in three sentences: what broke, how bad it was and how long it took, who was affected."""

from __future__ import annotations

from datetime import date, datetime

from incidentmail.core.events import SeverityChanged
from incidentmail.core.model import Status
from incidentmail.core.text import clip, one_line
from incidentmail.core.words import Words, in_brackets

from .phrases import length_in_words, people_in_words, quoted, sentence
from .story import Story

QUOTED_CHARS_MAX = 300
_ENDS = {
    Status.CLOSED: "closed",
    Status.RETRACTED: "retracted as a false alarm",
    Status.MERGED: "merged into another incident",
}


def summary(story: Story) -> tuple[str, str, str]:
    """Return the three sentences of the summary."""
    incident = story.incident
    what = quoted(clip(one_line(incident.description), QUOTED_CHARS_MAX))
    drill = "In a drill on" if incident.drill else "On"
    began = f"{drill} {day(story.began_at.date())} at {story.began_at:%H:%M} UTC an incident was declared: {what}."
    return began, _how_bad(story), _who(story)


def day(at: date) -> str:
    """Return a date as text, with the name of the month.

    >>> day(date(2026, 11, 20))
    '20 November 2026'
    """
    return f"{at.day} {at:%B %Y}"


def worst(story: Story) -> tuple[int, datetime]:
    """Return the incident's worst severity, and when it first had that severity."""
    levels = [(story.declaration.severity, story.began_at)]
    levels += [(event.severity, one.at) for one, event in story.events(SeverityChanged)]
    return min(levels)


def severity_name(words: Words, level: int) -> str:
    """Return a severity as text, such as `severity 2 (serious)`."""
    return f"severity {level}{in_brackets(words.severity_name(level))}"


def _how_bad(story: Story) -> str:
    words, first = story.words, story.declaration.severity
    level, at = worst(story)
    bad = f"It was {severity_name(words, first)}"
    if level < first:
        bad = (
            f"It began as {severity_name(words, first)}, rose to {severity_name(words, level)} after "
            f"{length_in_words(story.after(at))}"
        )
    took = length_in_words(story.after(story.until))
    if story.ended_at is None:
        return f"{bad}, and has been open for {took}."
    how = _ENDS.get(story.incident.status, "ended")
    return f"{bad}, and was {how} at {_clock(story, story.ended_at)}, after {took}."


def _clock(story: Story, at: datetime) -> str:
    is_same_day = at.date() == story.began_at.date()
    return f"{at:%H:%M} UTC" if is_same_day else f"{at:%H:%M} UTC on {day(at.date())}"


def _who(story: Story) -> str:
    incident = story.incident
    worked = sentence(f"{people_in_words(len(story.duties))} worked on it")
    if incident.impact:
        return f"{worked}, and the record says who was affected: {quoted(incident.impact)}."
    first = next((line for line in incident.details.split("\n") if line), "")
    if not first:
        return f"{worked}, and the record does not say who was affected."
    said = quoted(clip(first, QUOTED_CHARS_MAX))
    end = "" if first.endswith((".", "!", "?")) else "."
    return f"{worked}, and of those affected the record says no more than its first description: {said}{end}"
