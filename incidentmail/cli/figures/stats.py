"""`incidentmail stats`: figures over many incidents."""

from __future__ import annotations

from pathlib import Path

import click

from incidentmail.app.context import AppContext
from incidentmail.cli.common import context_of, json_option, print_json
from incidentmail.cli.help import command, option
from incidentmail.cli.screen.output import say, show, width_of_screen
from incidentmail.errors import NotPermittedError, UsageError
from incidentmail.report.figures.statistics import Statistics, declared_in, is_counted, statistics

from .from_ledger import measured, zones_of
from .period import FORMS, begin_of, check_order, end_of
from .screen import number_of_incidents, screen


@command("stats", "stats --since 2026-01", "stats --since 2026-Q3 --until 2026-Q3 --csv", "stats --html figures.html")
@option("--since", metavar="TIME", help=f"Only what was declared from then on: {FORMS}.")
@option("--until", metavar="TIME", help="Only what was declared by then; a month or a day is included.")
@option("--html", "html", metavar="FILE", help="Write one page of pictures, without names of people.")
@option("--each", is_flag=True, help="One row for each incident, with --csv or --json.")
@option("--people", is_flag=True, help="Also what each person carried; for the operator only.")
@option("--csv", "as_csv", is_flag=True, help="Print CSV, for a spreadsheet.")
@json_option
@click.pass_context
def stats_command(
    ctx: click.Context, since: str | None, until: str | None, html: str | None, each: bool, people: bool,
    as_csv: bool, as_json: bool,
) -> int:  # fmt: skip
    """Show how long things took, what was missing, and how much work people had.

    Drills, retracted incidents and parts of other incidents are left out. Restricted incidents are counted, but nothing
    else is said about them. docs/metrics.md defines each figure.
    """
    _check(html=html, each=each, people=people, as_csv=as_csv, as_json=as_json)
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
        if html is not None:
            _write_page(context, found, html)
        elif as_csv:
            click.echo(shapes.figures_csv(found), nl=False)
        elif as_json:
            print_json(shapes.shape(found, with_people=people))
        else:
            names = context.config.settings.people if people else None
            show(screen(found, context.words, width_of_screen(), people=names))
        return 0


def _write_page(context: AppContext, found: Statistics, name: str) -> None:
    """Write the page to the file `name`, or to standard output if `name` is `-`."""
    from incidentmail.report.figures.page import page_values
    from incidentmail.report.html_page import html_page

    page = html_page(
        context.templates, "page/figures.html.j2", page_values(found, context.words, made_at=context.now())
    )
    if name == "-":
        click.echo(page, nl=False)
        return
    try:
        Path(name).write_text(page, encoding="utf-8")
    except OSError as error:
        raise NotPermittedError(
            f"{name} cannot be written: {error.strerror}", hint="--html FILE names a file in a folder that exists"
        ) from error
    say(f"{name} shows the figures of {number_of_incidents(found.all.incidents)}")


def _check(*, html: str | None, each: bool, people: bool, as_csv: bool, as_json: bool) -> None:
    """Raise UsageError if the options cannot be used together."""
    if html is not None and (each or as_csv or as_json):
        raise UsageError("--html excludes --each, --csv and --json", hint="incidentmail stats --html figures.html")
    if html is not None and people:
        raise UsageError("--people is not on the page, which others read", hint="incidentmail stats --people")
    if as_csv and as_json:
        raise UsageError("--csv and --json exclude each other", hint="take one of them out")
    if each and not (as_csv or as_json):
        raise UsageError("--each prints rows for programs", hint="incidentmail stats --each --csv")
    if people and (each or as_csv):
        raise UsageError("--people is not in CSV", hint="incidentmail stats --people --json")
