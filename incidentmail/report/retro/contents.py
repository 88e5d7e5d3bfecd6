"""Define the contents of a retrospective, before it is rendered as Markdown, HTML or JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant

Area = Literal["outcome", "process"]


class Source(Frozen, kw_only=True):
    """The source of an entry: a mail, a command on the ledger's machine, or the program itself.

    `link` leads to the mail in the list's archive, if there is one and the mail went to the list.
    """

    how: Literal["mail", "command", "program"]
    message_id: str | None = None
    link: str | None = None


class Fact(Frozen, kw_only=True):
    """A fact as text: its name and its value."""

    name: str
    value: str


class Moment(Frozen, kw_only=True):
    """A line of the timeline. If `is_said` is true, `what` is in the person's own words."""

    at: Instant
    who: str
    what: str
    is_said: bool
    source: Source


class Worked(Frozen, kw_only=True):
    """One person's work: their parts as text, the period, and the minutes in total and on breaks."""

    name: str
    parts: str
    since: Instant
    until: Instant
    minutes: int
    break_minutes: int


class Noted(Frozen, kw_only=True):
    """A tracked item: its number, its text, its author or owner, and its result.

    `became` is the result: held, refuted, unknown, open, done, or "" (a decision has no result). `settled_at` is when
    the item got this result. `evidence` holds the texts that people added about it.
    """

    number: int
    text: str
    by: str | None
    owner: str | None
    at: Instant
    became: str = ""
    settled_at: Instant | None = None
    due_at: Instant | None = None
    evidence: tuple[str, ...] = ()


class Promise(Frozen, kw_only=True):
    """A promised update: when it was due, whether it was sent in time, and when the next mail to the list was sent."""

    due_at: Instant
    kept: bool
    sent_at: Instant | None = None


class ToldCustomers(Frozen, kw_only=True):
    """Words that customers could be told from `at` on, or None if they were withdrawn, with author and approver."""

    at: Instant
    words: str | None
    by: str
    approved_by: str | None = None


class Found(Frozen):
    """A question produced by a rule. `detail` distinguishes it from the rule's other questions."""

    text: str
    detail: str = ""


class Question(Frozen, kw_only=True):
    """A question that the record leaves open. `key` names the rule and the cause, and is the same in every version."""

    key: str
    area: Area
    text: str


class Retro(Frozen, kw_only=True):
    """A complete retrospective. Times are in UTC."""

    id: str
    description: str
    is_drill: bool
    is_restricted: bool
    ended_at: Instant | None
    entries: int
    summary: tuple[str, str, str]
    facts: tuple[Fact, ...]
    timeline: tuple[Moment, ...]
    people: tuple[Worked, ...]
    decisions: tuple[Noted, ...]
    assumptions: tuple[Noted, ...]
    ruled_out: tuple[Noted, ...]
    actions: tuple[Noted, ...]
    needs: tuple[Noted, ...]
    promises: tuple[Promise, ...]
    customers: tuple[ToldCustomers, ...]
    questions: tuple[Question, ...]


def minutes(length: timedelta) -> int:
    """Return a duration in whole minutes."""
    return int(length.total_seconds()) // 60
