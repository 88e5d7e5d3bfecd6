"""`incidentmail brief`: show the state of an incident on one screen, for somebody who joins late or comes back."""

from __future__ import annotations

from datetime import datetime

import click

from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.app.parts import as_shown
from incidentmail.cli.common import context_of, incident_argument, json_option, print_json, time
from incidentmail.cli.help import command, option
from incidentmail.cli.screen.layout import Line, Span, labelled, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.core.model import Incident
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.explaining.command_brief import AT_WORK, hours
from incidentmail.outbound.wording import Wording
from incidentmail.report.timeline import Happened, timeline

from .parts import Page, age, findings, happened, item_lines, items, promises, roles, roll_call, section, state

LOOKED_THROUGH_MAX, CHANGES_MAX = 300, 8
"""The number of newest entries that are searched for news, and the number of news items that fit on one screen."""


@command("brief", "brief", "brief checkout --since 14:00")
@incident_argument
@option("--since", metavar="TIME", help="What happened from then on: 14:00, or 2h; else since you last wrote.")
@json_option
@click.pass_context
def brief_command(ctx: click.Context, incident: str | None, since: str | None, as_json: bool) -> int:
    """Bring yourself up to date: where an incident stands, what is new, what is needed."""
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        found = as_shown(view, choose(view, incident))
        start = time(context, since, "--since", "last") if since else None
        news = _news(context, view, found, start)
        if as_json:
            from incidentmail.cli import shapes

            print_json({**shapes.show(found, context.words.policy), "changes": [shapes.happened(one) for one in news]})
        else:
            show(_screen(Page.of(context, width_of_screen()), found, news))
    return 0


def _news(context: AppContext, view: LedgerView, incident: Incident, since: datetime | None) -> list[Happened]:
    """Return what has happened since `since`, or since the person at the terminal last wrote.

    If nothing has happened since then, return the latest events.
    """
    page = Page.of(context, 0)
    newest = (entry.recorded for entry in view.newest_entries(incident.id, limit=LOOKED_THROUGH_MAX))
    news = [one for one in timeline(newest, page.words, page.zones, page.now) if one.is_news]
    if since is not None:
        return [one for one in news if one.at >= since][-CHANGES_MAX:]
    me = context.config.settings.me.address
    own = [at for at, one in enumerate(news) if me is not None and one.by.same_as(me)]
    return (news[own[-1] + 1 :] if own else [])[-CHANGES_MAX:] or news[-CHANGES_MAX:]


def _screen(page: Page, incident: Incident, news: list[Happened]) -> list[Line]:
    width = page.width
    rows = [*roles(page, incident), *_hours(page, incident), *promises(page, incident)]
    return [
        *wrapped(Span(incident.description, "strong"), width),
        *wrapped(state(page, incident), width),
        *wrapped(Span(f"{incident.id}, {age(page, incident)}", "faint"), width),
        *([(), *wrapped(f"Impact: {incident.impact}", width)] if incident.impact else []),
        *section("New", happened(page, news)),
        *section("Actions", item_lines(page, items(incident, "action"))),
        *section("Needs", item_lines(page, items(incident, "need"))),
        *section("Assumed, and to be looked at again", item_lines(page, items(incident, "assumption"))),
        *section("Evidence, and what was ruled out", item_lines(page, findings(incident))),
        *roll_call(page, incident),
        *section("Decided", item_lines(page, items(incident, "decision"))),
        *section("About to be done", item_lines(page, items(incident, "about_to")[-CHANGES_MAX:])),
        *([(), *labelled(rows, width)] if rows else []),
    ]


def _hours(page: Page, incident: Incident) -> list[tuple[str, list[Span]]]:
    """Return rows that say who is at work, for how long, and when they last took a break."""
    if not incident.is_open:
        return []
    text = hours(Wording(words=page.words, zones=page.zones), incident, page.now)
    return [(AT_WORK, [Span(text)])]
