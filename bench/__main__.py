"""`python -m bench [ROOM...]`: print each figure beside its floor.

With --strict (`make bench STRICT=1`) it exits with 1 if a goal marked "must" is not met. Those goals hold on any
machine: processor time compared with a floor of the same run, and memory. The other goals are shown and never make
the run fail: some are not met yet, and some depend on how busy the machine is.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from . import (
    accepting,
    flood,
    hostile,
    hostile_search,
    isolated,
    line_search,
    publishing,
    reading,
    rebuilding,
    starting,
    storing,
    storm,
)
from .table import COLUMNS, Missing, Row

ROOMS = ("start", "show", "store", "rebuild", "accept", "storm", "memory", "pages", "shared", "reading", "hostile")


def main() -> int:
    """Measure room by room, and print each figure as soon as it is known.

    Return 1 if a goal marked "must" is not met.
    """
    asked = _arguments()
    rooms: dict[str, Callable[[Path], Iterable[Row | Missing]]] = {
        "start": starting.rows,
        "show": lambda folder: starting.show(folder, asked.show),
        "store": lambda folder: storing.rows(folder, asked.entries),
        "rebuild": lambda folder: rebuilding.rows(folder, asked.rebuild),
        "accept": lambda folder: itertools.chain(accepting.rows(folder, asked.mails), flood.rows(folder)),
        "storm": lambda folder: storm.rows(folder, asked.storm),
        "memory": lambda folder: accepting.memory(folder, asked.memory),
        "pages": publishing.rows,
        "shared": lambda folder: _shared(folder, asked.shared),
        "reading": lambda folder: reading.rows(),
        "hostile": lambda folder: itertools.chain(
            hostile.rows(), line_search.rows(), isolated.rows(folder), hostile_search.rows()
        ),
    }
    _say(f"{os.cpu_count()} processors; ratios are medians of alternating rounds, or of the best\n\n{COLUMNS}")
    rows: list[Row] = []
    for name, room in rooms.items():
        if not asked.rooms or name in asked.rooms:
            with tempfile.TemporaryDirectory(prefix="incidentmail-bench-", dir=asked.folder) as folder:
                for row in room(Path(folder)):
                    _say(str(row))
                    rows += [row] if isinstance(row, Row) else []
    return verdict(rows, is_strict=asked.strict)


def _shared(folder: Path, count: int) -> Iterable[Row]:
    from . import sharing  # it needs the server that the tests start: `make bench` names their folder

    return sharing.rows(folder, count)


def verdict(rows: Iterable[Row], *, is_strict: bool) -> int:
    """Print the goals marked "must" that are not met. Return 1 if there are any and `is_strict` is true."""
    broken = [row for row in rows if row.is_broken]
    for row in broken:
        sys.stderr.write(f"bench: error: {row.what}: the goal must be met, and is not\n")
    return 1 if broken and is_strict else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__, epilog=f"rooms: {', '.join(ROOMS)}")
    parser.add_argument("rooms", nargs="*", help="the rooms to measure; all of them if none is named")
    parser.add_argument("--strict", action="store_true", help="end with 1 if a goal that must be met is not")
    parser.add_argument("--mails", type=int, default=1000, help="mails in each round of accepting")
    parser.add_argument("--entries", type=int, default=50_000, help="entries to verify and fold")
    parser.add_argument("--show", type=int, default=300_000, help="entries behind show")
    parser.add_argument("--rebuild", type=int, default=2000, help="mails in the archive of which a ledger is made")
    parser.add_argument("--storm", type=int, default=5000, help="replies in the storm")
    parser.add_argument("--memory", type=int, default=20_000, help="mails that serve takes while its memory is watched")
    parser.add_argument("--shared", type=int, default=600, help="mails in each round of three services on a database")
    parser.add_argument("--folder", help="where to work, on the disk that is meant; else the system's temporary folder")
    asked = parser.parse_args()
    if unknown := set(asked.rooms).difference(ROOMS):
        parser.error(f"there is no room {', '.join(sorted(unknown))}; there are {', '.join(ROOMS)}")
    return asked


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
