"""Collect the lines to send to each person privately about an incident.

Each rule in `SOURCES` returns the lines that apply to an incident at a given time. The rules keep no state:
app/reminding/ records what each person was told, so that nobody is told the same thing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from incidentmail.core.model import Incident
from incidentmail.core.retro.retro_lines import retro_lines

from ..deadlines import deadline_lines
from ..offers import offer_lines
from ..promises import promise_lines, silence_lines
from ..relief import relief_lines
from ..rules import Rules
from .digest_line import DigestLine as DigestLine
from .given_lines import given_lines
from .item_lines import tracked_lines
from .role_lines import role_lines
from .roll_call_lines import roll_call_lines

Source = Callable[[Incident, Rules, datetime], Iterable[DigestLine]]
SOURCES: tuple[Source, ...] = (
    offer_lines, role_lines, promise_lines, deadline_lines, roll_call_lines, given_lines, tracked_lines, relief_lines,
    silence_lines, retro_lines,
)  # fmt: skip
"""The rules, in the order in which a mail shows their lines. All are pure functions."""


def digest_lines(incident: Incident, rules: Rules, now: datetime) -> tuple[DigestLine, ...]:
    """Return all lines that apply at `now`, for people with a known address.

    Urgent lines come first, then lines that ask the person for something. Within these groups, lines are in the order
    of `SOURCES`.
    """
    lines = [line for source in SOURCES for line in source(incident, rules, now) if line.to.address is not None]
    kept = [line for line in lines if incident.is_open or line.after_end]
    return tuple(sorted(kept, key=lambda line: (not line.at_once, not line.given)))
