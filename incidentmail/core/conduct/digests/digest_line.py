"""Define one thing that a person should hear privately about an incident."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Person


class DigestLine(Frozen, kw_only=True):
    """One thing that the person `to` should hear.

    `key` names the thing within the incident, such as `action 3 overdue`. A person is told about one key once. If
    something has to be told again, it gets another key, for example one with a date in it.

    `text` is one or two sentences of ours, and nothing in it may be readable as a command. `quoted` is what somebody
    wrote about it; it is shown after `> `. `replies` are words that answer the line, the likeliest first. Each of them
    is a whole reply to the mail, and is also offered as a link. `since` is the time from which the line is true.

    If `at_once` is true, the line does not wait for the next digest (budget.py lists the exceptions). If `due_by` is
    given, the line is sent at that time at the latest, and lines that may wait are sent with it. If `after_end` is
    true, the line is also sent after the incident has ended. If `over_budget` is true, it is sent although the person
    has had enough mail, because nobody else can act on it.
    """

    key: str
    to: Person
    text: str
    since: Instant
    quoted: str = ""
    replies: tuple[str, ...] = ()
    at_once: bool = False
    due_by: Instant | None = None
    after_end: bool = False
    over_budget: bool = False
