"""Draw plain charts of figures: horizontal bars, and lines over time."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from incidentmail.core.frozen import Frozen

from .drawing import FONT_PX, Drawing, text_px

_BAR_PX, _ROW_PX = 20, 30
_LABEL_SHARE = 0.36
_NARROW_PX = 500
_LINE_PX = 180
"""The height of a line chart without its labels."""
_STYLES = ("c1", "c2", "c3", "c4")


class Bar(Frozen, kw_only=True):
    """A bar: its label, its value, and the value as text (`18 min`). `style` is a CSS class, such as `s1`."""

    label: str
    value: float
    shown: str
    style: str = "c1"


class Line(Frozen, kw_only=True):
    """A line in a chart: its name, and for each point on the axis a value, or None if there is none."""

    name: str
    values: tuple[float | None, ...]


def bar_chart(bars: Sequence[Bar], *, name: str, title: str, width: int, full: float | None = None) -> Markup:
    """Return a bar chart with labels to the left of the bars or, in a narrow picture, above them.

    The value `full` fills the whole width. If `full` is not given, the largest value fills it.

    >>> bars = [Bar(label="Severity 1", value=18, shown="18 min"), Bar(label="Severity 2", value=42, shown="42 min")]
    >>> "Severity 1: 18 min. Severity 2: 42 min." in bar_chart(bars, name="a", title="Time to a commander", width=780)
    True
    """
    told = " ".join(f"{bar.label}: {bar.shown}." for bar in bars)
    drawing = Drawing(width, name, title=title, description=told or "No figures.")
    is_narrow = width < _NARROW_PX
    left = 0.0 if is_narrow else width * _LABEL_SHARE
    room = width - left - max((text_px(bar.shown) for bar in bars), default=0) - 12
    most = full or max((bar.value for bar in bars), default=0) or 1
    y = 2.0
    for bar in bars:
        if is_narrow:
            drawing.text_within(0, y + FONT_PX, width, [bar.label], "quiet")
            y += FONT_PX + 6
        else:
            drawing.text_within(0, y + _BAR_PX - 5, left - 10, [bar.label], "quiet")
        length = max(room * bar.value / most, 1)
        drawing.rect(left, y, length, _BAR_PX, f"{bar.style} solid", radius=2)
        drawing.text(left + length + 8, y + _BAR_PX - 5, bar.shown)
        y += _ROW_PX
    return drawing.markup(height=y)


def line_chart(places: Sequence[str], lines: Sequence[Line], *, name: str, title: str, width: int) -> Markup:
    """Return a chart of up to four lines over `places`, starting at zero, with a legend if there are several.

    `places` are months or weeks. Each line has a different marker, so that lines can be told apart without colour.

    >>> lines = [Line(name="Severity 1", values=(2, 1, None))]
    >>> "Severity 1: Sep 2, Oct 1." in line_chart(["Sep", "Oct", "Nov"], lines, name="b", title="A month", width=320)
    True
    """
    if len(lines) > len(_STYLES):
        raise ValueError(f"{len(lines)} lines are too many for one chart")
    drawing = Drawing(width, name, title=title, description=_told(places, lines) or "No figures.")
    most = _round_top(max((value for line in lines for value in line.values if value is not None), default=0))
    left, right, top = text_px(_shown(most)) + 10, width - 10.0, 10.0
    bottom = top + _LINE_PX
    for share in (0.0, 0.5, 1.0):
        y = bottom - _LINE_PX * share
        drawing.path([(left, y), (right, y)], "axis" if share == 0 else "grid")
        drawing.text(left - 8, y + 5, _shown(most * share), "quiet", anchor="end")
    step = (right - left) / max(len(places), 1)
    at = [left + step * (index + 0.5) for index in range(len(places))]
    _name_places(drawing, list(zip(at, places, strict=True)), bottom + 18)
    for index, line in enumerate(lines):
        points = [
            None if v is None else (x, bottom - _LINE_PX * v / most) for x, v in zip(at, line.values, strict=True)
        ]
        _draw(drawing, points, index)
    return drawing.markup(height=_legend(drawing, lines, bottom + 30))


def _name_places(drawing: Drawing, places: Sequence[tuple[float, str]], y: float) -> None:
    """Write as many labels of the axis as fit."""
    shown_to = 0.0
    for x, place in places:
        half = text_px(place) / 2
        if x - half >= shown_to and x + half <= drawing.width:
            drawing.text(x, y, place, "quiet", anchor="middle")
            shown_to = x + half + 8


def _draw(drawing: Drawing, points: Sequence[tuple[float, float] | None], index: int) -> None:
    """Draw a line with its markers, leaving a gap for each missing value."""
    part: list[tuple[float, float]] = []
    for point in (*points, None):
        if point is not None:
            part.append(point)
            _dot(drawing, *point, index)
            continue
        if len(part) > 1:
            drawing.path(part, f"{_STYLES[index]} line")
        part = []


def _dot(drawing: Drawing, x: float, y: float, index: int) -> None:
    style = f"{_STYLES[index]} solid"
    match index:
        case 0:
            drawing.circle(x, y, 4, style)
        case 1:
            drawing.rect(x - 4, y - 4, 8, 8, style)
        case 2:
            drawing.path([(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)], style, closed=True)
        case _:
            drawing.path([(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)], style, closed=True)


def _legend(drawing: Drawing, lines: Sequence[Line], y: float) -> float:
    if len(lines) < 2:
        return y
    x = 0.0
    for index, line in enumerate(lines):
        if x and x + 18 + text_px(line.name) > drawing.width:
            x, y = 0.0, y + FONT_PX + 8
        _dot(drawing, x + 7, y + FONT_PX - 5, index)
        drawing.text_within(x + 18, y + FONT_PX, drawing.width - x - 18, [line.name], "quiet")
        x += 18 + text_px(line.name) + 16
    return y + FONT_PX + 8


def _told(places: Sequence[str], lines: Sequence[Line]) -> str:
    told = []
    for line in lines:
        pairs = zip(places, line.values, strict=True)
        values = ", ".join(f"{place} {_shown(value)}" for place, value in pairs if value is not None)
        told.append(f"{line.name}: {values or 'no figures'}.")
    return " ".join(told)


def _round_top(most: float) -> int:
    """Return the top of the axis: 2, 4, 6, 8 or 10 times a power of ten, so that half the top is a round number too."""
    if most <= 2:
        return 2
    power: int = 10 ** (len(str(int(most))) - 1)
    return next(factor * power for factor in (1, 2, 4, 6, 8, 10) if factor * power >= most)


def _shown(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
