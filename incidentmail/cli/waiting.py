"""Warn at the end of a command if outgoing mail is waiting or if sending is disabled."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from incidentmail.app.context import AppContext
from incidentmail.core.text import counted
from incidentmail.core.times import show_duration

ANNOUNCED_BY = frozenset(
    {
        "declare", "update", "handoff", "note", "close", "retract", "reopen", "undo", "list", "show", "brief",
        "timeline", "log", "inbox", "proposal",
    }
)  # fmt: skip
"""Commands that people type during an incident. Other commands print their own warnings, or run without a reader."""
WOULD_MAIL = frozenset(
    {
        "declare", "update", "handoff", "close", "retract", "reopen", "undo", "proposal", "inbox", "ingest", "fetch",
        "outbox",
    }
)  # fmt: skip
"""Commands that may make mail due. `flush` prints its own warning."""
SOON = timedelta(minutes=1)
"""The time for which an untried message is not mentioned, because another process is probably sending it."""
NEVER_BEFORE = timedelta(days=3650)


def closing_lines(context: AppContext, command: str | None, *, changes: bool, said: Collection[str]) -> Iterator[str]:
    """Yield the warnings at the end of `command`.

    `changes` is true if the command may write. `said` contains "waits" or "muted" if the command has already said so.
    """
    if changes and command in WOULD_MAIL and context.is_muted and "muted" not in said:
        yield "muted: nothing is sent but what a command is about; 'incidentmail status' says how to end it"
    elif command in ANNOUNCED_BY and "waits" not in said and (line := waiting_line(context)):
        yield line


def waiting_line(context: AppContext) -> str | None:
    """Return a line about messages that could not be sent so far and how long they have waited, or None."""
    now = context.now()
    with context.ledger.snapshot() as view:
        waiting = view.waiting_recipients(after=now - NEVER_BEFORE, until=now)
    queued = {one.mail: one for one in waiting if one.state == "queued" and (one.reply or now - one.at > SOON)}
    if not queued:
        return None
    oldest = min(queued.values(), key=lambda one: one.at)
    were = "waits" if len(queued) == 1 else "wait"
    why = f": {oldest.reply}" if oldest.reply else ""
    return (
        f"{counted(len(queued), 'mail')} {were} to be sent, for {show_duration(now - oldest.at)}{why}; "
        "see 'incidentmail outbox list'"
    )
