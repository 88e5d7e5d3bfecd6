"""Draw the time axis below a picture: times of day, dates and silences."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.times import show_duration

from .drawing import FONT_PX, Drawing, text_px
from .time_scale import TimeScale

_TICK_PX = 62
_BESIDE_PX = 8


def draw_time_axis(drawing: Drawing, scale: TimeScale, y: float, *, end_label: str | None = None) -> float:
    """Draw the axis at `y`, in UTC. Return the y position below the axis. Shortened silences are shaded from the top.

    The start and the end are always labelled, the end with `end_label` if given. Labels do not overlap. If the picture
    covers more than one day, the first label of each day has the date below it.
    """
    return _Axis(drawing, scale, y).drawn(end_label)


class _Axis:
    def __init__(self, drawing: Drawing, scale: TimeScale, y: float) -> None:
        self.drawing, self.scale, self.y = drawing, scale, y
        self.has_days = scale.begin.date() != scale.end.date()
        self.taken: list[tuple[float, float]] = []
        """The ranges already occupied by labels."""

    def drawn(self, end_label: str | None) -> float:
        scale = self.scale
        self.drawing.path([(scale.left, self.y), (scale.right, self.y)], "axis")
        self._label(scale.x(scale.begin), f"{scale.begin:%H:%M}", scale.begin)
        self._label(scale.x(scale.end), end_label or f"{scale.end:%H:%M}", None if end_label else scale.end)
        self._silences()
        dated = scale.begin.date()
        for at in scale.ticks(int((scale.right - scale.left) / _TICK_PX)):
            x = scale.x(at)
            self.drawing.path([(x, self.y), (x, self.y + 4)], "axis")
            if self._label(x, f"{at:%H:%M}", None if at.date() == dated else at):
                dated = at.date()
        return self.y + 24 + (FONT_PX + 2 if self.has_days else 0)

    def _silences(self) -> None:
        for begin, end in self.scale.silences:
            left, right = self.scale.x(begin), self.scale.x(end)
            self.drawing.rect(left, 2, right - left, self.y - 2, "silence", behind=True)
            self._label((left + right) / 2, show_duration(end - begin), None)

    def _label(self, x: float, text: str, dated: datetime | None) -> bool:
        """Write a label, with the date below it if given. Return whether there was space for it."""
        date = f"{dated.day} {dated:%b}" if dated is not None and self.has_days else ""
        half = max(text_px(text), text_px(date)) / 2
        x = min(max(x, half), self.drawing.width - half)
        if any(x - half < right + _BESIDE_PX and left < x + half + _BESIDE_PX for left, right in self.taken):
            return False
        self.taken.append((x - half, x + half))
        self.drawing.text(x, self.y + 18, text, "quiet", anchor="middle")
        if date:
            self.drawing.text(x, self.y + 18 + FONT_PX + 2, date, "quiet", anchor="middle")
        return True
