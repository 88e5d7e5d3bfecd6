"""Commands load few modules, so that people who declare need not wait for the listener's libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from patience import PATIENCE_S

if TYPE_CHECKING:
    from conftest import Installation

ROOT: Final = Path(__file__).parents[2]
SERVICE_ONLY: Final = {
    "aiosmtpd", "asyncio", "authres", "dkim", "dns", "imapclient", "prometheus_client", "psycopg", "rich", "selectolax",
}  # fmt: skip
READS_MAIL: Final = {
    "resource", "incidentmail.inbound.message", "incidentmail.isolation.worker", "incidentmail.reply",
    "incidentmail.app.receiving.judge", "incidentmail.isolation",
}  # fmt: skip
# What explains faults, and what reads words that were not given.
EXPLAINS: Final = {"pydantic", "pydantic_core", "annotated_types", "difflib", "traceback", "incidentmail.config.faults"}
READS_TIMES: Final = {"incidentmail.core.time_forms"}
# What writes mail: a command that only looks needs none of it.
WRITES_MAIL: Final = {
    "jinja2", "smtplib", "email.policy", "subprocess", "incidentmail.outbound", "incidentmail.app.actions",
    "incidentmail.core.leaks.leaked_secrets", "incidentmail.cli.shapes",
}  # fmt: skip
# What a declaration needs only if somebody is asked, corrected, mailed in private, or called by a hook.
DECLARES_RARELY: Final = {
    "incidentmail.app.alerting", "incidentmail.app.sending.render_private_mail",
    "incidentmail.cli.incident.declare_dialogue", "incidentmail.cli.incident.parts", "incidentmail.cli.preview.loop",
    "incidentmail.cli.print_errors",
    "incidentmail.core.command_text", "incidentmail.core.names.handles", "incidentmail.core.names.near_names",
    "incidentmail.inbound.alerts", "incidentmail.outbound.private_pages", "incidentmail.outbound.proposal_mails",
    "incidentmail.report.event_words", "incidentmail.report.hooks.payload", "incidentmail.transport.port_speech",
    "incidentmail.transport.relay_login",
}  # fmt: skip
# How many of our modules each command line may load in a process of its own. Each of them takes up to 0.1 ms, even if
# it is small. Raise a number only if every such command needs the module.
MODULES_MAX: Final = (
    (("list",), 175),
    (("status",), 170),
    (("show",), 185),
    (("declare", "Login is down"), 250),
)
LEAN: Final = SERVICE_ONLY | READS_MAIL | EXPLAINS | READS_TIMES
# Each command line, and what may not have been loaded once it has answered; one process runs all of them in turn.
LINES: Final = (
    (("--help",), LEAN | WRITES_MAIL | {"msgspec", "sqlite3", "email", "tomllib", "incidentmail.core"}),
    (("list", "--all"), LEAN | WRITES_MAIL),
    (("status",), LEAN | WRITES_MAIL),
    (("show",), LEAN),
    (("declare", "Login is down"), LEAN | {"incidentmail.core.decision.carry_out"}),
    (("log", "checkout"), SERVICE_ONLY | READS_MAIL),
    (("update", "checkout", "--severity", "1"), SERVICE_ONLY | READS_MAIL),
)
GARBAGE_SCRIPT: Final = """
import gc
from incidentmail.cli import main, start
main.main = lambda: print(gc.isenabled(), gc.get_freeze_count())
start.main()
"""
SCRIPT: Final = """
import json, sys
from incidentmail.cli.main import run
for line in json.loads(sys.argv[1]):
    code = run(line)
    print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def test_no_command_loads_what_it_does_not_need(installation: Installation) -> None:
    installation.declare("Checkout is rejecting card payments")
    said = run_script(installation, *(line for line, _ in LINES))
    assert [code for code, _ in said] == [int(line == ("status",)) for line, _ in LINES]  # no list has answered
    for (line, unwanted), (_, modules) in zip(LINES, said, strict=True):
        assert unwanted.isdisjoint(modules), (line, unwanted.intersection(modules))


@pytest.mark.parametrize(("line", "modules_max"), MODULES_MAX, ids=[line[0] for line, _ in MODULES_MAX])
def test_a_command_loads_few_modules(installation: Installation, line: tuple[str, ...], modules_max: int) -> None:
    installation.declare("Checkout is rejecting card payments")
    [(_, modules)] = run_script(installation, line)
    assert "dataclasses" not in modules  # whoever defines one waits 0.3 ms for it
    assert sum(name.partition(".")[0] == "incidentmail" for name in modules) <= modules_max


def test_a_declaration_loads_nothing_for_what_seldom_happens(installation: Installation) -> None:
    [(code, modules)] = run_script(installation, ("declare", "Login is down"))
    assert code == 0
    assert DECLARES_RARELY.isdisjoint(modules), DECLARES_RARELY.intersection(modules)


def test_modules_are_never_searched_for_garbage_and_everything_else_is() -> None:
    done = subprocess.run(
        [sys.executable, "-c", GARBAGE_SCRIPT], capture_output=True, text=True, timeout=PATIENCE_S, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    is_on, frozen = done.stdout.split()
    assert is_on == "True" and int(frozen) > 1000


def run_script(installation: Installation, *lines: tuple[str, ...]) -> list[tuple[int, list[str]]]:
    """Run command lines in one new process. Return the exit code of each, and the modules loaded by then."""
    env = {**os.environ, "INCIDENTMAIL_CONFIG": str(installation.config), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(lines)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
        env=env,
    )
    return [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[")]
