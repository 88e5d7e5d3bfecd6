"""Collect what each person should hear privately about an incident: what cannot wait, and what waits for a digest.

Each rule of `SOURCES` looks at an incident and at the time, and returns lines. A rule returns a line for as long as it
is true; app/reminding/ remembers who was told what, so that nobody is told the same twice. A rule keeps no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident
from incidentmail.core.names.person import Person

from .rules import Rules


class DigestLine(Frozen, kw_only=True):
    """One thing that the person `to` should hear.

    `key` names the thing within the incident, such as `action 3 overdue`. A person is told of one key once; a thing
    that has to be told again has another key, for example with its date in it. `text` is one or two sentences of ours
    in which nothing may read as a command, and `quoted` what somebody wrote about it, which is shown after `> `.
    `replies` are the words that answer it, each a reply to the whole mail and a link, the likeliest first. `since` is
    the time from which the line is true.

    If `at_once` is true, the line does not wait for the next digest (core/conduct/budget.py has the exceptions). If
    `after_end` is true, it is also told if the incident has ended.
    """

    key: str
    to: Person
    text: str
    since: datetime
    quoted: str = ""
    replies: tuple[str, ...] = ()
    at_once: bool = False
    after_end: bool = False


Source = Callable[[Incident, Rules, datetime], Iterable[DigestLine]]
SOURCES: tuple[Source, ...] = ()
"""The rules, in the order in which a mail shows their lines. Each is a pure function."""


def digest_lines(incident: Incident, rules: Rules, now: datetime) -> tuple[DigestLine, ...]:
    """Return all lines that are true at the time `now`, for people whose address is known.

    They are in the order of `SOURCES`, except that lines which cannot wait come first.
    """
    lines = [line for source in SOURCES for line in source(incident, rules, now) if line.to.address is not None]
    kept = [line for line in lines if incident.is_open or line.after_end]
    return tuple(sorted(kept, key=lambda line: not line.at_once))
