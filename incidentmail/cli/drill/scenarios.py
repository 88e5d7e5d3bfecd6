"""`incidentmail drill list`, `show` and `check`: list scenarios, show one, and find its faults."""

from __future__ import annotations

from datetime import timedelta

import click

from incidentmail.app.drills.runs import every_run
from incidentmail.app.drills.shipped import Found, find_scenario, shipped_names
from incidentmail.cli.common import context_of, json_option, print_json, say
from incidentmail.cli.help import command, option
from incidentmail.cli.screen.layout import BLANK, Line, Span, table, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.core.drills.run import Run
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import JsonValue, plain
from incidentmail.core.text import counted
from incidentmail.core.times import show_duration, show_time


@command("list", "drill list", "drill list --runs")
@option("--runs", is_flag=True, help="The drills that were run, the newest first.")
@json_option
@click.pass_context
def list_command(ctx: click.Context, runs: bool, as_json: bool) -> None:
    """List the scenarios that are included, or the drills that were run."""
    with context_of(ctx, looks_only=True) as context:
        if runs:
            with context.ledger.snapshot() as view:
                found = every_run(view)[::-1]
            for run in found:
                if as_json:
                    print_json(_run_json(run))
                else:
                    began = show_time(run.started_at, context.config.settings.timezones, context.now().date())
                    say(f"{run.id}  {began}  {run.scenario.title}")
            if not found and not as_json:
                click.echo("no drill was run yet; 'incidentmail drill run failover' begins one", err=True)
            return
        for name in shipped_names():
            one = find_scenario(name, context.words.policy)
            if as_json:
                print_json(scenario_json(one))
            else:
                say(f"{one.name:10}  {_length(one):10}  {one.scenario.title}")


@command("show", "drill show failover", "drill show failover --toml")
@click.argument("scenario", metavar="NAME|FILE")
@option("--toml", is_flag=True, help="The file itself, to make your own scenario of it.")
@json_option
@click.pass_context
def show_command(ctx: click.Context, scenario: str, toml: bool, as_json: bool) -> None:
    """Show a scenario: who writes what and when, and what is expected. Participants should not see it beforehand."""
    with context_of(ctx, looks_only=True) as context:
        found = find_scenario(scenario, context.words.policy)
    if toml:
        click.echo(found.path.read_text(encoding="utf-8"), nl=False)
    elif as_json:
        print_json({**scenario_json(found), "scenario": plain(found.scenario)})
    else:
        show(_lines(found, width_of_screen()))


@command("check", "drill check our-own.toml")
@click.argument("scenario", metavar="FILE")
@click.pass_context
def check_command(ctx: click.Context, scenario: str) -> None:
    """Check a scenario: every key is known, every time fits, and every outcome can be recognised."""
    with context_of(ctx, looks_only=True) as context:
        found = find_scenario(scenario, context.words.policy)
    mails, outcomes = len(found.scenario.injects), len(found.scenario.expected)
    say(f"{scenario} has no fault: {counted(mails, 'mail')} within {_length(found)}, {counted(outcomes, 'outcome')}")


def scenario_json(found: Found) -> dict[str, JsonValue]:
    one = found.scenario
    return {
        "name": found.name, "title": one.title, "lasts_s": one.lasts_s, "mails": len(one.injects),
        "expected": len(one.expected), "path": str(found.path),
    }  # fmt: skip


def _run_json(run: Run) -> dict[str, JsonValue]:
    return {
        "run": run.id, "title": run.scenario.title, "started_at": json_time(run.started_at),
        "started_by": json_person(run.started_by), "ended_at": json_time(run.ended_at), "stopped": run.was_stopped,
        "faster": run.faster, "incidents": [*run.incidents],
    }  # fmt: skip


def _length(found: Found) -> str:
    return show_duration(timedelta(seconds=found.scenario.lasts_s))


def _lines(found: Found, width: int) -> list[Line]:
    one = found.scenario
    lines = [
        *wrapped(Span(one.title, "strong"), width),
        *wrapped(Span(f"lasts {_length(found)}", "faint"), width),
        BLANK,
    ]
    lines += [*wrapped(one.description, width), BLANK]
    if one.opening:
        lines += [
            *wrapped(Span("What participants are told first", "strong"), width),
            *wrapped(one.opening, width),
            BLANK,
        ]
    for inject in one.injects:
        role = f" ({inject.role})" if inject.role else ""
        head = f"After {show_duration(timedelta(seconds=inject.at_s))}, {inject.by}{role}: {inject.subject}"
        lines += [*wrapped(Span(head, "strong"), width, indent=2), *wrapped(inject.text, width), BLANK]
    rows = [[_limit(expected.within_s), expected.what] for expected in one.expected]
    return [*lines, *table(("By then", "What is expected"), rows, width, wide=(1,))] if rows else lines[:-1]


def _limit(seconds: int | None) -> str:
    return "at the end" if seconds is None else show_duration(timedelta(seconds=seconds))
