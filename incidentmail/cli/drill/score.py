"""`incidentmail drill score`: how long things took in a drill, and which expected outcomes were met."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from incidentmail.app.context import AppContext
from incidentmail.app.drills.runs import every_run
from incidentmail.app.drills.score_of import score_of
from incidentmail.cli.common import context_of, json_option, print_json
from incidentmail.cli.help import command
from incidentmail.cli.screen.layout import BLANK, Line, Span, Style, labelled, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.core.drills.run import Run
from incidentmail.core.facts import json_time
from incidentmail.core.frozen import JsonValue, plain
from incidentmail.core.times import show_time
from incidentmail.core.words import INCIDENT_KEY
from incidentmail.errors import UsageError
from incidentmail.ledger.view import LedgerView
from incidentmail.report.drills.score import Score
from incidentmail.report.drills.score_lines import duration_rows, expected_head, outcome_line


@command("score", "drill score", "drill score failover --json")
@click.argument("drill", required=False, metavar="[DRILL]")
@json_option
@click.pass_context
def score_command(ctx: click.Context, drill: str | None, as_json: bool) -> None:
    """Show how a drill went: the newest one, or the newest whose name contains DRILL. It may still be running.

    The times are the same as in 'incidentmail stats', counted from the first mail. docs/metrics.md explains them.
    """
    with context_of(ctx, looks_only=True) as context:
        with context.ledger.snapshot() as view:
            run = _choose(view, drill)
            score = score_of(context, view, run)
        if as_json:
            print_json(score_json(score))
        else:
            show(_lines(context, run, score, width_of_screen()))


def _choose(view: LedgerView, which: str | None) -> Run:
    runs = every_run(view)
    if not runs:
        raise UsageError("no drill was run yet", hint="'incidentmail drill run failover' begins one")
    found = [run for run in runs if which is None or which.strip().lower() in run.id]
    if not found:
        raise UsageError(f"no drill is called '{which}'", hint="'incidentmail drill list --runs' shows all of them")
    return found[-1]


def score_json(score: Score) -> dict[str, JsonValue]:
    """Return a score as JSON. Durations are in seconds."""
    outcomes = [{**plain(one), "is_met": one.is_met} for one in score.expected]
    times = {"started_at": json_time(score.started_at), "ended_at": json_time(score.ended_at)}
    return {**plain(score), **times, "met": score.met, "expected": outcomes}


def _state(run: Run, zones: Sequence[str], on: date) -> str:
    if run.ended_at is None:
        return f"ends by itself {show_time(run.ends_at, zones, on)}"
    ended = show_time(run.ended_at, zones, on)
    return f"stopped {ended} by {run.ended_by.name}" if run.was_stopped and run.ended_by else f"ended {ended}"


def _lines(context: AppContext, run: Run, score: Score, width: int) -> list[Line]:
    zones, on = context.config.settings.timezones, context.now().date()
    lines = [*wrapped(Span(f"{score.title} ({score.run})", "strong"), width, indent=2)]
    lines += wrapped(
        Span(f"Began {show_time(run.started_at, zones, on)}, {_state(run, zones, on)}", "faint"), width, indent=2
    )
    named = ", ".join(score.incidents) or "nobody declared one"
    lines += [*wrapped(Span(f"{INCIDENT_KEY}: {named}", "faint"), width, indent=2), BLANK]
    lines += labelled(duration_rows(score), width)
    if score.expected:
        lines += [BLANK, *wrapped(Span(expected_head(score), "strong"), width)]
        for one in score.expected:
            tone: Style = "" if one.is_met else "warn"
            lines += wrapped(Span(outcome_line(one, score), tone), width, first=(Span("  "),), indent=4)
    return lines
