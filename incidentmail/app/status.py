"""Is all well? How everything stands at one moment, and what of it needs somebody's attention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen
from incidentmail.core.times import show_duration
from incidentmail.ledger.values import Figures, Head

from .context import AppContext
from .serve_lock import is_running

FAILED_WITHIN = timedelta(days=1)
"""Refusals and mails that the list did not return count for so long: afterwards everybody has been told otherwise."""
QUARANTINED_WITHIN = timedelta(days=7)
WAITS_AT_MOST = timedelta(minutes=1)
"""Mail that came in, or that is to go out, is dealt with at once; what waits longer is stuck."""
LOOKED_WITHIN = timedelta(minutes=30)
"""The mailbox is looked at each minute; a server that tells of new mail is waited for, at most 29 minutes."""


class Status(Frozen, kw_only=True):
    """How things stand. `attention` holds a line for each thing that is not well; `notes` what does no harm.

    `open` names the open incidents, `overdue` those whose next update was due, and when.
    """

    at: datetime
    figures: Figures
    head: Head
    running: bool
    open: tuple[str, ...]
    overdue: Mapping[str, datetime]
    attention: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.attention


def status(context: AppContext) -> Status:
    """How things stand now. It takes no longer in a large ledger."""
    now = context.now()
    with context.ledger.snapshot() as view:
        figures = view.figures(failed_since=now - FAILED_WITHIN, quarantined_since=now - QUARANTINED_WITHIN)
        head, due = view.head(), view.next_updates()
    overdue = {name: at for name, at in due.items() if at is not None and at < now}
    running = is_running(context.config.ledger_path)
    return Status(
        at=now,
        figures=figures,
        head=head,
        running=running,
        open=tuple(due),
        overdue=overdue,
        attention=(*_service(context, figures, now, running=running), *_mail(figures, now), *_updates(overdue, now)),
        notes=tuple(_notes(context)),
    )


def _service(context: AppContext, figures: Figures, now: datetime, *, running: bool) -> Iterator[str]:
    settings = context.config.settings
    if settings.mail.mute:
        yield "[mail] mute = true: nothing is sent"
    if not running and (settings.listen.lmtp or settings.listen.smtp):
        yield "'incidentmail serve' is not running: no mail is taken, and what waits is not sent"
    if settings.imap.url and (figures.looked_at is None or now - figures.looked_at > LOOKED_WITHIN):
        when = f"last looked at {_ago(figures.looked_at, now)}" if figures.looked_at else "never looked at"
        why = "see the log of 'incidentmail serve'" if running else "'incidentmail serve' is not running"
        yield f"the mailbox was {when}: {why}"


def _mail(figures: Figures, now: datetime) -> Iterator[str]:
    if figures.waits_since is not None and now - figures.waits_since > WAITS_AT_MOST:
        yield f"{figures.waiting} accepted mails have not been read, the oldest {_ago(figures.waits_since, now)}"
    if figures.quarantined:
        yield f"{figures.quarantined} mails could not be read and were set aside within a week; 'incidentmail inbox'"
    if figures.queued_since is not None and now - figures.queued_since > WAITS_AT_MOST:
        yield f"{figures.queued} mails have not been sent, the oldest {_ago(figures.queued_since, now)}; see the outbox"
    if figures.refused:
        yield f"{figures.refused} recipients were refused for good within a day; 'incidentmail outbox list'"
    if figures.missed:
        yield f"{figures.missed} mails were not returned by the list within a day; 'incidentmail outbox list'"


def _updates(overdue: Mapping[str, datetime], now: datetime) -> Iterator[str]:
    for name, at in overdue.items():
        yield f"{name}: the next update was due {_ago(at, now)}"


def _notes(context: AppContext) -> Iterator[str]:
    if context.config.settings.operator.address is None:
        yield "nobody is told by mail when something fails: [operator] address is not set"
    yield from context.config.warnings


def _ago(at: datetime, now: datetime) -> str:
    return f"{show_duration(now - at)} ago"
