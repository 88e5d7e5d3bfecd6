"""`incidentmail stats`: figures over many incidents."""

from __future__ import annotations

import click

from incidentmail.app.figures import measured, zones_of
from incidentmail.cli.common import context_of, json_option, print_json
from incidentmail.cli.help import command, option
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.errors import UsageError
from incidentmail.report.figures.statistics import declared_in, is_counted, statistics

from .period import FORMS, begin_of, check_order, end_of


@command("stats", "stats --since 2026-01", "stats --since 2026-Q3 --until 2026-Q3 --csv", "stats --each --csv")
@option("--since", metavar="TIME", help=f"Only what was declared from then on: {FORMS}.")
@option("--until", metavar="TIME", help="Only what was declared by then; a month or a day is included.")
@option("--each", is_flag=True, help="One row for each incident, with --csv or --json.")
@option("--people", is_flag=True, help="Also what each person carried; for the operator only.")
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for a spreadsheet.")
@json_option
@click.pass_context
def stats_command(
    ctx: click.Context, since: str | None, until: str | None, each: bool, people: bool, as_csv: bool, as_json: bool
) -> int:
    """Show how long it took until things happened, what was missing, and how much people carried.

    Drills, retracted incidents and parts of other incidents are left out. Restricted incidents are counted, and
    nothing is said about them. docs/metrics.md defines each figure.
    """
    _check(each=each, people=people, as_csv=as_csv, as_json=as_json)
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        begin, end = begin_of(context, since), end_of(context, until)
        check_order(begin, end)
        every = measured(context, view, now=context.now())
        from . import shapes

        if each:
            counted = [one for one in declared_in(every, since=begin, until=end) if is_counted(one)]
            if as_csv:
                click.echo(shapes.each_csv(counted), nl=False)
            for one in counted if as_json else ():
                print_json(shapes.each(one))
            return 0
        found = statistics(every, since=begin, until=end, zone_of=zones_of(context))
        if as_csv:
            click.echo(shapes.figures_csv(found), nl=False)
        elif as_json:
            print_json(shapes.shape(found, with_people=people))
        else:
            from .screen import screen

            names = context.config.settings.people if people else None
            show(screen(found, context.words, width_of_screen(), people=names))
        return 0


def _check(*, each: bool, people: bool, as_csv: bool, as_json: bool) -> None:
    """Raise UsageError if the options ask for what does not go together."""
    if as_csv and as_json:
        raise UsageError("--csv and --json exclude each other", hint="take one of them out")
    if each and not (as_csv or as_json):
        raise UsageError("--each prints rows for programs", hint="incidentmail stats --each --csv")
    if people and (each or as_csv):
        raise UsageError("--people is not in CSV", hint="incidentmail stats --people --json")
