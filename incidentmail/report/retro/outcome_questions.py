"""Define the rules that ask about the outcome: what broke, how it was found and stopped, and what remains to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

from incidentmail.core.conduct.deadlines import deadlines
from incidentmail.core.events import PhaseChanged, SeverityChanged, StatusChanged
from incidentmail.core.model import Status
from incidentmail.core.text import clip, one_line
from incidentmail.core.tracking.tracked_items import open_items

from .contents import Found
from .items import judged_at
from .phrases import length_in_words, number_in_words, quoted, sentence, several, times_in_words
from .story import Story
from .summary import severity_name, worst

Asked = Iterator[Found]
"""The questions of one rule, possibly none."""
AT_ONCE = timedelta(minutes=10)
"""A declaration, or a worse severity, within this time was not late."""
LONG_UNNOTICED = timedelta(minutes=15)
LONG_DAMAGE = timedelta(hours=1)
TEXT_CHARS_MAX = 160
RESOLVING = 2


def in_quotes(text: str) -> str:
    """Return somebody's words in quotation marks, on one line of limited length."""
    return quoted(clip(one_line(text), TEXT_CHARS_MAX))


def severity_rose(story: Story) -> Asked:
    """Ask about a severity that got worse some time after the declaration."""
    level, at = worst(story)
    if level < story.declaration.severity and story.after(at) > AT_ONCE:
        name, later = severity_name(story.words, level), length_in_words(story.after(at))
        yield Found(
            f"It became {name} only {later} after the declaration. What showed that it was worse, and could it have "
            "been seen at the beginning?"
        )


def severity_moved(story: Story) -> Asked:
    """Ask about a severity that became milder and then worse again."""
    levels = [story.declaration.severity, *(event.severity for _, event in story.events(SeverityChanged))]
    steps = [now - was for was, now in pairwise(levels) if now != was]
    rises_again = any(first > 0 and later < 0 for at, first in enumerate(steps) for later in steps[at + 1 :])
    if rises_again:
        yield Found("The severity fell and rose again. What made it look better than it was?")


def unnoticed(story: Story) -> Asked:
    """Ask about an incident that began at an unknown time, or long before it was noticed or declared."""
    incident, declared = story.incident, story.began_at
    began, noticed = incident.started_at, incident.detected_at
    if began is None and noticed is None:
        yield Found(
            "The record does not say when it began and when it was first noticed. When was that, and who "
            "or what noticed it?",
            "times",
        )
        return
    found = noticed or declared
    if began is not None and found - began > LONG_UNNOTICED:
        yield Found(
            f"It went on for {length_in_words(found - began)} before it was noticed. What would have shown it sooner?"
        )


def declared_late(story: Story) -> Asked:
    """Ask about an incident that was declared some time after it was noticed."""
    noticed = story.incident.detected_at
    if noticed is not None and story.began_at - noticed > AT_ONCE:
        yield Found(
            f"It was declared {length_in_words(story.began_at - noticed)} after it was noticed. What made it "
            "hard to declare?"
        )


def who_was_affected(story: Story) -> Asked:
    """Ask who was affected, if nobody recorded it."""
    if not story.incident.impact:
        yield Found("The record does not say who was affected, how many, and how badly. Who can find out?")


def damage_lasted(story: Story) -> Asked:
    """Ask about damage that took a long time to stop, or was never recorded as stopped."""
    first = next((one.at for one, event in story.events(PhaseChanged) if event.phase >= RESOLVING), None)
    if story.declaration.phase >= RESOLVING:
        return
    if first is None:
        yield Found("The record does not say when the damage was stopped. When was that, and what stopped it?")
    elif story.after(first) > LONG_DAMAGE:
        yield Found(
            f"It took {length_in_words(story.after(first))} to stop the damage. Which step stopped it, and what "
            "would have made that step possible an hour sooner?"
        )


def assumption_fell(story: Story) -> Asked:
    """Ask about each assumption that turned out to be wrong."""
    for item in story.incident.items:
        at = judged_at(story, item.number)
        if item.kind == "assumption" and item.verdict == "refuted" and at is not None:
            yield Found(
                f"{in_quotes(item.text)} was assumed for {length_in_words(at - item.at)}, and was "
                "wrong. What was done because of it, and what would have shown it sooner?",
                str(item.number),
            )


def assumption_unchecked(story: Story) -> Asked:
    """Ask about each assumption that was never confirmed or refuted."""
    for item in open_items(story.incident.items, "assumption"):
        yield Found(f"{in_quotes(item.text)} was assumed and never checked. Is it so?", str(item.number))


def declared_twice(story: Story) -> Asked:
    """Ask about an outage that was declared more than once."""
    count = len(story.incident.merged_from)
    if count:
        yield Found(
            f"The same outage was declared {times_in_words(count + 1)}. How could the later ones have found the first?"
        )


def reopened(story: Story) -> Asked:
    """Ask about an incident that was reopened after it had ended."""
    if any(event.status is Status.OPEN for _, event in story.events(StatusChanged)):
        yield Found("It was ended and opened again. What looked as if it were over, and was not?")


def deadline_missed(story: Story) -> Asked:
    """Ask about each deadline that passed without being recorded as met."""
    for number, due in enumerate(deadlines(story.incident, story.words.policy), 1):
        if not due.is_met and due.at <= story.until:
            yield Found(
                f"The deadline {quoted(due.name)} passed without a record that it was met. Were they told, and when?",
                str(number),
            )


def left_open(story: Story) -> Asked:
    """Ask about actions and needs that are still open."""
    items = open_items(story.incident.items, "action", "need")
    if items and story.ended_at:
        without = sum(item.owner is None for item in items)
        nobodys = f", {number_in_words(without)} of them without an owner" if without else ""
        if len(items) == 1:
            yield Found(f"One thing to do is still open{nobodys}. Is it still needed, who does it, and by when?")
        else:
            many = sentence(several(len(items), "thing"))
            yield Found(f"{many} to do are still open{nobodys}. Are they still needed, who does them, and by when?")


def conditions(story: Story) -> Asked:
    """Ask, in every retrospective, which conditions came together."""
    yield Found("Which conditions had to come together for this to happen? There is hardly ever only one.")


def again(story: Story) -> Asked:
    """Ask, in every retrospective, what would be different next time."""
    yield Found(
        "If it happened again next week, what would be different by then? Write each answer as an action with "
        "an owner and a time."
    )


OUTCOME: tuple[tuple[str, Callable[[Story], Asked]], ...] = (
    ("conditions", conditions),
    ("unnoticed", unnoticed),
    ("declared-late", declared_late),
    ("severity-rose", severity_rose),
    ("severity-moved", severity_moved),
    ("who-was-affected", who_was_affected),
    ("declared-twice", declared_twice),
    ("damage-lasted", damage_lasted),
    ("assumption-fell", assumption_fell),
    ("assumption-unchecked", assumption_unchecked),
    ("reopened", reopened),
    ("deadline-missed", deadline_missed),
    ("left-open", left_open),
    ("again", again),
)
