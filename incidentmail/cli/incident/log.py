"""`incidentmail log`: everything that happened, entry by entry."""

from __future__ import annotations

import time

import click

from incidentmail.app.choose_incident import choose
from incidentmail.cli.common import context_of, in_words, incident_argument, json_option, print_json, say
from incidentmail.core.events import Announced, UpdateGiven
from incidentmail.core.facts import json_time
from incidentmail.core.frozen import plain
from incidentmail.ledger.values import Entry

POLL_S = 1.0
# Identifiers for mail and marks for other programs. `log --json` has them.
NOT_FOR_PEOPLE = ("id", "ref", "origin", "declared_at", "declared_in", "message_id", "rides")
UNLABELLED = ("text", "name", "role", "item")


@click.command("log")
@incident_argument
@click.option("--all", "everything", is_flag=True, help="The whole ledger, every incident.")
@click.option("--follow", is_flag=True, help="Stay, and print what comes.")
@json_option
@click.pass_context
def log_command(ctx: click.Context, incident: str | None, everything: bool, follow: bool, as_json: bool) -> int:
    """Show everything that happened, entry by entry."""
    with context_of(ctx, looks_only=True) as context:
        after, name = 0, None
        if not everything:
            with context.ledger.snapshot() as view:
                name = choose(view, incident).id
        while True:
            with context.ledger.snapshot() as view:
                for entry in view.entries(name, after=after):
                    cause = view.message_ids([entry.caused_by.seq]) if entry.caused_by else {}
                    if as_json:
                        from incidentmail.cli import shapes

                        print_json(shapes.log_line(entry, cause))
                    else:
                        say(_log_line(entry))
                    after = entry.seq
            if not follow:
                return 0
            time.sleep(POLL_S)


def _log_line(entry: Entry) -> str:
    recorded = entry.recorded
    left_out = ("kind", *NOT_FOR_PEOPLE)
    data = {name: value for name, value in plain(recorded.event).items() if name not in left_out}
    shown = {name: value for name, value in data.items() if value not in (None, "", [], {}, False)}
    if isinstance(recorded.event, Announced):
        shown = {"name": f"update {recorded.event.number}" if recorded.event.number else "the declaration"}
    if isinstance(recorded.event, UpdateGiven) and not recorded.event.text:
        shown = {"text": "no change"}
    facts = ", ".join(
        in_words(value) if name in UNLABELLED else f"{name} {in_words(value)}" for name, value in shown.items()
    )
    cause = f" [mail {entry.caused_by.seq}]" if entry.caused_by else ""
    kind = recorded.event.kind.partition(".")[0].replace("_", " ")
    return f"{entry.seq:5}  {json_time(recorded.at)}  {kind} by {recorded.by.name}{cause}: {facts}"
