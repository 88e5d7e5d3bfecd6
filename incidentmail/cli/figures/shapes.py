"""Define the output of `stats --json` and `stats --csv`, as described in docs/json.md and docs/metrics.md."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from incidentmail.core.facts import json_time
from incidentmail.core.frozen import JsonValue
from incidentmail.report.figures.distribution import Distribution, Share
from incidentmail.report.figures.durations import DURATIONS
from incidentmail.report.figures.load import Load
from incidentmail.report.figures.measured import Measured
from incidentmail.report.figures.statistics import Group, Statistics

CSV_HEAD = ("group", "name", "figure", "incidents", "n", "missing", "median_s", "p90_s", "part", "share", "few")
EACH_HEAD = (
    "id", "severity", "status", "restricted", "declared_at", "detected_at", "commander_at", "customers_at",
    "stopped_at", "closed_at", "retro_at", "updates_kept", "updates_missed", "people",
    *(f"{kind.key}_s" for kind in DURATIONS), "description",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheets evaluate a cell that begins with one of these characters. Anybody can write a description."""


def shape(found: Statistics, *, with_people: bool) -> dict[str, JsonValue]:
    """Return all figures. Durations are in seconds."""
    return {
        "since": json_time(found.since),
        "until": json_time(found.until),
        **_group(found.all),
        "restricted": found.restricted,
        "left_out": {
            "drills": found.left_out.drills, "retracted": found.left_out.retracted, "merged": found.left_out.merged,
        },
        "by_severity": [{"severity": int(group.name), **_group(group)} for group in found.by_severity],
        "by_month": [{"month": group.name, **_group(group)} for group in found.by_month],
        "load": _load(found.load, with_people=with_people),
        "repeats": {
            **_share(found.repeats.again),
            "groups": [{"words": [*one.words], "incidents": [*one.incidents]} for one in found.repeats.groups],
        },
    }  # fmt: skip


def each(one: Measured) -> dict[str, JsonValue]:
    """Return the measurements of one incident. The description of a restricted incident is empty."""
    durations: dict[str, JsonValue] = {
        f"{kind.key}_s": _seconds(kind.of(one) if kind.applies(one) else None) for kind in DURATIONS
    }
    return {
        "id": one.id, "severity": one.severity, "status": one.status.value, "restricted": one.restricted,
        "declared_at": json_time(one.declared_at), "detected_at": json_time(one.detected_at),
        "commander_at": json_time(one.commander_at), "customers_at": json_time(one.customers_at),
        "stopped_at": json_time(one.stopped_at), "closed_at": json_time(one.closed_at),
        "retro_at": json_time(one.retro_at), "updates_kept": one.kept, "updates_missed": one.missed,
        "people": len(one.at_work), **durations, "description": one.description,
    }  # fmt: skip


def figures_csv(found: Statistics) -> str:
    """Return the figures as CSV (RFC 4180), with rows for all incidents, for each severity and for each month."""
    groups = [("all", found.all), *(("severity", group) for group in found.by_severity)]
    groups += [("month", group) for group in found.by_month]
    return _csv(CSV_HEAD, (row for kind, group in groups for row in _rows(kind, group)))


def each_csv(incidents: Iterable[Measured]) -> str:
    """Return CSV with one row for each incident."""
    return _csv(EACH_HEAD, ([_cell(value) for value in each(one).values()] for one in incidents))


def _group(group: Group) -> dict[str, JsonValue]:
    return {
        "incidents": group.incidents,
        "open": group.open,
        "figures": {key: _distribution(found) for key, found in group.durations.items()},
        "retros": _share(group.retros),
        "promises": _share(group.promises),
    }


def _distribution(found: Distribution) -> dict[str, JsonValue]:
    return {
        "n": found.n, "missing": found.missing, "median_s": _seconds(found.median), "p90_s": _seconds(found.p90),
        "few": found.is_few,
    }  # fmt: skip


def _share(found: Share) -> dict[str, JsonValue]:
    return {"part": found.part, "n": found.n, "share": found.ratio, "few": found.is_few}


def _load(found: Load, *, with_people: bool) -> dict[str, JsonValue]:
    people: list[JsonValue] = [
        {
            "person": one.person, "incidents": one.incidents, "commanded_s": _seconds(one.commanded),
            "nights": one.nights, "weekend_days": one.weekend_days,
        }
        for one in found.people
    ]  # fmt: skip
    return {
        "responders": found.responders,
        "busiest_three": {"part": found.busiest.part, "n": found.busiest.n, "share": found.busiest.ratio},
        "commanding_three": {
            "part_s": found.commanding.part, "n_s": found.commanding.n, "share": found.commanding.ratio,
        },
        "nights": found.nights,
        "weekend_days": found.weekend_days,
        "people": people if with_people else None,
    }  # fmt: skip


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())


def _rows(kind: str, group: Group) -> Iterator[list[str]]:
    for key, found in group.durations.items():
        measured = (found.n, found.missing, _seconds(found.median), _seconds(found.p90), None, None, found.is_few)
        yield [_cell(value) for value in (kind, group.name, key, group.incidents, *measured)]
    for key, share in (("retros", group.retros), ("promises", group.promises)):
        shared = (share.n, None, None, None, share.part, share.ratio, share.is_few)
        yield [_cell(value) for value in (kind, group.name, key, group.incidents, *shared)]


def _csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def _cell(value: JsonValue) -> str:
    r"""Return a value as cell text that no spreadsheet evaluates as a formula.

    >>> _cell(None), _cell(True), _cell("=1+1"), _cell(-3)
    ('', 'yes', "'=1+1", '-3')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else str(value)
