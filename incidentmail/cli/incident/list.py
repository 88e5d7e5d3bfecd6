"""`incidentmail list`: list the open incidents, the worst first."""

from __future__ import annotations

import time
from collections.abc import Iterable

import click

from incidentmail.app.context import AppContext
from incidentmail.cli.common import context_of, json_option, laptop_of, print_json
from incidentmail.cli.help import command, option
from incidentmail.cli.screen.layout import Line, Span, table, wrapped
from incidentmail.cli.screen.output import has_colour, show, width_of_screen
from incidentmail.core.conduct.ended import began_at, ended_at
from incidentmail.core.conduct.promises import next_update
from incidentmail.core.model import Incident
from incidentmail.core.text import clip, one_line
from incidentmail.core.times import show_duration
from incidentmail.core.words import DRILL_PREFIX, RESTRICTED_PREFIX
from incidentmail.ledger.view import LedgerView
from incidentmail.report.ages import show_ago, show_length
from incidentmail.report.timeline import timeline

from .parts import FAILED_WITHIN, LOOKED_THROUGH_MAX, Page, needed

TABLE_FROM_CELLS = 120
WORD_CHARS_MAX = 160
"""The maximum length of the latest news that is shown."""
WATCH_S = 5.0


@command("list", "list", "list --all", "list --watch")
@option("--all", "everything", is_flag=True, help="Closed, retracted and late phases too.")
@option("--watch", is_flag=True, help="Stay, and show it anew every few seconds; Ctrl-C ends it.")
@json_option
@click.pass_context
def list_command(ctx: click.Context, everything: bool, watch: bool, as_json: bool) -> int:
    """List the open incidents, the worst first."""
    if laptop := laptop_of(ctx):
        from incidentmail.cli.laptop.look import list_from_mails

        return list_from_mails(laptop, everything=everything, as_json=as_json)
    while True:
        with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
            found = view.incidents(everything=everything)
            if as_json:
                from incidentmail.cli import shapes

                print_json([shapes.brief(incident, context.words.policy) for incident in found])
            else:
                if watch and has_colour():
                    click.clear()
                if not found:
                    ledger = context.config.ledger
                    begun = "" if ledger.exists() else f"; there is no ledger yet, {ledger.name}"
                    click.echo(f"{'no incident' if everything else 'no open incident'}{begun}", err=True)
                show(screen(context, view, found, width_of_screen()))
        if not watch:
            return 0
        time.sleep(WATCH_S)


def screen(context: AppContext, view: LedgerView, incidents: Iterable[Incident], width: int) -> list[Line]:
    """Return the incidents as lines of at most `width` columns: open ones first, starting with the worst."""
    page = Page.of(context, width)
    unsent = [mail.incident for mail in view.unsent(now=page.now, failed_since=page.now - FAILED_WITHIN)]
    rows = [
        _Row(page, view, incident, unsent.count(incident.id))
        for incident in sorted(incidents, key=lambda one: (not one.is_open, one.severity))
    ]
    if not rows:
        return []
    if width >= TABLE_FROM_CELLS:
        heads = ("Severity", "Incident", "Age", "Commander", "Next update", "Needed", "Last word")
        return table(heads, [row.cells() for row in rows], width, wide=(1, 5, 6))
    return [line for row in rows for line in (*row.block(), ())][:-1]


class _Row:
    """The row for one incident in the list."""

    def __init__(self, page: Page, view: LedgerView, incident: Incident, unsent: int) -> None:
        self.page, self.incident = page, incident
        marks = (DRILL_PREFIX if incident.drill else "") + (RESTRICTED_PREFIX if incident.restricted else "")
        self.title = f"{marks}{incident.description}"
        name = page.words.severity_name(incident.severity)
        status = "" if incident.is_open else f", {incident.status}"
        style = page.alarm_of(incident.severity) if incident.is_open else "faint"
        self.severity = Span(f"{incident.severity} {name}{status}".strip(), style)
        length = ended_at(incident) or page.now
        self.age = show_length(length - (incident.declared_at if incident.is_open else began_at(incident)))
        self.needed = ", ".join(needed(page, incident)) if incident.is_open else ""
        self.unsent = Span(f"NOT SENT: {unsent} mail{'' if unsent == 1 else 's'}", "alarm") if unsent else None
        self.next = self._next()
        self.last = self._last(view)

    def _next(self) -> Span | None:
        due = next_update(self.incident, self.page.words.policy)
        if due is None or not self.incident.is_open:
            return None
        if due < self.page.now:
            return Span(f"{show_duration(self.page.now - due)} overdue", "alarm")
        return Span(f"in {show_duration(due - self.page.now)}")

    def _last(self, view: LedgerView) -> str:
        newest = (entry.recorded for entry in view.newest_entries(self.incident.id, limit=LOOKED_THROUGH_MAX))
        news = [one for one in timeline(newest, self.page.words, self.page.zones, self.page.now) if one.is_news]
        if not news:
            return ""
        last = news[-1]
        said = f"{last.by.name}{':' if last.is_said else ''} {clip(one_line(last.what), WORD_CHARS_MAX)}"
        return f"{show_ago(last.at, self.page.now)}, {said}"

    def cells(self) -> list[list[Span]]:
        """Return the incident as a row of a table."""
        title = [Span(self.title, "strong"), Span("\n"), Span(self.incident.id, "faint")]
        title += [Span("\n"), self.unsent] if self.unsent else []
        return [
            [self.severity], title, [Span(self.age)], [Span(self.incident.commander.name)],
            [self.next] if self.next else [], [Span(self.needed, "warn")], [Span(self.last)],
        ]  # fmt: skip

    def block(self) -> list[Line]:
        """Return the incident as lines for a narrow screen."""
        width, margin = self.page.width, (Span("  "),)
        phase = self.page.words.phase_clause(self.incident.phase)
        lines = wrapped(
            [Span("severity ", self.severity.style), self.severity, Span(f": {self.title}", "strong")], width, indent=2
        )
        lines += wrapped(Span(self.incident.id, "faint"), width, first=margin, indent=2)
        if self.unsent:
            lines += wrapped(self.unsent, width, first=margin, indent=2)
        how = "open for" if self.incident.is_open else "it took"
        lines += wrapped(
            f"{how} {self.age}, {phase}, led by {self.incident.commander.name}", width, first=margin, indent=2
        )
        if self.next:
            lines += wrapped([Span("next update "), self.next], width, first=margin, indent=2)
        if self.needed:
            lines += wrapped([Span("needed: ", "warn"), Span(self.needed)], width, first=margin, indent=2)
        if self.last:
            lines += wrapped(Span(self.last, "faint"), width, first=margin, indent=2)
        return lines
