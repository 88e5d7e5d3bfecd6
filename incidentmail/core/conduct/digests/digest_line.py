"""Define one thing that a person should hear privately about an incident."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Person


class DigestLine(Frozen, kw_only=True):
    """One thing that the person `to` should hear.

    `key` names the thing within the incident, such as `action 3 overdue`. A person is told of one key once; a thing
    that has to be told again has another key, for example with its date in it. `text` is one or two sentences of ours
    in which nothing may read as a command, and `quoted` what somebody wrote about it, which is shown after `> `.
    `replies` are the words that answer it, each a reply to the whole mail and a link, the likeliest first. `since` is
    the time from which the line is true.

    If `at_once` is true, the line does not wait for the next digest (budget.py has the exceptions). If `due_by` is
    given, the line is told at that time, or before it in a mail that goes anyway, and other lines wait for it. If
    `after_end` is true, it is also told if the incident has ended.
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
