"""Decide whether a limit prevents another private message, and what to tell the reader or the operator about it."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.mailboxes import mailbox_of
from incidentmail.ledger.view import LedgerView

from .mail_kinds import (
    ADDRESS_A_DAY_MAX,
    ADDRESS_AN_HOUR_MAX,
    ALARM,
    AUTHOR_AN_HOUR_MAX,
    AUTHOR_TO_ONE_AN_HOUR_MAX,
    DAY,
    HOST_AN_HOUR_MAX,
    HOUR,
    INCIDENT_AN_HOUR_MAX,
    KINDS,
    NOBODY,
    UNVERIFIED_AN_HOUR_MAX,
    WARNINGS_AN_HOUR_MAX,
    WARNINGS_OF_ONE_AN_HOUR_MAX,
    cause_of_unproven,
)


class Over(Frozen, kw_only=True):
    """A limit that prevents a private message.

    `reason` describes the limit. If the reader is told about the limit, `most` is the number of messages that the
    reader gets in the time `within`, and `again_at` is when the next one can be sent. If `for_operator` is true, the
    operator is told instead, because it is unknown whether the reader wrote the mail.
    """

    reason: str
    most: int = 0
    within: timedelta = HOUR
    again_at: datetime | None = None
    for_operator: bool = False

    def __str__(self) -> str:
        return self.reason


def over_a_limit(
    view: LedgerView, kind: str, address: str, incident: str | None, at: datetime, digest: str | None = None, *,
    urgent: bool = False, cause: str | None = None, is_claimed: bool = False, host: str | None = None,
    warns: bool = False,
) -> Over | None:  # fmt: skip
    """Return the limit that prevents another private message, or None.

    `digest` is the digest of the words that the message answers. `cause` is the result of `cause_of`. `is_claimed` is
    true if the message answers a mail whose author could be another person. `host` is the host that delivered the mail
    if anybody may have written that mail, otherwise None. If the message is `urgent`, only the hourly limits apply,
    except those for all addresses together. If it `warns` about something that only its reader can act on, the reader's
    limits do not apply. Kinds with `guards` have separate limits.
    """
    over = _of_the_kind(view, kind, address, at, digest, urgent=urgent)
    if over is not None:
        return over
    is_warning = KINDS[kind].guards and cause is not None  # mail that the reader's own mail makes due is no warning
    if host is not None:
        cause = cause_of_unproven(host)
        if view.private_mails_since(at - HOUR, cause=cause) >= HOST_AN_HOUR_MAX:
            reason = f"{HOST_AN_HOUR_MAX} an hour because of mail from one host that nothing proves"
            return Over(reason=reason, for_operator=True)
    elif is_warning:
        over = _of_warnings(view, mailbox_of(address), cause, at)
    elif cause and view.private_mails_since(at - HOUR, cause=cause) >= AUTHOR_AN_HOUR_MAX:
        return Over(reason=f"{AUTHOR_AN_HOUR_MAX} an hour because of one person")
    if over is None and not is_warning and not warns:
        over = _of_the_reader(
            view, address, at, urgent=urgent, cause=cause, is_claimed=is_claimed, is_host=host is not None
        )
    is_caused = cause is not None
    if over is None and incident:
        had = view.private_mails_since(at - HOUR, incident=incident, is_caused=is_caused)
        if had >= INCIDENT_AN_HOUR_MAX:
            return Over(reason=f"{INCIDENT_AN_HOUR_MAX} an hour about one incident", for_operator=not is_caused)
    return over


def _of_the_kind(
    view: LedgerView, kind: str, address: str, at: datetime, digest: str | None, *, urgent: bool
) -> Over | None:
    limits, mailbox = KINDS[kind], mailbox_of(address)
    is_once = limits.once_in is not None and not urgent
    if is_once and view.private_mails_since(at - (limits.once_in or HOUR), mailbox=mailbox, kind=kind):
        return Over(reason="told already")
    if digest:
        for since, same_max in ((HOUR, limits.same_an_hour_max), (DAY, limits.same_a_day_max)):
            if urgent and since is DAY:
                continue
            if view.private_mails_since(at - since, address=address, kind=kind, digest=digest) >= same_max:
                return Over(reason="the same words were answered before")
    together = limits.together_an_hour_max
    if together is not None and not urgent and view.private_mails_since(at - HOUR, kind=kind) >= together:
        return Over(reason=f"{together} an hour to all together", for_operator=kind != "outsider")
    return None


def _of_warnings(view: LedgerView, mailbox: str, cause: str | None, at: datetime) -> Over | None:
    """Return the limit on warnings that has been reached, or None. Only other warnings count towards that limit."""

    def had(cause: str | None) -> int:
        kinds = (name for name, kind in KINDS.items() if kind.guards)
        since = at - HOUR
        return sum(
            view.private_mails_since(since, mailbox=mailbox, kind=kind, cause=cause, is_caused=True) for kind in kinds
        )

    if cause == NOBODY and had(cause) >= WARNINGS_OF_ONE_AN_HOUR_MAX:  # all terminals count as one person
        most = WARNINGS_OF_ONE_AN_HOUR_MAX
        return Over(reason=f"{most} an hour to one address", most=most, again_at=at + HOUR)
    if cause and had(cause) >= WARNINGS_OF_ONE_AN_HOUR_MAX:
        return Over(reason=f"{WARNINGS_OF_ONE_AN_HOUR_MAX} an hour to one address because of one person")
    if had(None) >= WARNINGS_AN_HOUR_MAX:
        return Over(
            reason=f"{WARNINGS_AN_HOUR_MAX} an hour to one address", most=WARNINGS_AN_HOUR_MAX, again_at=at + HOUR
        )
    return None


def _of_the_reader(
    view: LedgerView, address: str, at: datetime, *, urgent: bool, cause: str | None, is_claimed: bool, is_host: bool
) -> Over | None:
    """Return the limit on the reader's mailbox that has been reached, or None."""
    mailbox, is_caused = mailbox_of(address), cause is not None
    if cause and view.private_mails_since(at - HOUR, mailbox=mailbox, cause=cause) >= AUTHOR_TO_ONE_AN_HOUR_MAX:
        reason = f"{AUTHOR_TO_ONE_AN_HOUR_MAX} an hour to one address because of one {'host' if is_host else 'person'}"
        # If a host is the cause, the reader wrote the mail, and can be told when to try again. Otherwise another person
        # wrote it.
        again_at = _again_at(view, at, AUTHOR_TO_ONE_AN_HOUR_MAX, HOUR, mailbox, cause=cause) if is_host else None
        return Over(reason=reason, most=AUTHOR_TO_ONE_AN_HOUR_MAX, again_at=again_at)
    for applies, most, within, what in (
        (is_claimed, UNVERIFIED_AN_HOUR_MAX, HOUR, "an hour to one address because of mail that could not be verified"),
        (True, ADDRESS_AN_HOUR_MAX, HOUR, "an hour to one address"),
        (not urgent, ADDRESS_A_DAY_MAX, DAY, "a day to one address"),
    ):
        if applies and has_had(view, address, within, at, is_caused=is_caused) >= most:
            again_at = _again_at(view, at, most, within, mailbox, is_caused=is_caused)
            return Over(reason=f"{most} {what}", most=most, within=within, again_at=again_at)
    return None


def _again_at(
    view: LedgerView, at: datetime, most: int, within: timedelta, mailbox: str, *,
    cause: str | None = None, is_caused: bool | None = None,
) -> datetime:  # fmt: skip
    """Return when a mailbox that has received `most` mails can get the next one, rounded up to the minute.

    The mail about the limit may itself count towards the limit, so two of the earlier mails have to be old enough.
    """
    low, high = 0, int(within.total_seconds() // 60)
    while low < high:
        minutes = (low + high) // 2
        since = at - within + timedelta(minutes=minutes)
        had = view.private_mails_since(since, mailbox=mailbox, cause=cause, is_caused=is_caused, but_kind=ALARM)
        low, high = (low, minutes) if had < most - 1 else (minutes + 1, high)
    return at + timedelta(minutes=low)


def has_had(view: LedgerView, address: str, within: timedelta, at: datetime, *, is_caused: bool) -> int:
    """Return how many messages of one budget a mailbox has received in the time `within`. Alarms are not counted."""
    return view.private_mails_since(at - within, mailbox=mailbox_of(address), is_caused=is_caused, but_kind=ALARM)
