"""Summarise the updates of an incident in a few lines each, for people who join late. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from incidentmail.core.conduct.ended import began_at
from incidentmail.core.events import Announced, Recorded
from incidentmail.core.fold import evolve
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Incident, Status, Update
from incidentmail.core.text import clip, one_line
from incidentmail.core.times import show_duration, show_time
from incidentmail.core.words import NO_CHANGE, NOT_CONFIRMED

from .authorship import STATED_ELSEWHERE, deeds_of
from .html_page import Beside
from .wording import Wording, changes

UPDATES_SHOWN_MAX = 12
"""The maximum number of updates shown, because people do not read more before they act. The newest are shown."""
HISTORY_MAX = 3
"""The maximum number of earlier updates on the page of a follow-up."""
SAID_CHARS_MAX = 500
_OVER = {Status.CLOSED: "Over", Status.RETRACTED: "False alarm", Status.MERGED: "Continues in another incident"}
"""What the title of the page says once the incident has ended, so that it is not mistaken for an alarm."""
DETAILS_CHARS_MAX = 6000
"""The maximum length of the details shown, which are their first pages. The declaration has all of them."""


def update_paragraphs(wording: Wording, recorded: Iterable[Recorded], on: date) -> Sequence[str]:
    """Return a paragraph for each announced follow-up in the entries of one incident, oldest first.

    We write the first line of a paragraph: number, time and what changed. The other lines are indented, and each says
    who wrote what. If there are more than UPDATES_SHOWN_MAX updates, a sentence at the top says how many are omitted.
    """
    paragraphs: list[str] = []
    state: Incident | None = None
    for entry in recorded:
        if isinstance(entry.event, Announced) and entry.event.number and state is not None:
            paragraphs.append(_update(wording, state, entry, on))
        state = evolve(state, entry)
    left_out = len(paragraphs) - UPDATES_SHOWN_MAX
    earlier = [f"{left_out} earlier updates are left out here."] if left_out > 0 else []
    return [*earlier, *paragraphs[-UPDATES_SHOWN_MAX:]]


def declaration_paragraphs(wording: Wording, incident: Incident, on: date) -> list[str]:
    """Return paragraphs that say who declared what and when, followed by the details."""
    when = show_time(incident.declared_at, wording.zones, on)
    first = f"Declared by {incident.declared_by.name}, {when}: {incident.subject}"
    return [first, *(text for text in clip(incident.details, DETAILS_CHARS_MAX).split("\n\n") if text)]


def beside_follow_up(wording: Wording, incident: Incident, number: int, at: datetime) -> Beside:
    """Return the additions on the page of follow-up `number`: its number, its time, and the earlier updates."""
    on = at.date()
    took = show_duration(at - began_at(incident))
    status = f"open for {took}" if incident.is_open else f"{incident.status} after {took}"
    subtitle = f"Update {number}, {show_time(at, wording.zones, on)}, {status}"
    earlier = [_earlier(wording, update, on) for update in reversed(incident.announced[-HISTORY_MAX:])]
    if len(earlier) < HISTORY_MAX:
        declared = show_time(incident.declared_at, (), on)
        earlier.append(f"{declared}: {incident.declared_by.name} declared the incident.")
    over = f"{_OVER[incident.status]}: {incident.description}" if not incident.is_open else ""
    return Beside(title=over, subtitle=subtitle, history=earlier)


def _earlier(wording: Wording, update: Update, on: date) -> str:
    told = [change for change in update.changes if change.fact not in STATED_ELSEWHERE]
    people = {change.by.address or change.by.name: change.by.name for change in told}
    changes_by = {
        name: [change for change in told if (change.by.address or change.by.name) == key]
        for key, name in people.items()
    }
    parts = [
        f"{name} {deeds_of(wording.words, done, wording.zones, on, update.taken_back)}"
        for name, done in changes_by.items()
    ]
    parts += [f"{one.name} sent a message" for one in update.said_by if (one.address or one.name) not in people]
    deeds = clip("; ".join(parts), SAID_CHARS_MAX)
    return f"{show_time(update.at, (), on)}, update {update.number}: {deeds or 'no change'}."


def _update(wording: Wording, state: Incident, entry: Recorded, on: date) -> str:
    was = changes(state)
    number = entry.event.number if isinstance(entry.event, Announced) else 0
    no_change = "a message" if any(said.text for said in state.said) else NO_CHANGE.rstrip(".").lower()
    what = ", ".join(_changed(wording, state, was)) or no_change
    said = [f"  {said.by.name} said: {clip(one_line(said.text), SAID_CHARS_MAX)}" for said in state.said if said.text]
    return "\n".join((f"Update {number}, {show_time(entry.at, wording.zones, on)}: {what.removesuffix('.')}.", *said))


def _changed(wording: Wording, state: Incident, was: Mapping[str, JsonValue]) -> Iterable[str]:
    """Yield each changed fact. Severity and phase include their old value."""
    words = wording.words
    for name, old in was.items():
        match name:
            case "merged_from":
                yield f"merged from {', '.join(state.merged_from)}" if state.merged_from else "nothing is merged now"
            case "restricted":
                yield "restricted"
            case fact if fact in STATED_ELSEWHERE:
                continue
            case "severity":
                clause = words.severity_clause(state.severity, _was(old, state.severity))
                yield f"{clause[:1].lower()}{clause[1:]}"
            case "phase":
                yield words.phase_clause(state.phase, _was(old, state.phase))
            case "commander":
                yield f"{words.title} {state.commander.name}"
            case "status":
                yield f"the incident is {state.status}"
            case "venue":
                yield f"people coordinate via {state.venue}" if state.venue else "no venue any more"
            case _:
                key = words.key(name)
                yield f"{key[:1].lower()}{key[1:]}" if key[1:2].islower() else key


def _was(old: JsonValue, now: int) -> str:
    """Return the old value as a note. If it equals the present value, say that it had not been confirmed."""
    return f"was {old}" if old != now else f"was {NOT_CONFIRMED}"
