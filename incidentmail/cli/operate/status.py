"""`incidentmail status`: show on one screen whether incidentmail works."""

from __future__ import annotations

from datetime import datetime

import click

from incidentmail.app.context import AppContext
from incidentmail.app.status import Status, status
from incidentmail.cli.common import context_of, json_option, print_json
from incidentmail.cli.help import command
from incidentmail.cli.screen.layout import Line, Span, Words, labelled, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.core.facts import json_time
from incidentmail.core.text import counted
from incidentmail.core.times import show_duration

NEEDS_ATTENTION = 1


@command("status", "status", "status --json")
@json_option
@click.pass_context
def status_command(ctx: click.Context, as_json: bool) -> int:
    """Say whether incidentmail works: exit code 0 if so, 1 if something needs attention.

    It does not verify the ledger; 'incidentmail ledger verify' does.
    """
    with context_of(ctx, looks_only=True) as context:
        found = status(context)
        if as_json:
            from incidentmail.cli import shapes

            print_json(shapes.status(found, path=context.config.ledger.name))
        else:
            show(screen(context, found, width_of_screen()))
    return 0 if found.ok else NEEDS_ATTENTION


def screen(context: AppContext, found: Status, width: int) -> list[Line]:
    """Return the status as lines of at most `width` columns."""
    figures = found.figures
    head = (
        Span("incidentmail works", "good")
        if found.ok
        else Span(f"NOT WELL: {_things(len(found.attention))} attention", "alarm")
    )
    rows: list[tuple[str, Words]] = [
        ("service", f"{'running' if found.running else 'not running'}{', muted' if found.muted else ''}"),
        ("incidents", f"{len(found.open)} open{_drills(found)}"),
        *_ledger(context, found),
        ("mail in", _mail_in(context, found)),
        ("mail out", f"{figures.queued} waiting, {counted(figures.refused, 'recipient')} refused in a day"),
        *([("back-up", f"made {_when(found.backed_up_at, found.at)}")] if found.backed_up_at else []),
        *([("mailbox", f"looked at {_when(figures.looked_at, found.at)}")] if figures.looked_at else []),
        *([("questions", _questions(found))] if found.questions else []),
        *(("note", note) for note in found.notes),
    ]
    return [
        (head,),
        *(line for one in found.attention for line in wrapped(one, width, first=(Span("  ! ", "alarm"),), indent=4)),
        *labelled(rows, width),
    ]


def _mail_in(context: AppContext, found: Status) -> str:
    """Return how much mail has come in, or that nothing is set up that could read replies."""
    figures, settings = found.figures, context.config.settings
    if not (figures.accepted or settings.listen.addresses or settings.imap.url):
        return "none yet; no listener and no mailbox is set up, so replies are read only if a mail server pipes them in"
    return f"{figures.accepted} accepted, the last {_when(figures.accepted_at, found.at)}; {_waits(found)}"


def _drills(found: Status) -> str:
    count = len(found.drills.open)
    return f", {count} of them {'a drill' if count == 1 else 'drills'}" if count else ""


def _ledger(context: AppContext, found: Status) -> list[tuple[str, Words]]:
    path, size = context.config.ledger.name, found.head.size
    if not found.is_begun:
        return [("ledger", f"none yet, {path}")]
    entries = f"{size} {'entry' if size == 1 else 'entries'}"
    return [
        ("ledger", f"{entries}, {found.figures.bytes / 1_000_000:.1f} MB, {path}"),
        ("head", f"{found.head.hash[:16]} (not verified now)"),
    ]


def _things(number: int) -> str:
    return f"{counted(number, 'thing')} {'needs' if number == 1 else 'need'}"


def _waits(found: Status) -> str:
    figures = found.figures
    deferred = f", {figures.deferred} put off" if figures.deferred else ""
    return f"{figures.waiting} not read yet{deferred}, {figures.quarantined} set aside in a week"


def _questions(found: Status) -> str:
    """Return a text that counts the questions asked, answered and ignored, with answers by topic."""
    counts = found.questions.values()
    total, answered, ignored = (sum(getattr(one, name) for one in counts) for name in ("asked", "answered", "ignored"))
    about = ", ".join(f"{about} {one.answered} of {one.asked}" for about, one in found.questions.items())
    return f"{total} asked in 30 days, {answered} answered, {ignored} ignored; answered by kind: {about}"


def _when(at: datetime | None, now: datetime) -> str:
    return f"{json_time(at)} ({show_duration(now - at)} ago)" if at else "never"
