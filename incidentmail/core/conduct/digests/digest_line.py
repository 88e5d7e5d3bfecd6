"""Define one line of the private mail to a person about an incident."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Person


class LineTo(Frozen, kw_only=True):
    """Name a line: its key, the person whom it tells something, and for how long it has waited at least."""

    key: str
    to: Person
    waited: timedelta = timedelta()


class DigestLine(Frozen, kw_only=True):
    """One thing to tell the person `to`.

    `key` names the thing within the incident, such as `action 3 overdue`. A person is told each key once. To tell them
    again, use a different key, for example one with a date in it.

    `text` is one or two sentences of ours, none of which may be readable as a command. `quoted` is what somebody wrote,
    shown after `> `. `replies` are possible answers, the likeliest first. Each is a complete reply to the mail, and is
    also offered as a link. `since` is the time from which the line is true.

    If `at_once` is true, the line does not wait for the next digest (budget.py lists the exceptions). If `due_by` is
    given, the line is sent by then, together with any that wait. If `after_end` is true, it is also sent after the
    incident has ended. If `over_budget` is true, it is sent even to a person who has had enough mail, because nobody
    else can act on it. If `given` is true, somebody else wants something of the person: a role, a task, an answer to a
    roll call. Such lines have a limit of their own. `checklist` is the key of a role whose checklist follows.

    A line with `while_waiting` is true only while that other line, or this one, is kept for its reader's next mail. A
    line with `once_told` is true only after that other line was sent, because it says that somebody was asked.
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
    given: bool = False
    checklist: str = ""
    while_waiting: LineTo | None = None
    once_told: LineTo | None = None
