"""What is loaded before a command answers: whoever declares at night must not wait for the listener's libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from patience import PATIENCE_S

if TYPE_CHECKING:
    from conftest import Installation

ROOT: Final = Path(__file__).parents[2]
SERVICE_ONLY: Final = {
    "aiosmtpd", "asyncio", "authres", "dkim", "dns", "imapclient", "prometheus_client", "psycopg", "rich", "selectolax",
}  # fmt: skip
READS_MAIL: Final = {
    "resource", "incidentmail.inbound.message", "incidentmail.isolation.worker", "incidentmail.reply",
    "incidentmail.app.receiving.judge",
}  # fmt: skip
# What explains faults, and what reads words that were not given.
EXPLAINS: Final = {"pydantic", "pydantic_core", "annotated_types", "difflib", "traceback", "incidentmail.config.faults"}
READS_TIMES: Final = {"incidentmail.core.time_forms"}
# What writes mail: a command that only looks needs none of it.
WRITES_MAIL: Final = {
    "jinja2", "smtplib", "email.policy", "subprocess", "incidentmail.outbound", "incidentmail.app.actions",
    "incidentmail.core.leaks.leaked_secrets", "incidentmail.cli.shapes",
}  # fmt: skip
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
SCRIPT: Final = """
import json, sys
from incidentmail.cli.main import run
for line in json.loads(sys.argv[1]):
    code = run(line)
    print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def test_no_command_loads_what_it_does_not_need(installation: Installation) -> None:
    installation.declare("Checkout is rejecting card payments")
    lines = json.dumps([line for line, _ in LINES])
    env = {**os.environ, "INCIDENTMAIL_CONFIG": str(installation.config), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, lines], capture_output=True, text=True, timeout=PATIENCE_S, check=True, env=env
    )
    said = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[")]
    assert [code for code, _ in said] == [int(line == ("status",)) for line, _ in LINES]  # no list has answered
    for (line, unwanted), (_, modules) in zip(LINES, said, strict=True):
        assert unwanted.isdisjoint(modules), (line, unwanted.intersection(modules))
