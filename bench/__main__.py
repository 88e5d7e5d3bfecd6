"""`python -m bench [ROOM...]`: prints each figure beside its floor. It never fails a build; it tells the truth."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from . import accepting, reading, starting, storing
from .table import COLUMNS, Missing, Row


def main() -> None:
    """Takes the figures room by room and prints them as they come."""
    asked = _arguments()
    rooms: dict[str, Callable[[Path], Iterable[Row | Missing]]] = {
        "start": starting.rows,
        "show": lambda folder: starting.show(folder, asked.show),
        "store": lambda folder: storing.rows(folder, asked.entries),
        "accept": lambda folder: accepting.rows(folder, asked.mails),
        "memory": lambda folder: accepting.memory(folder, asked.memory),
    }
    _say(f"{os.cpu_count()} processors; ratios are medians of alternating rounds\n\n{COLUMNS}")
    for name, room in rooms.items():
        if not asked.rooms or name in asked.rooms:
            with tempfile.TemporaryDirectory(prefix="incidentmail-bench-", dir=asked.folder) as folder:
                for row in room(Path(folder)):
                    _say(str(row))
    if not asked.rooms or "reading" in asked.rooms:
        _say("\nreading one reply; the floor is message_from_bytes with compat32")
        reading.main()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("rooms", nargs="*", help="start, show, store, accept, memory, reading; all of them without")
    parser.add_argument("--mails", type=int, default=1000, help="mails in each round of accepting")
    parser.add_argument("--entries", type=int, default=50_000, help="entries to verify and fold")
    parser.add_argument("--show", type=int, default=300_000, help="entries behind show")
    parser.add_argument("--memory", type=int, default=20_000, help="mails that serve takes while its memory is watched")
    parser.add_argument("--folder", help="where to work, on the disk that is meant; else the system's temporary folder")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
