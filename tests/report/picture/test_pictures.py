"""Everything drawn is inside the picture, text by people cannot become part of the page, and silences are shortened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.policy import Policy, SeverityLevel
from incidentmail.core.text import one_line
from incidentmail.core.words import Words
from incidentmail.report.picture.chart import Bar, Line, bar_chart, line_chart
from incidentmail.report.picture.drawing import NARROW, WIDE
from incidentmail.report.picture.history import History, Sent, Span
from incidentmail.report.picture.history_words import TOLD_MAX, describe_history
from incidentmail.report.picture.incident_picture import incident_picture, severity_class
from incidentmail.report.picture.time_scale import TimeScale

BEGIN = datetime(2026, 11, 20, 14, 7, tzinfo=UTC)
WORDS = Words(Policy())
LINES = st.lists(st.none() | st.floats(0, 1e6), min_size=3, max_size=3).map(tuple)


def after(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def lane(*values: tuple[int | str, float], end: float) -> tuple[Span, ...]:
    ends = [begin for _, begin in values[1:]] + [end]
    return tuple(
        Span(value=value, begin=after(begin), end=after(until))
        for (value, begin), until in zip(values, ends, strict=True)
    )


def history(*, name: str = "Mara Lindqvist", end: float = 113, sent: tuple[float, ...] = (0, 24, 58)) -> History:
    return History(
        begin=BEGIN,
        end=after(end),
        is_open=False,
        severities=lane((2, 0), (1, 24), (3, 73), end=end),
        phases=lane((1, 0), (2, 58), end=end),
        commanders=lane((name, 0), ("Alícia Soler", 43), end=end),
        sent=tuple(Sent(number=number, at=after(at), kept=number == 2) for number, at in enumerate(sent)),
        missed=(after(54),),
        moments=tuple(after(at) for at in (0, 24, 43, 54, 58, 73, end)),
    )


def shapes(picture: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(picture).iter())


def xs(element: ElementTree.Element) -> list[float]:
    if element.tag == "path":
        return [float(point.split()[0]) for point in element.get("d", "").strip("MZ").split("L")]
    x = float(element.get("x", element.get("cx", "0")))
    return [x, x + float(element.get("width", "0"))] if element.tag == "rect" else [x]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("end", [74, 113, 7 * 24 * 60])
def test_everything_that_is_drawn_is_inside(width: int, end: float) -> None:
    drawn = shapes(incident_picture(history(end=end), WORDS, name="p", width=width))
    assert [x for element in drawn[1:] for x in xs(element) if not 0 <= x <= width] == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_name_cannot_become_a_part_of_the_page(width: int) -> None:
    name = '</svg><script>alert("x")</script>'
    picture = incident_picture(history(name=name), WORDS, name="p", width=width)
    assert "<script" not in picture
    assert {element.tag for element in shapes(picture)} <= {"svg", "title", "desc", "path", "rect", "circle", "text"}


def test_the_picture_refers_to_nothing_outside_and_has_no_style_of_its_own() -> None:
    attributes = {
        name for one in shapes(incident_picture(history(), WORDS, name="p", width=WIDE)) for name in one.attrib
    }
    assert not attributes & {"style", "href", "src", "onload", "xlink:href"}


def test_people_who_cannot_see_it_are_told_the_same() -> None:
    root = ElementTree.fromstring(incident_picture(history(), WORDS, name="p", width=NARROW))
    labels = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "p-title p-desc"
    assert labels["p-desc"] == (
        "From 2026-11-20 14:07 UTC to 16:00 UTC. "
        "Severity: 2 (serious) from 14:07 UTC, 1 (critical) from 14:31 UTC, 3 (moderate) from 15:20 UTC. "
        "Phase: 1 (stopping the damage) from 14:07 UTC, 2 (resolving) from 15:05 UTC. "
        "Incident commander: Mara Lindqvist from 14:07 UTC, Alícia Soler from 14:50 UTC. "
        "3 mails to the list. 1 promised update sent in time, 1 missed (due 15:01 UTC)."
    )


def test_kept_and_missed_promises_have_marks_of_their_own() -> None:
    styles = [element.get("class") for element in shapes(incident_picture(history(), WORDS, name="p", width=WIDE))]
    assert (styles.count("kept"), styles.count("missed"), styles.count("dot")) == (1, 3, 3)


def test_mails_at_nearly_the_same_time_are_one_dot_with_their_number() -> None:
    drawn = shapes(incident_picture(history(sent=(0, 24, 24.5, 25)), WORDS, name="p", width=WIDE))
    assert [element.get("class") for element in drawn].count("dot") == 2
    assert "3" in [element.text for element in drawn if element.tag == "text"]


def test_a_long_scale_shows_only_the_levels_that_mattered() -> None:
    words = Words(Policy(severities=tuple(SeverityLevel(level=n, name=f"level {n}") for n in range(1, 12))))
    texts = [element.text for element in shapes(incident_picture(history(), words, name="p", width=WIDE))]
    assert "3 level 3" in texts
    assert "4 level 4" not in texts


def test_a_scale_of_one_severity_has_a_colour() -> None:
    assert severity_class(1, Policy(severities=(SeverityLevel(level=1, name="bad"),))) == "s1"


def test_of_very_many_changes_the_last_ones_are_told() -> None:
    many = tuple(Span(value=1 + n % 2, begin=after(n), end=after(n + 1)) for n in range(100))
    sentence = next(one for one in describe_history(_with_severities(many), WORDS) if one.startswith("Severity"))
    assert sentence.startswith(f"Severity: {100 - TOLD_MAX} changes before; ")
    assert sentence.count(" from ") == TOLD_MAX


def _with_severities(spans: tuple[Span, ...]) -> History:
    return History(
        begin=BEGIN, end=spans[-1].end, is_open=True, severities=spans, phases=spans, commanders=spans, sent=(),
        missed=(), moments=(),
    )  # fmt: skip


# time


def test_a_week_of_silence_after_two_busy_hours_is_drawn_short() -> None:
    moments = [after(minutes) for minutes in (0, 30, 60, 120)]
    scale = TimeScale(BEGIN, after(7 * 24 * 60), moments, 0, 100)
    assert scale.silences == ((after(120), after(7 * 24 * 60)),)
    assert scale.x(after(120)) > 85


def test_an_incident_that_is_mostly_busy_is_drawn_in_proportion() -> None:
    moments = [after(60 * hour) for hour in range(24)]
    scale = TimeScale(BEGIN, after(27 * 60), moments, 0, 100)
    assert scale.silences == ()
    assert scale.x(after(27 * 30)) == pytest.approx(50)


@given(st.lists(st.integers(0, 60 * 24 * 30), max_size=30), st.integers(0, 60 * 24 * 30))
def test_later_is_never_further_left_and_ticks_are_few(minutes: list[int], end: int) -> None:
    scale = TimeScale(BEGIN, after(end), [after(minute) for minute in minutes], 20, 300)
    places = [scale.x(after(minute)) for minute in range(0, end + 1, max(end // 50, 1))]
    assert places == sorted(places)
    assert all(20 <= x <= 300.001 for x in places)
    ticks = list(scale.ticks(8))
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= 8 + 2 + len(scale.silences)


# charts


@given(st.lists(st.tuples(st.text(max_size=60), st.floats(0, 1e9)), max_size=6), st.sampled_from([WIDE, NARROW]))
def test_bars_stay_inside_whatever_their_labels(bars: list[tuple[str, float]], width: int) -> None:
    given_bars = [Bar(label=one_line(label), value=value, shown=f"{value:.0f}") for label, value in bars]
    drawn = shapes(bar_chart(given_bars, name="b", title="Bars", width=width))
    assert [x for one in drawn[1:] for x in xs(one) if not 0 <= x <= width] == []
    assert len([one for one in drawn if one.tag == "rect"]) == len(bars)


@given(st.lists(LINES, max_size=4), st.sampled_from([WIDE, NARROW]))
def test_lines_stay_inside_and_leave_gaps_where_nothing_is_known(
    lines: list[tuple[float | None, ...]], width: int
) -> None:
    given_lines = [Line(name=f"line {number}", values=values) for number, values in enumerate(lines)]
    drawn = shapes(line_chart(["Sep", "Oct", "Nov"], given_lines, name="l", title="Lines", width=width))
    assert [x for one in drawn[1:] for x in xs(one) if not 0 <= x <= width] == []


def test_the_figures_of_a_chart_are_told_in_words() -> None:
    chart = line_chart(
        ["Sep", "Oct"], [Line(name="Severity 1", values=(2, None))], name="l", title="A month", width=320
    )
    assert "Severity 1: Sep 2." in chart


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        line_chart(["Sep"], [Line(name="x", values=(1,))] * 5, name="l", title="x", width=320)
