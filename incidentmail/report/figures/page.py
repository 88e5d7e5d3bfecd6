"""Prepare the page of figures: its charts and the numbers beside them. The page names no people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from incidentmail.core.frozen import Frozen
from incidentmail.core.words import Words
from incidentmail.report.picture.chart import Bar, Line, bar_chart, line_chart
from incidentmail.report.picture.drawing import NARROW, WIDE
from incidentmail.report.picture.incident_picture import severity_class

from .distribution import FEW, Distribution, Share
from .durations import DURATIONS
from .statistics import Group, Statistics
from .words import length, not_counted, percent, period, show_share

HOUR = timedelta(hours=1)
BY_MONTH = (("stop", "To the end of the damage"), ("resolve", "To closed"))


class Chart(Frozen, kw_only=True):
    """A chart in the two widths used on a page, and a note to print below it."""

    title: str
    wide: Markup
    narrow: Markup
    note: str = ""


def page_values(found: Statistics, words: Words, *, made_at: datetime) -> dict[str, object]:
    """Return the context for the template `page/figures.html.j2`."""
    return {
        "period": period(found.since, found.until),
        "number": found.all.incidents,
        "not_counted": not_counted(found),
        "restricted": found.restricted,
        "facts": list(_facts(found)),
        "charts": list(_charts(found, words)) if found.all.incidents else [],
        "rows": [_row(kind.title, found.all.durations[kind.key]) for kind in DURATIONS],
        "severities": [_group_row(group, words.severity_name(int(group.name))) for group in found.by_severity],
        "months": [_group_row(group, "") for group in found.by_month],
        "short": [kind.short for kind in DURATIONS],
        "few": FEW,
        "made_at": made_at,
    }


def _facts(found: Statistics) -> Iterator[tuple[str, str]]:
    whole = found.all
    retro, stop = whole.durations["retro"], whole.durations["stop"]
    yield "Incidents", str(whole.incidents)
    yield "Median to the retrospective", length(retro, retro.median)
    yield "With a retrospective", show_share(whole.retros)
    yield "Median to the end of the damage", length(stop, stop.median)
    yield "Promised updates kept", show_share(whole.promises)
    yield "People who took part", str(found.load.responders)
    yield "Nights with work", str(found.load.nights)
    yield "Weekend days with work", str(found.load.weekend_days)


def _charts(found: Statistics, words: Words) -> Iterator[Chart]:
    durations = [(kind, found.all.durations[kind.key]) for kind in DURATIONS]
    yield _bars(
        "How long it took: medians",
        [
            Bar(label=kind.label, value=one.median / HOUR, shown=length(one, one.median))
            for kind, one in durations
            if one.median is not None
        ],
        note="The time to the retrospective is counted in days, and is in the table below.",
        leave_out=("To the retrospective",),
    )
    yield _bars(
        "How often it is not known",
        [
            Bar(label=kind.label, value=one.missing, shown=f"{one.missing} of {one.missing + one.n}", style="c2")
            for kind, one in durations
        ],
        note="A duration that is not known in many incidents says little about the others.",
    )
    months = [group.name for group in found.by_month]
    if len(months) > 1:
        yield _lines("Incidents by month", months, [_line("Incidents", found.by_month, lambda g: g.incidents)])
        medians = [_line(name, found.by_month, _median_hours(key)) for key, name in BY_MONTH]
        yield _lines("Medians by month, in hours", months, medians)
    yield _bars(
        "Incidents by severity",
        [
            Bar(
                label=f"{group.name} {words.severity_name(int(group.name))}".strip(), value=group.incidents,
                shown=str(group.incidents), style=severity_class(int(group.name), words.policy),
            )
            for group in found.by_severity
        ],
        note="The worst severity that an incident had.",
    )  # fmt: skip
    yield _shares("With a retrospective, by severity", found.by_severity, words, lambda group: group.retros)
    yield _shares("Promised updates kept, by severity", found.by_severity, words, lambda group: group.promises)
    yield _bars(
        "What the busiest three people carried",
        [
            _share_bar("Of all participations", found.load.busiest),
            _share_bar("Of the time in command", found.load.commanding),
        ],
        full=1,
        note=f"{found.load.responders} people took part. One participation is one person in one incident.",
    )
    if found.repeats.groups:
        yield _bars(
            "What comes again",
            [
                Bar(label=", ".join(group.words), value=len(group.incidents), shown=f"{len(group.incidents)} times")
                for group in found.repeats.groups
            ],
            note=f"Words that several descriptions have in common. Seen before: {show_share(found.repeats.again)}.",
        )


def _bars(
    title: str, bars: Sequence[Bar], *, note: str = "", leave_out: Sequence[str] = (), full: float | None = None
) -> Chart:
    shown = [bar for bar in bars if bar.label not in leave_out]
    name = _name(title)
    wide, narrow = (
        bar_chart(shown, name=f"{name}-{width}", title=title, width=width, full=full) for width in (WIDE, NARROW)
    )  # fmt: skip
    return Chart(title=title, wide=wide, narrow=narrow, note=note if shown else "Nothing is known yet.")


def _lines(title: str, places: Sequence[str], lines: Sequence[Line]) -> Chart:
    name = _name(title)
    wide, narrow = (
        line_chart(places, lines, name=f"{name}-{width}", title=title, width=width) for width in (WIDE, NARROW)
    )  # fmt: skip
    return Chart(title=title, wide=wide, narrow=narrow)


def _line(name: str, groups: Sequence[Group], of: Callable[[Group], float | None]) -> Line:
    return Line(name=name, values=tuple(of(group) for group in groups))


def _median_hours(key: str) -> Callable[[Group], float | None]:
    def hours(group: Group) -> float | None:
        median = group.durations[key].median
        return None if median is None else median / HOUR

    return hours


def _shares(title: str, groups: Sequence[Group], words: Words, of: Callable[[Group], Share]) -> Chart:
    known = [(group, of(group)) for group in groups if of(group).n]
    return _bars(
        title,
        [_share_bar(f"{group.name} {words.severity_name(int(group.name))}".strip(), share) for group, share in known],
        full=1,
    )


def _share_bar(label: str, share: Share) -> Bar:
    shown = f"{percent(share)}{' *' if share.is_few and share.n else ''}"
    return Bar(label=label, value=share.ratio or 0, shown=shown, style="c3")


def _row(title: str, found: Distribution) -> dict[str, object]:
    return {
        "title": title, "median": length(found, found.median), "p90": length(found, found.p90), "n": found.n,
        "missing": found.missing,
    }  # fmt: skip


def _group_row(group: Group, name: str) -> dict[str, object]:
    return {
        "name": f"{group.name} {name}".strip(),
        "incidents": group.incidents,
        "medians": [length(one, one.median) for one in group.durations.values()],
        "retros": percent(group.retros),
        "promises": percent(group.promises),
    }


def _name(title: str) -> str:
    return "-".join("".join(c for c in title.lower() if c.isalpha() or c == " ").split())
