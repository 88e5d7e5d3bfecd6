"""Render the briefing for people who take or are offered command, in the order of ICS form 201. Pure.

The mail begins with the situation. The briefing adds what was ruled out, assumptions, actions under way, decisions, the
promised next update, who is at work, and who could command next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from incidentmail.core.conduct.promises import next_update
from incidentmail.core.conduct.relief import AtWork, at_work
from incidentmail.core.events import Recorded
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.core.text import clip, one_line
from incidentmail.core.times import show_duration, show_time
from incidentmail.core.tracking.tracked_items import Item, open_items, refuted
from incidentmail.core.words import in_brackets
from incidentmail.outbound.update_history import declaration_paragraphs, update_paragraphs
from incidentmail.outbound.wording import Wording

A_MINUTE = timedelta(minutes=1)
SHOWN_MAX = 8
"""The maximum number of items of each kind, because commanders read on a phone. The newest items are shown."""
CHARS_MAX = 200
UPDATES_MAX = 3
"""The number of updates in the mail to a new commander. `catch up` brings them all."""
AT_WORK = "At work"


def command_brief(wording: Wording, incident: Incident, now: datetime) -> list[str]:
    """Return a paragraph for each part that has content. People wrote most of this text, so the mail quotes it."""
    items = incident.items
    parts = [
        ("Evidence, and what was ruled out", [i for i in items if i.kind == "evidence" or i in refuted(items)]),
        ("Assumed, and not confirmed", open_items(items, "assumption")),
        ("Under way", open_items(items, "action")),
        ("Needed", open_items(items, "need")),
        ("Decided", [item for item in items if item.kind == "decision"]),
    ]
    found = ["\n".join((f"{title}:", *_lines(wording, some, now))) for title, some in parts if some]
    return [*found, "\n".join(_people_and_times(wording, incident, now))]


def full_brief(wording: Wording, incident: Incident, recorded: Iterable[Recorded], now: datetime) -> list[str]:
    """Return the paragraphs for a new commander: details, facts and roles, the newest updates, and `command_brief`.

    `recorded` holds the entries of the incident.
    """
    on = now.date()
    broken = wording.broken(incident)
    told = ("need", *wording.stated_as_broken(incident, broken))
    fields = wording.fields(replace(incident, next_update_at=None), on, without=told)
    return [
        "\n".join(map(str, (broken, *fields))),
        *declaration_paragraphs(wording, incident, on),
        *update_paragraphs(wording, recorded, on)[-UPDATES_MAX:],
        *command_brief(wording, incident, now),
    ]


def _lines(wording: Wording, items: Sequence[Item], now: datetime) -> Iterator[str]:
    for item in items[-SHOWN_MAX:]:
        owner = item.owner.name if item.owner else None
        due = f"by {show_time(item.due_at, wording.zones, now.date())}" if item.due_at else None
        mark = "not so: " if item.verdict == "refuted" else "ruled out: " if item.kind == "ruled_out" else ""
        yield f"{item.number}. {mark}{clip(one_line(item.text), CHARS_MAX)}{in_brackets(owner, due)}"
    if len(items) > SHOWN_MAX:
        yield f"and {len(items) - SHOWN_MAX} more"


def _people_and_times(wording: Wording, incident: Incident, now: datetime) -> Iterator[str]:
    due = next_update(incident, wording.words.policy)
    if due is not None:
        yield f"The next update is due by {show_time(due, wording.zones, now.date())}."
    yield hours_line(wording, incident, now)
    planned = incident.clock.next_commander
    if planned is not None:
        yield f"Planned to lead next: {planned.to.name}, at {show_time(planned.at, wording.zones, now.date())}"


def hours_line(wording: Wording, incident: Incident, now: datetime) -> str:
    """Return a line that lists the people at work, how long they have worked, and when they last took a break."""
    return f"{AT_WORK}: {hours(wording, incident, now)}"


def hours(wording: Wording, incident: Incident, now: datetime) -> str:
    """Return the content of `hours_line` without its label."""
    return "; ".join(_at_work(wording, one, now) for one in at_work(incident))


def _at_work(wording: Wording, one: AtWork, now: datetime) -> str:
    parts = [wording.words.key(part if part == "commander" else f"roles.{part}") for part in one.parts]
    shown = in_brackets(", ".join(f"{part[:1].lower()}{part[1:]}" for part in parts) or None)
    worked = now - one.since
    text = f"{one.person.name}{shown}{f' for {show_duration(worked)}' if worked >= A_MINUTE else ''}"
    away = one.last_break
    if away is None:
        return text
    if away.ended_at is None and now < away.until:
        return f"{text}, away until {show_time(away.until, wording.zones, now.date())}"
    return f"{text}, last break {show_time(away.at, wording.zones, now.date())}"
