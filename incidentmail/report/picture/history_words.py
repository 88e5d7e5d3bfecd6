"""Describe the picture of an incident in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.core.text import counted
from incidentmail.core.times import show_time
from incidentmail.core.words import Words, in_brackets

from .history import History, Span

TOLD_MAX = 20
"""The number of changes to describe. Earlier ones are skipped, to keep the text short enough to listen to."""


def describe_history(history: History, words: Words) -> Iterator[str]:
    """Yield sentences that describe the picture for people who cannot see it, with times in UTC.

    >>> from datetime import UTC, timedelta
    >>> from incidentmail.core.policy import Policy
    >>> begin = datetime(2026, 11, 20, 14, 7, tzinfo=UTC)
    >>> end = begin + timedelta(hours=2)
    >>> severity, phase, lead = (Span(value=one, begin=begin, end=end) for one in (2, 1, "Mara Lindqvist"))
    >>> history = History(
    ...     begin=begin, end=end, is_open=False, severities=(severity,), phases=(phase,), commanders=(lead,), sent=(),
    ...     missed=(), moments=(),
    ... )
    >>> for sentence in describe_history(history, Words(Policy())):
    ...     print(sentence)
    From 2026-11-20 14:07 UTC to 16:07 UTC.
    Severity: 2 (serious) from 14:07 UTC.
    Phase: 1 (stopping the damage) from 14:07 UTC.
    Incident commander: Mara Lindqvist from 14:07 UTC.
    0 mails to the list.
    """
    on = history.begin.date()
    yield f"From {history.begin:%Y-%m-%d %H:%M} UTC to {'now' if history.is_open else show_time(history.end, (), on)}."
    severities = [
        (f"{span.value}{in_brackets(words.severity_name(int(span.value)))}", span) for span in history.severities
    ]
    phases = [(f"{span.value}{in_brackets(words.phase_name(int(span.value)))}", span) for span in history.phases]
    yield _told("Severity", severities, history)
    yield _told("Phase", phases, history)
    yield _told(words.policy.commander_title, [(str(span.value), span) for span in history.commanders], history)
    yield f"{counted(len(history.sent), 'mail')} to the list."
    if history.kept or history.missed:
        yield f"{counted(history.kept, 'promised update')} sent in time, {len(history.missed)} missed{_due(history)}."


def _told(label: str, named: Sequence[tuple[str, Span]], history: History) -> str:
    """Return a sentence such as `Severity: 2 (serious) from 14:07 UTC, 1 (critical) from 14:31 UTC.`"""
    on = history.begin.date()
    told = [f"{name} from {show_time(span.begin, (), on)}" for name, span in named[-TOLD_MAX:]]
    left_out = len(named) - len(told)
    before = f"{counted(left_out, 'change')} before; " if left_out else ""
    return f"{label}: {before}{', '.join(told)}."


def _named(span: Span, name: str | None) -> str:
    return f"{span.value}{in_brackets(name)}"


def _due(history: History) -> str:
    due: Sequence[datetime] = history.missed[-TOLD_MAX:]
    shown = ", ".join(show_time(at, (), history.begin.date()) for at in due)
    return f" (due {shown})" if due else ""
