"""Render a retrospective as Markdown (CommonMark with tables), with places for people's own text.

All text from the record is escaped before it reaches the template. It is therefore shown as written, and cannot become
a heading, a link, HTML, or a marker of people's own text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.text import one_line
from incidentmail.core.times import show_time
from incidentmail.report.ages import show_length
from incidentmail.templating import Templates

from .contents import Retro
from .human_parts import filled, kept_elsewhere, place, signed

LEARNED, TO_DO, ATTENDED = "learned", "actions", "attended"
"""The names of the places that every retrospective has. The others are named after questions."""
_SPECIAL = lazy_pattern(r"[\\`*_\[\]<>|&~$#]")
_LEADING = re.compile(r"\A(?:([-+=])|(\d{1,9})([.)]))")
TEMPLATE = "report/retro.md.j2"


def markdown(retro: Retro, templates: Templates, zones: Sequence[str], parts: Mapping[str, str]) -> str:
    """Return the file. `parts` maps names of places to people's text. Raise RenderError if rendering fails.

    Text whose place no longer exists, because its question is no longer asked, is kept at the end.
    """
    names = [LEARNED, TO_DO, ATTENDED, *(question.key for question in retro.questions)]
    others = kept_elsewhere(parts, names)
    on = retro.timeline[0].at.date() if retro.timeline else None

    def time(at: datetime | None) -> str:
        return escaped(show_time(at, zones, on)) if at else ""

    values = {
        **{name: _escaped(getattr(retro, name)) for name in Retro.__struct_fields__},
        "time": time,
        "length": lambda minutes: show_length(timedelta(minutes=minutes)),
        "since": lambda at, earlier: show_length(at - earlier),
        "place": place,
        "others": [(escaped(name), place(name)) for name in others],
    }
    return signed(filled(templates.text(TEMPLATE, values), parts), retro.id)


def escaped(text: str) -> str:
    r"""Return `text` on one line, escaped so that Markdown shows it unchanged.

    >>> escaped("# <b>1</b> [x](y)\n- a"), escaped("- no list"), escaped("3. no list either")
    ('\\# \\<b\\>1\\</b\\> \\[x\\](y) / - a', '\\- no list', '3\\. no list either')
    """
    line = " / ".join(part for part in map(one_line, text.split("\n")) if part)
    line = _SPECIAL.sub(lambda found: f"\\{found[0]}", line)
    return _LEADING.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", line)


def _escaped(value: Any) -> Any:
    """Return a value of the retrospective for the template, with text escaped and times and numbers unchanged."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, tuple):
        return [_escaped(one) for one in value]
    fields = getattr(value, "__struct_fields__", None)
    return {name: _escaped(getattr(value, name)) for name in fields} if fields else value
