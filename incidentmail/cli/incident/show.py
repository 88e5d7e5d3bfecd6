"""`incidentmail show`: one incident as it is now, and what happened last."""

from __future__ import annotations

import click

from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.app.parts import as_shown
from incidentmail.cli.common import context_of, incident_argument, json_option, laptop_of, print_json, proposal_line
from incidentmail.cli.help import command
from incidentmail.cli.screen.layout import Line, Span, labelled, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.model import Incident
from incidentmail.core.text import counted
from incidentmail.ledger.view import LedgerView
from incidentmail.report.timeline import timeline

from .parts import (
    FAILED_WITHIN,
    LOOKED_THROUGH_MAX,
    Page,
    age,
    facts,
    happened,
    item_lines,
    items,
    roll_call,
    section,
    state,
    unsent_lines,
)

LATEST_MAX = 5
MARGIN = (Span("  "),)


@command("show", "show", "show checkout", "show checkout --json")
@incident_argument
@json_option
@click.pass_context
def show_command(ctx: click.Context, incident: str | None, as_json: bool) -> int:
    """Show an incident: its state, who does what, and what happened last.

    INCIDENT is an id or any unique part of one; it is needed only if several are open.
    """
    if laptop := laptop_of(ctx):
        from incidentmail.cli.laptop.look import show_from_mails

        return show_from_mails(laptop, incident, as_json=as_json)
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        found = as_shown(view, choose(view, incident))
        if as_json:
            from incidentmail.cli import shapes

            print_json(shapes.show(found, context.words.policy))
        else:
            show(screen(context, view, found, width_of_screen()))
    return 0


def screen(context: AppContext, view: LedgerView, incident: Incident, width: int) -> list[Line]:
    """Return an incident as lines of at most `width` columns."""
    page = Page.of(context, width)
    newest = (entry.recorded for entry in view.newest_entries(incident.id, limit=LOOKED_THROUGH_MAX))
    news = [one for one in timeline(newest, page.words, page.zones, page.now) if one.is_news][-LATEST_MAX:]
    unsent = view.unsent(now=page.now, failed_since=page.now - FAILED_WITHIN)
    asked = [proposal_line(context, one) for one in open_proposals(incident)]
    waiting = [line for one in asked for line in wrapped(one, width, first=MARGIN, indent=2)]
    updates = counted(len(incident.announced), "update")
    since = (
        f"{age(page, incident).capitalize()}, declared {page.time(incident.declared_at)} by {incident.declared_by.name}"
    )
    return [
        *wrapped(Span(incident.description, "strong"), width),
        *wrapped(Span(incident.id, "faint"), width),
        (),
        *wrapped(state(page, incident), width),
        *wrapped(f"{since}; {updates} since", width),
        *([(), *wrapped(incident.details, width)] if incident.details else []),
        (),
        *labelled(facts(page, incident), width),
        *section("Latest", happened(page, news[::-1])),
        *section("Actions", item_lines(page, items(incident, "action"))),
        *section("Needs", item_lines(page, items(incident, "need"))),
        *section("Assumed, and to be looked at again", item_lines(page, items(incident, "assumption"))),
        *roll_call(page, incident),
        *section("Waits for an answer", waiting),
        *section("Mail", unsent_lines(page, [mail for mail in unsent if mail.incident == incident.id])),
    ]
