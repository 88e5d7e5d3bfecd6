"""`incidentmail search`: find words in all incidents."""

from __future__ import annotations

from collections import deque

import click

from incidentmail.cli.common import context_of, json_option, print_json, severity_of, time
from incidentmail.cli.help import command, option
from incidentmail.cli.incident.parts import Page
from incidentmail.cli.screen.layout import Line, Span, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.core.facts import json_person, json_time
from incidentmail.errors import UsageError
from incidentmail.report.search import Hit, Query, query_of, search

SHOWN_MAX = 50


@command("search", "search gateway refund", "search restart --by bo --since 30d", "search failover --severity 1")
@click.argument("words", nargs=-1, required=True)
@option("--severity", "--sev", "-s", metavar="N", help="Only incidents that have this severity now.")
@option("--by", metavar="WHO", help="Only what this person wrote or did: a part of the name or address.")
@option("--since", metavar="TIME", help="Only what happened from then on: 14:00, 2h, or 30d.")
@option("--limit", metavar="N", type=click.IntRange(1), default=SHOWN_MAX, help="How many are shown (50).")
@json_option
@click.pass_context
def search_command(
    ctx: click.Context, words: tuple[str, ...], severity: str | None, by: str | None, since: str | None, limit: int,
    as_json: bool,
) -> int:  # fmt: skip
    """Find WORDS in descriptions, details, notes, updates and decisions, the newest first.

    All words have to occur; "pay" finds "payments". Restricted incidents are included: this command is for people who
    may read the ledger.
    """
    looked_for = query_of(" ".join(words))
    if not looked_for:
        raise UsageError("there is no word to look for", hint='incidentmail search "gateway refund"')
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        query = Query(
            words=looked_for,
            severity=severity_of(context, severity) if severity else None,
            by=by or "",
            since=time(context, since, "--since", "last") if since else None,
        )
        incidents = {incident.id: incident for incident in view.incidents(everything=True)}
        recorded = (entry.recorded for entry in view.entries())
        hits = deque(search(recorded, incidents, query), maxlen=limit + 1)
        page = Page.of(context, width_of_screen())
    newest = list(reversed(hits))
    for hit in newest[:limit] if as_json else ():
        print_json({
            "incident": hit.incident.id, "severity": hit.incident.severity, "restricted": hit.incident.restricted,
            "at": json_time(hit.at), "by": json_person(hit.by), "kind": hit.kind, "text": hit.excerpt,
        })  # fmt: skip
    if not as_json:
        show(line for hit in newest[:limit] for line in _lines(page, hit))
    if not newest:
        click.echo("nothing was found", err=True)
    elif len(newest) > limit:
        click.echo(f"there is more; --limit {2 * limit} shows more, --since and --by narrow it down", err=True)
    return 0


def _lines(page: Page, hit: Hit) -> list[Line]:
    """Return the lines of one hit: the incident and the time and, below them, the author and the text."""
    marks = f" (severity {hit.incident.severity}{', restricted' if hit.incident.restricted else ''})"
    head = [Span(hit.incident.id, "strong"), Span(f"{marks}, {page.time(hit.at)}", "faint")]
    said = [Span(hit.by.name, "strong"), Span(f": {hit.excerpt}")]
    return [*wrapped(head, page.width, indent=2), *wrapped(said, page.width, first=(Span("  "),), indent=4)]
