"""The cold start of the command line, and `show` on a long ledger."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from .filling import fill
from .servers import server, write_config
from .table import Row, compare, seconds

ROUNDS: Final = 9
DECLARE_MS_MAX: Final = 250
CLICK: Final = ("-c", "import click")
OWN_MODULES: Final = ("-c", "import incidentmail.cli.incident.declare, jinja2")


def rows(folder: Path) -> Iterator[Row]:
    """Whole processes, from start to end."""
    yield compare(
        "--help", "ms", process("-m", "incidentmail", "--help"), process(*CLICK), goal=1.3, at="most", rounds=ROUNDS,
        how='python -c "import click"',
    )  # fmt: skip
    (folder / "start").mkdir()
    with server("empty", write_config(folder / "start")) as (relay, _):
        config = write_config(folder / "start", relay=relay, mute=False)
        number = itertools.count()

        def declare() -> float:
            words = ("declare", f"Checkout is rejecting cards {next(number)}")
            return process("-m", "incidentmail", "--config", str(config), *words)()

        declare()  # makes ledger and key
        row = compare("declare: durable, and sent over SMTP", "ms", declare, process(*OWN_MODULES), goal=1.5,
                      at="most", rounds=ROUNDS, how=f"python {OWN_MODULES[0]} {OWN_MODULES[1]!r}")  # fmt: skip
    yield row
    yield Row(what="declare, in all", unit="ms", ours=row.ours, floor=None, ratio=None, goal=DECLARE_MS_MAX, at="most",
              how="none, it is a bound for a machine at rest")  # fmt: skip


def show(folder: Path, size: int) -> Iterator[Row]:
    """`show` where the ledger has `size` entries."""
    sides = []
    for entries in (1_000, size):
        (folder / f"show-{entries}").mkdir()
        config = write_config(folder / f"show-{entries}")
        newest = fill(folder / f"show-{entries}" / "ledger.db", entries)
        sides.append(process("-m", "incidentmail", "--config", str(config), "show", newest))
    yield compare(f"show on {size:,} entries", "ms", sides[1], sides[0], goal=1.15, at="most", rounds=ROUNDS,
                  how="the same command on 1,000 entries")  # fmt: skip


def process(*words: str, check: bool = True) -> Callable[[], float]:
    """Milliseconds from its start to its end; with `check` it has to end well."""

    def run() -> None:
        subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=check)

    return lambda: seconds(run) * 1000
