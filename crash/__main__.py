"""`python -m crash`: four checks that what was answered 250 is kept. Exits with 1 if a promise was broken."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from . import faults, kill, replay
from .installation import Broken


def main() -> int:
    """Run the checks that were asked for, in a temporary folder."""
    asked = _arguments()
    rng = random.Random(asked.seed)
    checks: dict[str, Callable[[Path], Iterator[str]]] = {
        "kill": lambda folder: kill.check(folder, asked.acknowledged, rng),
        "replay": lambda folder: replay.check(folder, asked.mails, asked.points, rng),
        "faults": faults.check,
        "shared": lambda folder: _shared(folder, asked.shared, asked.kills, rng),
    }
    _say(f"seed {asked.seed}")
    broken = False
    with tempfile.TemporaryDirectory(prefix="incidentmail-crash-", dir=asked.folder) as folder:
        for name, check in checks.items():
            if asked.checks and name not in asked.checks:
                continue
            started = time.monotonic()
            try:
                for line in check(Path(folder)):
                    _say(f"{name}: {line}")
            except Broken as error:
                broken = True
                _say(f"{name}: BROKEN: {error}")
            _say(f"{name}: {time.monotonic() - started:.0f} s")
    return int(broken)


def _shared(folder: Path, acknowledged: int, kills: int, rng: random.Random) -> Iterator[str]:
    from . import shared  # it needs the server that the tests start: `make crash` names their folder

    return shared.check(folder, acknowledged, kills, rng)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make crash", description=__doc__)
    parser.add_argument("checks", nargs="*", help="kill, replay, faults, shared; all of them without")
    parser.add_argument("--acknowledged", type=int, default=2000, help="mails answered 250 while being killed")
    parser.add_argument("--mails", type=int, default=200, help="mails behind each replay")
    parser.add_argument("--points", type=int, default=120, help="moments of a power cut, four images each")
    parser.add_argument("--shared", type=int, default=3000, help="mails answered 250 by three services on one database")
    parser.add_argument("--kills", type=int, default=8, help="how often each of these and the database is killed")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="repeats a run as far as that goes")
    parser.add_argument("--folder", help="where to work; else the system's temporary folder")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
