"""Commands that look and change nothing: list, show, log."""

from __future__ import annotations

import time
from datetime import date

import click

from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.cli import shapes
from incidentmail.cli.common import context_of, incident_argument, json_option, print_json, proposal_line, say
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.events import Announced, UpdateGiven
from incidentmail.core.facts import json_time
from incidentmail.core.model import Incident
from incidentmail.core.times import show_time
from incidentmail.core.words import DRILL_PREFIX, RESTRICTED_PREFIX, join_names
from incidentmail.ledger.values import Entry
from incidentmail.outbound.wording import Wording

POLL_S = 1.0
# Names on the wire and marks for other programs; `log --json` has them.
NOT_FOR_PEOPLE = ("id", "ref", "origin", "declared_at", "declared_in", "message_id", "rides")
UNLABELLED = ("text", "name", "role", "item")


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed, retracted and late phases too.")
@json_option
@click.pass_context
def list_command(ctx: click.Context, everything: bool, as_json: bool) -> int:
    """List the open incidents, the newest first."""
    with context_of(ctx) as context, context.ledger.snapshot() as view:
        found = view.incidents(everything=everything)
        if as_json:
            print_json([shapes.brief(incident, context.words.policy) for incident in found])
            return 0
        if not found:
            click.echo("no open incident" if not everything else "no incident", err=True)
        for incident in found:
            status = "" if incident.is_open else f" ({incident.status})"
            marks = (DRILL_PREFIX if incident.drill else "") + (RESTRICTED_PREFIX if incident.restricted else "")
            say(
                f"{incident.id}{status}\n    severity {incident.severity}, phase {incident.phase},"
                f" {incident.commander.name}: {marks}{incident.description}"
            )
    return 0


@click.command("show")
@incident_argument
@json_option
@click.pass_context
def show_command(ctx: click.Context, incident: str | None, as_json: bool) -> int:
    """Show an incident as it stands.

    INCIDENT is its id or any unique part of it; with one open incident none is needed.
    """
    with context_of(ctx) as context, context.ledger.snapshot() as view:
        found = choose(view, incident)
        if as_json:
            print_json(shapes.show(found, context.words.policy))
        else:
            say(_shown(context, found))
    return 0


@click.command("log")
@incident_argument
@click.option("--all", "everything", is_flag=True, help="The whole ledger, every incident.")
@click.option("--follow", is_flag=True, help="Stay, and print what comes.")
@json_option
@click.pass_context
def log_command(ctx: click.Context, incident: str | None, everything: bool, follow: bool, as_json: bool) -> int:
    """Show everything that happened, entry by entry."""
    with context_of(ctx) as context:
        after, name = 0, None
        if not everything:
            with context.ledger.snapshot() as view:
                name = choose(view, incident).id
        while True:
            with context.ledger.snapshot() as view:
                for entry in view.entries(name, after=after):
                    cause = view.message_ids([entry.caused_by.seq]) if entry.caused_by else {}
                    if as_json:
                        print_json(shapes.log_line(entry, cause))
                    else:
                        say(_log_line(entry))
                    after = entry.seq
            if not follow:
                return 0
            time.sleep(POLL_S)


def _shown(context: AppContext, incident: Incident) -> str:
    wording = Wording(words=context.words, zones=context.config.settings.timezones)
    today: date = context.now().date()
    declared = show_time(incident.declared_at, wording.zones, today)
    since = "1 update" if incident.updates == 1 else f"{incident.updates} updates"
    parts = [
        incident.description,
        wording.state(incident),
        incident.details,
        "\n".join(wording.fields(incident, today)),
        _items(incident),
        "\n".join(proposal_line(context, proposal) for proposal in open_proposals(incident)),
        f"{incident.id}\ndeclared {declared} by {incident.declared_by.name}, {since} since",
    ]
    return "\n\n".join(part for part in parts if part)


def _items(incident: Incident) -> str:
    lines = []
    for item in incident.items:
        owner = f" ({join_names([item.owner])})" if item.owner else ""
        done = " - done" if item.done else ""
        lines.append(f"{item.number}. {item.kind.replace('_', ' ')}: {item.text}{owner}{done}")
    return "\n".join(lines)


def _log_line(entry: Entry) -> str:
    recorded = entry.recorded
    data = recorded.event.model_dump(mode="json", exclude={"kind", *NOT_FOR_PEOPLE}, exclude_none=True)
    shown = {name: value for name, value in data.items() if value not in ("", [], {}, False)}
    if isinstance(recorded.event, Announced):
        shown = {"name": f"update {recorded.event.number}" if recorded.event.number else "the declaration"}
    if isinstance(recorded.event, UpdateGiven) and not recorded.event.text:
        shown = {"text": "no change"}
    facts = ", ".join(
        _plain(value) if name in UNLABELLED else f"{name} {_plain(value)}" for name, value in shown.items()
    )
    cause = f" [mail {entry.caused_by.seq}]" if entry.caused_by else ""
    kind = recorded.event.kind.partition(".")[0].replace("_", " ")
    return f"{entry.seq:5}  {json_time(recorded.at)}  {kind} by {recorded.by.name}{cause}: {facts}"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        if "people" in value:
            return ", ".join(_plain(p) for p in value["people"]) or (
                "not needed" if value.get("dismissed") else "nobody"
            )
        return str(value["name"]) if "name" in value else "; ".join(f"{k}: {_plain(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(part) for part in value)
    return " / ".join(str(value).split("\n"))
