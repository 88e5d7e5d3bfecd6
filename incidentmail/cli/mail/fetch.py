"""`incidentmail fetch`: fetch new mail from a mailbox, once or until stopped."""

from __future__ import annotations

import logging
import signal
from datetime import datetime

import click

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.apply import apply_next
from incidentmail.app.receiving.fetch_loop import Fetcher
from incidentmail.app.sending.flush import Made, flush
from incidentmail.cli.common import context_of, json_option, say
from incidentmail.cli.help import command
from incidentmail.cli.reporting import raise_faults, warn_about_faults

from .outcomes_shown import print_outcome


@command("fetch", "fetch", "fetch --idle")
@click.option("--idle", is_flag=True, help="Stay, and fetch whatever comes, until SIGTERM.")
@json_option
@click.pass_context
def fetch_command(ctx: click.Context, idle: bool, as_json: bool) -> int:
    """Take new mail from the IMAP folder given by [imap] url, act on it, and announce any changes to the list.

    Each message is taken only once, however often this runs, and is marked as seen (or moved) after it has been stored.
    With --json, one line per message says what became of it.
    """
    logging.basicConfig(level=logging.INFO if idle else logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    with context_of(ctx, warn=True) as context:
        context.ledger.check()
        fetcher = Fetcher(context)
        if not idle:
            fetched = fetcher.fetch_once()
            raise_faults(_work(context, heard_until=context.now(), as_json=as_json))
            if not as_json:
                say(str(fetched))
            return 0
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: fetcher.stop())
        _log_faults(_work(context, heard_until=None, as_json=as_json))
        fetcher.run(lambda _: _log_faults(_work(context, heard_until=context.now(), as_json=as_json)))
    return 0


def _work(context: AppContext, *, heard_until: datetime | None, as_json: bool) -> Made:
    """Process all waiting messages and carry out what is due. Mail has been fetched up to the time `heard_until`."""
    while (outcome := apply_next(context)) is not None:
        if as_json:
            print_outcome(outcome, as_json=True)
    made = flush(context, early=True, heard_until=heard_until).made
    warn_about_faults(made)
    return made


def _log_faults(made: Made) -> None:
    """Log which messages could not be rendered. They remain due, and the IMAP connection stays open."""
    for fault in made.faults:
        logging.error("a mail of %s cannot be made: %s; %s", fault.incident, fault.error, fault.error.hint)
