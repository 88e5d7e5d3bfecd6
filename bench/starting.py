"""The cold start of the command line, and `show` on a long ledger."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from .filling import fill
from .servers import server, write_config
from .table import Row, compare, seconds

ROUNDS: Final = 11
SMALL: Final = 1_000
"""The number of entries in the ledger that `list`, `show` and `status` read."""
# What any command of this kind has to import. This floor does not grow with our own imports.
HELP_FLOOR: Final = "import click"
LOOK_FLOOR: Final = "import click, sqlite3, json, tomllib"
DECLARE_FLOOR: Final = "import click, jinja2, sqlite3, smtplib, email.message, tomllib"


def rows(folder: Path) -> Iterator[Row]:
    """Measure whole processes, from start to end."""
    yield _against("--help", process("-m", "incidentmail", "--help"), HELP_FLOOR, goal=1.3)
    yield _declare(folder)
    (folder / "look").mkdir()
    config = write_config(folder / "look")
    fill(folder / "look" / "ledger.db", SMALL)
    for command in ("list", "show", "status"):
        ours = process("-m", "incidentmail", "--config", str(config), command, check=command != "status")
        yield _against(command, ours, LOOK_FLOOR, goal=2.5)


def _declare(folder: Path) -> Row:
    (folder / "start").mkdir()
    with server("empty", write_config(folder / "start")) as (relay, _):
        config = write_config(folder / "start", relay=relay, mute=False)
        number = itertools.count()

        def declare() -> float:
            words = ("declare", f"Checkout is rejecting cards {next(number)}")
            return process("-m", "incidentmail", "--config", str(config), *words)()

        return _against("declare: durable, and sent over SMTP", declare, DECLARE_FLOOR, goal=1.8)


def _against(what: str, ours: Callable[[], float], floor: str, *, goal: float) -> Row:
    how = f'python -c "{floor}"'
    ours()  # writes the bytecode of our modules if this is their first run: those of the floor have theirs
    return compare(what, "ms", ours, process("-c", floor), goal=goal, at="most", rounds=ROUNDS, how=how)


def show(folder: Path, size: int) -> Iterator[Row]:
    """Measure `show` on a ledger with `size` entries."""
    sides = []
    for entries in (SMALL, size):
        (folder / f"show-{entries}").mkdir()
        config = write_config(folder / f"show-{entries}")
        newest = fill(folder / f"show-{entries}" / "ledger.db", entries)
        sides.append(process("-m", "incidentmail", "--config", str(config), "show", newest))
    yield compare(f"show on {size:,} entries", "ms", sides[1], sides[0], goal=1.15, at="most", rounds=ROUNDS,
                  how="the same command on 1,000 entries")  # fmt: skip


def process(*words: str, check: bool = True) -> Callable[[], float]:
    """Milliseconds from its start to its end, with bytecode, as if installed; with `check` it has to end well."""

    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run() -> None:
        quiet = subprocess.DEVNULL
        subprocess.run([sys.executable, *words], stdout=quiet, stderr=quiet, check=check, env=env)

    return lambda: seconds(run) * 1000
