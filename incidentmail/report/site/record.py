"""Convert the events of one incident to the data shown on pages: a short form for lists, and a full page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentmail.core.conduct.promises import next_update
from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident, Status
from incidentmail.core.teams.team_events import MergedFrom, MergedInto, MergeReceived, MergeReturned
from incidentmail.core.tracking.role_kinds import LIAISONS
from incidentmail.report.picture.history import History, history_of

from .masks import Masks
from .moments import Moment, moments
from .setting import Setting
from .statements import Statement, statements

NEWS_KEPT = 40
"""The maximum number of updates per incident in the feed, because the feed has no more entries."""

AFTER_MIN, AFTER_SHARE = timedelta(minutes=1), 0.03
"""How far the picture of an open incident extends beyond its newest entry, so that the current state is visible."""


class News(Frozen, kw_only=True):
    """The news in one update: its number (0 is the declaration), its time, and the changes that it announced."""

    number: int
    at: datetime
    title: str
    lines: tuple[str, ...]


class Listed(Frozen, kw_only=True):
    """The short form of an incident, for lists, feeds and the public pages. It contains only masked text.

    `ended_at` is None while the incident is open. `counts_for_customers` is true if the incident's severity, or its
    worst severity once it has ended, requires somebody to answer customers. `linked` holds the ids of all incidents
    that it was ever merged with. If `hidden` is true, the incident is not shown and has no other data.
    """

    id: str
    hidden: bool = False
    linked: tuple[str, ...] = ()
    description: str = ""
    severity: int = 0
    worst: int = 0
    phase: int = 0
    status: Status = Status.OPEN
    drill: bool = False
    commander: str = ""
    declared_at: datetime
    ended_at: datetime | None = None
    changed_at: datetime
    next_update_at: datetime | None = None
    counts_for_customers: bool = False
    merged_into: str | None = None
    last_change: str = ""
    news: tuple[News, ...] = ()
    statements: tuple[Statement, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Record(Frozen, kw_only=True):
    """The data for the page of an incident."""

    state: Incident
    history: History
    moments: tuple[Moment, ...]
    statements: tuple[Statement, ...]
    masks: Masks
    listed: Listed


def read_incident(recorded: Sequence[Recorded], state: Incident, setting: Setting) -> Record:
    """Return the page data of an incident that is not restricted. `recorded` are all its events, in order."""
    newest = recorded[-1].at
    history = history_of(recorded, newest + max(AFTER_MIN, (newest - recorded[0].at) * AFTER_SHARE))
    masks, said = Masks.of(state, recorded), statements(recorded)
    told = tuple(moments(recorded, said, masks, setting.words, setting.zones))
    return Record(
        state=state,
        history=history,
        moments=told,
        statements=said,
        masks=masks,
        listed=_listed(state, history, told, said, masks, recorded, setting),
    )


def hidden(state: Incident, recorded: Sequence[Recorded]) -> Listed:
    """Return the short form of an incident that is not shown."""
    return Listed(
        id=state.id, hidden=True, linked=linked(recorded), declared_at=state.declared_at, changed_at=state.updated_at
    )


def linked(recorded: Sequence[Recorded]) -> tuple[str, ...]:
    """Return the ids of the incidents that this one was ever merged with, even if the merge was undone."""
    found: dict[str, None] = {}
    for one in recorded:
        match one.event:
            case MergedInto(into=into, was=was):
                found.update({name: None for name in (into, was) if name})
            case MergedFrom(incidents=incidents, was=were):
                found.update(dict.fromkeys((*incidents, *were)))
            case MergeReceived(incident=name) | MergeReturned(incident=name):
                found[name] = None
            case _:
                continue
    return tuple(found)


def _listed(
    state: Incident, history: History, told: Sequence[Moment], said: tuple[Statement, ...], masks: Masks,
    recorded: Sequence[Recorded], setting: Setting,
) -> Listed:  # fmt: skip
    step = setting.words.policy.severity(state.severity if history.is_open else history.worst)
    newest = next((one for one in reversed(told) if one.is_main), None)
    return Listed(
        id=state.id,
        linked=linked(recorded),
        description=masks.shown(state.description),
        severity=state.severity,
        worst=history.worst,
        phase=state.phase,
        status=state.status,
        drill=state.drill,
        commander=masks.name(state.commander),
        declared_at=state.declared_at,
        ended_at=None if history.is_open else history.end,
        changed_at=recorded[-1].at,
        next_update_at=next_update(state, setting.words.policy) if state.is_open else None,
        counts_for_customers=step is not None and LIAISONS[0] in step.requires,
        merged_into=state.merged_into,
        last_change=in_short(newest) if newest else sentence(told[0]),
        news=tuple(_news(told, history, masks.shown(state.subject)))[-NEWS_KEPT:],
        statements=said,
    )


def sentence(moment: Moment) -> str:
    """Return a moment as a sentence, such as `Bo K. raised the severity from 2 to 1.` or `Bo K. wrote:`."""
    who = f"{moment.who} " if moment.who else ""
    return f"{who}{' and '.join(moment.deeds)}." if moment.deeds else f"{moment.who} wrote:"


def in_short(moment: Moment) -> str:
    """Return a moment as a sentence, followed by the first words of its text."""
    return " ".join((sentence(moment), *_said(moment)[:1]))


def _news(told: Sequence[Moment], history: History, subject: str) -> list[News]:
    sent_at = {one.number: one.at for one in history.sent}
    found: dict[int, News] = {}
    for moment in told:
        if moment.update is None:
            continue
        lines = (sentence(moment), *_said(moment))
        before = found.get(moment.update)
        found[moment.update] = News(
            number=moment.update,
            at=sent_at.get(moment.update, moment.at),
            title=subject if moment.update == 0 else f"Update {moment.update}: {subject}",
            lines=(*(before.lines if before else ()), *lines),
        )
    return [found[number] for number in sorted(found)]


def _said(moment: Moment) -> list[str]:
    return [f"{f'{quote.label}: ' if quote.label else ''}“{quote.text}”" for quote in moment.quotes]
