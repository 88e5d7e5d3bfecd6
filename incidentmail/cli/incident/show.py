"""`incidentmail show`: one incident as it is now."""

from __future__ import annotations

from datetime import date

import click

from incidentmail.app.acting_commander import as_shown
from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.cli.common import context_of, incident_argument, json_option, print_json, proposal_line, say
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.model import Incident
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.times import show_time


@click.command("show")
@incident_argument
@json_option
@click.pass_context
def show_command(ctx: click.Context, incident: str | None, as_json: bool) -> int:
    """Show an incident as it stands.

    INCIDENT is its id or any unique part of it; with one open incident none is needed.
    """
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        found = as_shown(view, choose(view, incident))
        if as_json:
            from incidentmail.cli import shapes

            print_json(shapes.show(found, context.words.policy))
        else:
            say(_shown(context, found))
    return 0


def _shown(context: AppContext, incident: Incident) -> str:
    from incidentmail.outbound.wording import Wording

    wording = Wording(words=context.words, zones=context.config.settings.timezones)
    today: date = context.now().date()
    declared = show_time(incident.declared_at, wording.zones, today)
    since = "1 update" if incident.updates == 1 else f"{incident.updates} updates"
    parts = [
        incident.description,
        wording.state(incident),
        incident.details,
        "\n".join(map(str, wording.fields(incident, today))),
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
