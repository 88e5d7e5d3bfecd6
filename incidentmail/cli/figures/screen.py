"""Lay out the figures for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from incidentmail.cli.screen.layout import BLANK, Line, Span, labelled, table, wrapped
from incidentmail.core.words import Words
from incidentmail.report.ages import show_length
from incidentmail.report.figures.distribution import FEW
from incidentmail.report.figures.durations import DURATIONS
from incidentmail.report.figures.load import Load
from incidentmail.report.figures.statistics import Group, Statistics
from incidentmail.report.figures.words import length, not_counted, percent, period, show_share

ONLY_FEW = f"* from fewer than {FEW} incidents: one of them may have made this figure"
SHORT_HEADS = {kind.key: kind.short for kind in DURATIONS}
IDS_SHOWN_MAX = 3


def screen(found: Statistics, words: Words, width: int, *, people: Mapping[str, str] | None) -> list[Line]:
    """Return all figures as lines. `people` maps keys of people to names; if it is None, nobody is named."""
    lines = [*_head(found, width), BLANK]
    if not found.all.incidents:
        return lines[:-1]
    lines += [*_durations(found.all, width), BLANK]
    lines += [*labelled(list(_shares(found)), width), BLANK]
    lines += [*_groups("Severity", found.by_severity, words, width), BLANK]
    lines += [*_groups("Month", found.by_month, words, width), BLANK]
    lines += [*_repeats(found, width), BLANK]
    lines += [*_people(found.load, people, width), BLANK] if people is not None else []
    is_few = any(one.is_few for group in _every(found) for one in group.durations.values() if one.n)
    lines += [*wrapped(Span(ONLY_FEW, "faint"), width)] if is_few else []
    lines += wrapped(Span("docs/metrics.md says how each figure is computed", "faint"), width)
    return lines


def number_of_incidents(number: int) -> str:
    return f"{number} incident{'' if number == 1 else 's'}"


def _every(found: Statistics) -> Sequence[Group]:
    return (found.all, *found.by_severity, *found.by_month)


def _head(found: Statistics, width: int) -> list[Line]:
    head = f"{number_of_incidents(found.all.incidents)}{period(found.since, found.until)}"
    lines = wrapped(Span(head, "strong"), width, indent=2)
    left = not_counted(found)
    if left:
        lines += wrapped(Span(f"not counted: {left}", "faint"), width, indent=2)
    if found.restricted:
        text = f"{found.restricted} of them {'is' if found.restricted == 1 else 'are'} restricted: counted, not named"
        lines += wrapped(Span(text, "faint"), width, indent=2)
    return lines


def _durations(group: Group, width: int) -> list[Line]:
    rows = [
        [kind.title, length(one, one.median), length(one, one.p90), str(one.n), str(one.missing)]
        for kind in DURATIONS
        for one in [group.durations[kind.key]]
    ]
    return table(("How long it took", "Median", "90 % within", "Of", "Not known"), rows, width, wide=(0,))


def _shares(found: Statistics) -> Iterator[tuple[str, str]]:
    load = found.load
    yield "With a retrospective", show_share(found.all.retros)
    yield "Promised updates kept", show_share(found.all.promises)
    if found.all.open:
        yield "Still open", str(found.all.open)
    yield "People who took part", str(load.responders)
    if load.responders:
        yield "Share of busiest three", f"{percent(load.busiest)} of all participations"
        yield "", f"{percent(load.commanding)} of the time in command"
    yield "Nights with work", f"{load.nights} (each person's night counts)"
    yield "Weekend days with work", f"{load.weekend_days} (each person's day counts)"


def _groups(head: str, groups: Sequence[Group], words: Words, width: int) -> list[Line]:
    """Return the medians by severity or by month."""
    heads = (head, "Incidents", *SHORT_HEADS.values(), "With retro", "Kept")
    rows = []
    for group in groups:
        name = words.severity_name(int(group.name)) if head == "Severity" else ""
        medians = [length(group.durations[key], group.durations[key].median) for key in SHORT_HEADS]
        shares = [percent(group.retros), percent(group.promises)]
        rows.append([f"{group.name} {name}".strip(), str(group.incidents), *medians, *shares])
    title = wrapped(Span(f"Medians by {head.lower()}", "strong"), width)
    if width >= sum(max(len(row[at]) for row in [heads, *rows]) + 2 for at in range(len(heads))):
        return [*title, *table(heads, rows, width, wide=(0,))]
    return [*title, *(line for row in rows for line in _narrow(heads, row, width))]


def _narrow(heads: Sequence[str], row: Sequence[str], width: int) -> list[Line]:
    """Return a row as text, for screens too narrow for the table."""
    parts = [f"{head.lower()} {value}" for head, value in zip(heads[2:], row[2:], strict=True) if value != "-"]
    text = f": {number_of_incidents(int(row[1]))}; {', '.join(parts)}"
    return wrapped([Span(row[0], "strong"), Span(text.removesuffix("; "))], width, indent=2)


def _repeats(found: Statistics, width: int) -> list[Line]:
    again = found.repeats.again
    lines = wrapped(Span(f"Seen before: {show_share(again)}", "strong"), width)
    for group in found.repeats.groups:
        ids = ", ".join(group.incidents[-IDS_SHOWN_MAX:])
        more = len(group.incidents) - IDS_SHOWN_MAX
        head = [Span(f"{len(group.incidents)} times: "), Span(", ".join(group.words), "strong")]
        tail = Span(f" ({ids}{f', and {more} earlier' if more > 0 else ''})", "faint")
        lines += wrapped([*head, tail], width, first=(Span("  "),), indent=4)
    return lines


def _people(load: Load, names: Mapping[str, str], width: int) -> list[Line]:
    """Return lines about how much work each person had. The lines say nothing about how well it was done."""
    rows = [
        [
            f"{names[one.person]} <{one.person}>" if one.person in names else one.person, str(one.incidents),
            show_length(one.commanded) if one.commanded else "-", str(one.nights), str(one.weekend_days),
        ]
        for one in load.people
    ]  # fmt: skip
    heads = ("Who carried how much", "Incidents", "In command", "Nights", "Weekend days")
    return table(heads, rows, width, wide=(0,))
