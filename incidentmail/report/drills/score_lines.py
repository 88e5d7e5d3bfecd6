"""Format the score of a drill as plain lines, for mail and for the terminal."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.report.ages import show_length

from .score import Outcome, Score

NOT_YET, NEVER = "not yet", "never"


def score_lines(score: Score) -> list[str]:
    """Return the score as lines: first the durations, then the expected outcomes."""
    lines = [f"{name}: {value}" for name, value in duration_rows(score)]
    if score.expected:
        lines += ["", f"{expected_head(score)}:"]
    return [*lines, *(f"- {outcome_line(one, score)}" for one in score.expected)]


def expected_head(score: Score) -> str:
    return f"Expected outcomes, {score.met} of {len(score.expected)} met in time"


def duration_rows(score: Score) -> list[tuple[str, str]]:
    """Return the durations and the number of promised updates kept, as (name, value) pairs."""
    missing = NOT_YET if score.state == "running" else NEVER
    promised = score.kept + score.missed
    return [
        ("Declared", _after(score.declare_s, "the first mail", missing)),
        ("A commander", _after(score.commander_s, "the declaration", missing)),
        ("Words for customers", _after(score.customers_s, "the declaration", missing)),
        ("Promised updates kept", f"{score.kept} of {promised}" if promised else "none was due"),
    ]


def outcome_line(outcome: Outcome, score: Score) -> str:
    """Return a line that says whether and when an expected outcome was met."""
    limit = "" if outcome.within_s is None else f" (within {_minutes(outcome.within_s)})"
    return f"{outcome.what}{limit}: {verdict(outcome, score)}"


def verdict(outcome: Outcome, score: Score) -> str:
    """Return a text that says whether an expected outcome was met, and after how long.

    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 11, 20, tzinfo=UTC)
    >>> found = Score(run="", title="", state="over", faster=1, started_at=at, ended_at=at, incidents=(),
    ...     declare_s=None, commander_s=None, customers_s=None, kept=0, missed=0, expected=())
    >>> verdict(Outcome(what="", within_s=300, met_s=240), found)
    'met after 4 min'
    >>> verdict(Outcome(what="", within_s=60, met_s=95), found)
    'late, after 1 min 35 s'
    """
    if outcome.met_s is None:
        is_open = score.state == "running"
        return NOT_YET if is_open else "not met"
    return f"{'met' if outcome.is_met else 'late,'} after {_minutes(outcome.met_s)}"


def _after(seconds: int | None, what: str, missing: str) -> str:
    if seconds is None:
        return missing
    return f"{_minutes(seconds)} after {what}" if seconds else f"with {what}"


def _minutes(seconds: int) -> str:
    """Return a duration as text: to the second below an hour, otherwise to the minute.

    >>> _minutes(0), _minutes(95), _minutes(240), _minutes(4000)
    ('0 s', '1 min 35 s', '4 min', '1 h 6 min')
    """
    if seconds >= 3600:
        return show_length(timedelta(seconds=seconds))
    minutes, rest = divmod(seconds, 60)
    return " ".join(filter(None, (f"{minutes} min" if minutes else "", f"{rest} s" if rest or not minutes else "")))
