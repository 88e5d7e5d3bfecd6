"""Decide which lines to send a person now and which have to wait. People filter out a program that sends too much mail.

Lines that wait are collected in one mail, the digest. Each person gets at most one digest in 15 minutes and three in an
hour, over all incidents. Urgent lines are sent at once. Each incident also has a limit on the private mails that a
person gets in six hours because of other people or the passing of time. This limit is higher for the commander.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen

from .digest_line import DigestLine

SPACING, HOUR, LONG = timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)
AN_HOUR_MAX = 3
LINES_MAX = 8
"""The maximum number of lines in a mail, so that they fit on one screen. The rest wait for the next one."""
COLLECTED_FOR = timedelta(minutes=5)
"""How long the first line waits for others to be sent with it."""
LATE_AFTER = timedelta(hours=1)
"""How late a line may be and still be sent at once. After that, the program was probably not running."""


SPACES_BEFORE_GIVEN = tuple(timedelta(minutes=minutes) for minutes in (0, 0, 15, 60))
"""The quiet time required before telling a person what was assigned to them, indexed by their number of private mails
in six hours. The first two mails go out at once. The required time then grows, and one mail has all that waited.
"""


class Limits(Frozen, kw_only=True):
    """The numbers of private mails in six hours after which further lines have to wait.

    `digests` applies to ordinary lines, and `given` to assigned tasks and to roll calls. `due` applies to roles, and to
    lines that only a few people can act on, such as a missed update. `due` is no lower than `given`, so that tasks
    alone cannot use it up.
    """

    digests: int
    given: int
    due: int


COMMANDER = Limits(digests=12, given=16, due=16)
OTHERS = Limits(digests=3, given=4, due=5)


def limits_of(is_commander: bool) -> Limits:
    return COMMANDER if is_commander else OTHERS


class Had(Frozen, kw_only=True):
    """How much private mail a person got: digests in the last 15 minutes and hour, all mails in the last six hours.

    `in_space` is the number of private mails within the time that `space_before_given` returns. Replies to the person's
    own mail do not count.
    """

    lately: int = 0
    within_an_hour: int = 0
    within_six_hours: int = 0
    in_space: int = 0


def space_before_given(within_six_hours: int) -> timedelta:
    """Return the quiet time required before a mail about a task to a person who got this many private mails."""
    return SPACES_BEFORE_GIVEN[min(within_six_hours, len(SPACES_BEFORE_GIVEN) - 1)]


def goes_at_once(had: Had, *, is_commander: bool, is_role: bool = False, hurried: bool = False) -> bool:
    """Return whether to tell a person now about a task or role that was assigned to them.

    A `hurried` task is sent even if another mail has just gone out. So is a role, because others rely on its holder.
    """
    limits = limits_of(is_commander)
    if is_role:
        return had.within_six_hours < limits.due
    return had.within_six_hours < limits.given and (hurried or not had.in_space)


def told_now(lines: Sequence[DigestLine], had: Had, now: datetime, *, is_commander: bool) -> tuple[DigestLine, ...]:
    """Return the lines to send to a person now, in one mail, or () if all have to wait.

    `lines` are the unsent lines for that person about one incident.
    """
    limits = limits_of(is_commander)
    some = tuple(lines[:LINES_MAX])
    if any(line.over_budget for line in lines):
        return some
    urgent = [line for line in lines if line.at_once and now - line.since <= LATE_AFTER]
    if urgent:
        most = limits.given if all(line.given for line in urgent) else limits.due
        return some if had.within_six_hours < most else ()
    given = [line for line in lines if line.given and not line.at_once]
    has_role = any(line.checklist for line in given)
    if given and goes_at_once(had, is_commander=is_commander, is_role=has_role):
        return some
    if had.lately or had.within_an_hour >= AN_HOUR_MAX:
        return ()
    if any(line.due_by is not None and line.due_by <= now for line in lines):
        return some if had.within_six_hours < limits.due else ()
    waited = any(line.due_by is None and now - line.since >= COLLECTED_FOR for line in lines)
    another_is_due = any(line.due_by is not None for line in lines)
    return some if waited and not another_is_due and had.within_six_hours < limits.digests else ()
