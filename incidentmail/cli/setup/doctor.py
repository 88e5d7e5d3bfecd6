"""`incidentmail doctor`: check whether everything works, and say what to do if it does not."""

from __future__ import annotations

import re
from datetime import timedelta

import click

from incidentmail.app.context import now_utc
from incidentmail.app.doctor.examine import examine
from incidentmail.app.doctor.finding import Finding, Level
from incidentmail.cli.common import json_option, print_json
from incidentmail.cli.help import command
from incidentmail.cli.screen.layout import Span, Style, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.config.check import check
from incidentmail.core.frozen import JsonValue
from incidentmail.core.text import counted
from incidentmail.errors import ConfigError, UsageError

FAILED = 1
STYLES: dict[Level, Style] = {"ok": "good", "warning": "warn", "failure": "alarm"}
MARK_CELLS, CHECK_CELLS = 9, 15
WAIT_MAX = timedelta(hours=1)


@command("doctor", "doctor", "doctor --round-trip", "doctor --json")
@click.option("--round-trip", is_flag=True, help="Post a marked test mail to the list, and wait until it comes back.")
@click.option("--wait", metavar="TIME", default="2m", show_default=True, help="How long to wait for it: 90s, 10m.")
@json_option
@click.pass_context
def doctor_command(ctx: click.Context, round_trip: bool, wait: str, as_json: bool) -> int:
    """Check whether mail goes out, comes in and is recorded. Each line is ok, a warning or a failure.

    Relays, the mailbox and DNS are contacted; without --round-trip, nothing is sent. Exit code 1 after a failure, 78 if
    the configuration has a fault.
    """
    options = ctx.find_root().obj
    wait_s = _seconds(wait)
    checked = check(options.get("config"))
    clock = options.get("clock") or now_utc
    found: list[Finding] = []
    for finding in examine(checked, clock, round_trip_s=wait_s if round_trip else None):
        found.append(finding)
        if not as_json:
            _print(finding)
    failures, warnings = (sum(one.level == level for one in found) for level in ("failure", "warning"))
    if as_json:
        print_json({"ok": not failures, "findings": [_json(one) for one in found]})
    else:
        show([(_summary(failures, warnings),)])
    return ConfigError.exit_code if checked.config is None else FAILED if failures else 0


def _seconds(text: str) -> float:
    found = re.fullmatch(r"([0-9]{1,4})\s*([sm])", text)
    wait = timedelta(seconds=int(found[1]) * (60 if found[2] == "m" else 1)) if found else None
    if wait is None or wait > WAIT_MAX:
        raise UsageError(f"--wait '{text}' is no time of at most an hour", hint="--wait 90s, or --wait 10m")
    return wait.total_seconds()


def _json(one: Finding) -> dict[str, JsonValue]:
    return {"check": one.check, "level": one.level, "what": one.what, "what_to_do": one.cure}


def _print(one: Finding) -> None:
    mark = Span(one.level if one.level == "ok" else one.level.upper(), STYLES[one.level])
    head = (mark, Span(" " * (MARK_CELLS - len(mark.text))), Span(f"{one.check:<{CHECK_CELLS}}", "strong"))
    width, indent = width_of_screen(), MARK_CELLS + CHECK_CELLS
    lines = wrapped(one.what, width, first=head, indent=indent)
    if one.cure:
        lines += wrapped(one.cure, width, first=(Span(" " * indent), Span("-> ", "good")), indent=indent + 3)
    show(lines)


def _summary(failures: int, warnings: int) -> Span:
    if not failures and not warnings:
        return Span("all is well", "good")
    parts = [counted(number, name) for number, name in ((failures, "failure"), (warnings, "warning")) if number]
    return Span(f"{' and '.join(parts)}: do what stands behind ->", "alarm" if failures else "warn")
