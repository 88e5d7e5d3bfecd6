"""Define a line of the private mail to a person about an incident."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Person


class LineTo(Frozen, kw_only=True):
    """A reference to a line by its key and recipient. `waited` is how long that line must have waited."""

    key: str
    to: Person
    waited: timedelta = timedelta()


class DigestLine(Frozen, kw_only=True):
    """One thing to tell `to`.

    `key` is unique within the incident, such as `action 3 overdue`. Each key is sent to a person only once; to repeat a
    line, use a different key, for example with a date in it.

    `text` is one or two of our sentences, none of which may parse as a command. `quoted` is text that somebody wrote,
    shown after `> `. `replies` are possible answers, the likeliest first. Each is a complete reply to the mail, and is
    also offered as a link. `since` is when the line began to apply.

    If `at_once` is true, the line does not wait for the next digest (budget.py lists the exceptions). If `due_by` is
    given, the line is sent by that time, along with any that wait. If `after_end` is true, it is also sent after the
    incident has ended. If `over_budget` is true, it is sent even to a person who has reached their limit, because
    nobody else can act on it. If `given` is true, somebody else asks something of the person: a role, a task, or an
    answer to a roll call. Such lines have a separate limit. `checklist` is the key of a role whose checklist follows.

    `while_waiting` refers to another line, or to this one: this line applies only while that line is waiting for its
    recipient's next mail. `once_told` refers to the line that asks somebody a question: this line mentions the
    question, so it applies only after that one was sent.
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
