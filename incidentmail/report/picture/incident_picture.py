"""Draw the history of an incident: severity, phases, commanders and updates, stacked above a common time axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup

from incidentmail.core.policy import Policy
from incidentmail.core.words import Words

from .drawing import FONT_PX, Drawing
from .history import History, Sent, Span
from .history_words import describe_history
from .time_axis import draw_time_axis
from .time_scale import TimeScale

_ROW_PX, _BAR_PX, _GAP_PX = 28, 22, 12
_LABEL_PX = 104
"""The space for labels on the left of a wide picture. A narrow picture has only numbers there, and labels above."""
_NUMBER_PX = 20
_NARROW_PX = 500
_LEVELS_MAX = 6
"""The maximum number of levels to draw. Of a longer scale, only those between the incident's extremes are drawn."""
_SAME_DOT_PX = 12
"""Updates closer together than this are drawn as one dot, labelled with their number."""


def incident_picture(
    history: History, words: Words, *, name: str, width: int, title: str = "The incident over time",
    is_live: bool = True,
) -> Markup:  # fmt: skip
    """Return the picture of an incident as inline SVG, `width` pixels wide (`WIDE` or `NARROW`).

    `name` distinguishes the pictures on a page. The docstring of this package explains how to show them on a page. If
    the incident is open, the picture ends with "now" or, if `is_live` is false, with its end time.

    The text for people who cannot see the picture is `describe_history(history, words)`.
    """
    text = " ".join(describe_history(history, words))
    return _Picture(history, words, Drawing(width, name, title=title, description=text)).drawn(is_live=is_live)


def severity_class(level: int, policy: Policy) -> str:
    """Return the CSS class for the colour of a severity: `s1` for the worst, `s4` for the mildest.

    >>> [severity_class(level, Policy()) for level in (1, 2, 3, 4)]
    ['s1', 's2', 's3', 's4']
    """
    levels = sorted({step.level for step in policy.severities} | {level})
    return f"s{1 + round(levels.index(level) * 3 / max(len(levels) - 1, 1))}"


class _Picture:
    """A picture being drawn from top to bottom. `y` is the current position."""

    def __init__(self, history: History, words: Words, drawing: Drawing) -> None:
        self.history, self.words, self.drawing = history, words, drawing
        self.is_narrow = drawing.width < _NARROW_PX
        self.left, self.right = float(_NUMBER_PX if self.is_narrow else _LABEL_PX), drawing.width - 10.0
        self.scale = TimeScale(history.begin, history.end, history.moments, self.left, self.right)
        self.y = 4.0

    def drawn(self, *, is_live: bool) -> Markup:
        self._severities()
        self._bars("Phase", self.history.phases, self._phase_names)
        self._bars("Commander", self.history.commanders, lambda span: [str(span.value)])
        self._updates()
        end_label = "now" if self.history.is_open and is_live else None
        return self.drawing.markup(height=draw_time_axis(self.drawing, self.scale, self.y, end_label=end_label))

    def _severities(self) -> None:
        levels, spans, drawing = self._levels(), self.history.severities, self.drawing
        self._label_above(f"Severity, {self._severity_name(levels[0])} to {self._severity_name(levels[-1])}")
        heights = {level: self.y + _ROW_PX * (index + 0.6) for index, level in enumerate(levels)}
        bottom = self.y + _ROW_PX * len(levels) + 4
        for y in heights.values():
            drawing.path([(self.left, y), (self.right, y)], "grid")
        for span in spans:
            y, style = heights[int(span.value)], self._severity_class(span)
            drawing.rect(self.scale.x(span.begin), y, self._length(span), bottom - y, f"{style} under")
        for before, after in pairwise(spans):
            if before.end == after.begin:
                x = self.scale.x(after.begin)
                drawing.path([(x, heights[int(before.value)]), (x, heights[int(after.value)])], "step")
        for span in spans:
            y, x = heights[int(span.value)], self.scale.x(span.begin)
            drawing.path([(x, y), (x + max(self._length(span), 3), y)], f"{self._severity_class(span)} line")
        for level, y in heights.items():
            names = [str(level)] if self.is_narrow else [self._severity_name(level), str(level)]
            drawing.text_within(0, y + 5, self.left - 8, names, "quiet")
        self.y = bottom + _GAP_PX

    def _levels(self) -> list[int]:
        had = {int(span.value) for span in self.history.severities}
        levels = sorted({step.level for step in self.words.policy.severities} | had)
        return levels if len(levels) <= _LEVELS_MAX else [one for one in levels if min(had) <= one <= max(had)]

    def _severity_class(self, span: Span) -> str:
        return severity_class(int(span.value), self.words.policy)

    def _severity_name(self, level: int) -> str:
        return f"{level} {self.words.severity_name(level)}".rstrip()

    def _phase_names(self, span: Span) -> list[str]:
        name = self.words.phase_name(int(span.value))
        return [f"{span.value} {name}", str(span.value)] if name else [str(span.value)]

    def _bars(self, label: str, spans: Sequence[Span], names: Callable[[Span], list[str]]) -> None:
        self._label_above(label)
        if not self.is_narrow:
            self.drawing.text(0, self.y + _BAR_PX - 6, label, "quiet")
        for index, span in enumerate(spans):
            x, length = self.scale.x(span.begin), self._length(span)
            self.drawing.rect(x, self.y, max(length - 1.5, 1), _BAR_PX, f"bar{index % 2}", radius=3)
            self.drawing.text_within(x + 7, self.y + _BAR_PX - 6, length - 12, names(span))
        self.y += _BAR_PX + _GAP_PX

    def _updates(self) -> None:
        self._label_above("Updates")
        y = self.y + 14
        if not self.is_narrow:
            self.drawing.text(0, y + 5, "Updates", "quiet")
        self.drawing.path([(self.left, y), (self.right, y)], "grid")
        for group in _near(self.history.sent, self.scale):
            x = self.scale.x(group[-1].at)
            self.drawing.circle(x, y, 5, "dot")
            if any(one.kept for one in group):
                self.drawing.path([(x - 4, y - 11), (x - 1, y - 8), (x + 5, y - 15)], "kept")
            if len(group) > 1:
                self.drawing.text(x, y + 20, str(len(group)), "quiet", anchor="middle")
        for due in self.history.missed:
            x = self.scale.x(due)
            self.drawing.circle(x, y, 8, "missed")
            self.drawing.path([(x - 3, y - 3), (x + 3, y + 3)], "missed")
            self.drawing.path([(x - 3, y + 3), (x + 3, y - 3)], "missed")
        self.y = y + 28

    def _length(self, span: Span) -> float:
        return self.scale.x(span.end) - self.scale.x(span.begin)

    def _label_above(self, label: str) -> None:
        if self.is_narrow:
            self.drawing.text_within(0, self.y + FONT_PX, self.right, [label], "quiet")
            self.y += FONT_PX + 6


def _near(sent: Sequence[Sent], scale: TimeScale) -> Iterator[list[Sent]]:
    """Yield groups of messages that are too close together to be drawn separately."""
    group: list[Sent] = []
    for one in sent:
        if group and scale.x(one.at) - scale.x(group[0].at) >= _SAME_DOT_PX:
            yield group
            group = []
        group.append(one)
    if group:
        yield group
