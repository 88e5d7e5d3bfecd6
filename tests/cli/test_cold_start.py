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
READS_MAIL: Final = {"incidentmail.inbound.message", "incidentmail.reply", "incidentmail.app.receiving.judge"}
# What writes mail, and what explains what is not there: a command that only looks needs none of it.
WRITES_MAIL: Final = {
    "jinja2", "smtplib", "email.policy", "subprocess", "difflib", "incidentmail.outbound", "incidentmail.app.actions",
    "incidentmail.core.leaks.leaked_secrets", "incidentmail.cli.shapes", "incidentmail.config.faults",
}  # fmt: skip
# Each command line, and what may not have been loaded once it has answered; one process runs all of them in turn.
LINES: Final = (
    (
        ("--help",),
        SERVICE_ONLY | READS_MAIL | {"pydantic", "msgspec", "jinja2", "sqlite3", "email", "incidentmail.core"},
    ),
    (("list", "--all"), SERVICE_ONLY | READS_MAIL | WRITES_MAIL),
    (("declare", "Checkout is rejecting card payments"), SERVICE_ONLY | READS_MAIL),
    (("show",), SERVICE_ONLY | READS_MAIL),
    (("log",), SERVICE_ONLY | READS_MAIL),
    (("update", "--severity", "1"), SERVICE_ONLY | READS_MAIL),
)
SCRIPT: Final = """
import json, sys
from incidentmail.cli.main import run
for line in json.loads(sys.argv[1]):
    code = run(line)
    print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def test_no_command_loads_what_it_does_not_need(installation: Installation) -> None:
    lines = json.dumps([line for line, _ in LINES])
    env = {**os.environ, "INCIDENTMAIL_CONFIG": str(installation.config), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, lines], capture_output=True, text=True, timeout=PATIENCE_S, check=True, env=env
    )
    said = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("[")]
    assert [code for code, _ in said] == [0] * len(LINES), done.stderr
    for (line, unwanted), (_, modules) in zip(LINES, said, strict=True):
        assert unwanted.isdisjoint(modules), line
