"""SIGKILL at every step of accept and apply, and at random. Then everything is sent again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .installation import Broken, Installation

CALLS: Final = ("pwrite64", "fdatasync")
EACH: Final = 60
"""How many messages wait in each round."""
LATEST_S: Final = 0.6


def check(folder: Path, acknowledged: int, rng: random.Random) -> Iterator[str]:
    """Yield what was found, line by line. Raise Broken."""
    installation = Installation(folder / "kill")
    stepped = _stepped(installation, max(4, acknowledged // 80)) if shutil.which("strace") else 0
    yield (
        f"killed {stepped} times at the n-th {' or '.join(CALLS)} of the service; "
        f"{len(installation.taken)} mails answered 250"
        if stepped
        else "strace is not installed: no kill at the n-th write, only at random"
    )
    rounds = 0
    while len(installation.taken) < acknowledged:
        installation.write(max(0, EACH - len(installation.waiting)))
        _randomly(installation, rng, rounds)
        rounds += 1
    installation.settle()
    answers = dict(sorted(installation.answers.items()))
    yield f"killed {rounds} times at random or after the n-th answer; answers {answers}"
    aside = f"; {len(installation.set_aside)} of them set aside, as their reading was killed three times, and assigned"
    all_there = f"all {len(installation.taken)} mails answered 250 are in the ledger, each once, and it holds"
    yield all_there + (aside if installation.set_aside else "")


def _stepped(installation: Installation, rounds: int) -> int:
    """Kill the service at its n-th write or sync, for growing n."""
    for number in range(rounds):
        call, nth = CALLS[number % 2], 1 + number * number // 6
        installation.write(max(0, EACH - len(installation.waiting)))
        under = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, "-e", f"trace={call}"]
        under += ["-e", f"inject={call}:signal=SIGKILL:when={nth}"]
        with installation.served(under=under, killed=True) as (port, _):
            if port:
                installation.send(port)
    return rounds


def _randomly(installation: Installation, rng: random.Random, number: int) -> None:
    """Kill it after a random time, or as soon as a random number of messages has been answered."""
    with installation.served(killed=True) as (port, pid):
        if not pid:
            raise Broken("serve did not start after a kill")
        enough, latest = len(installation.taken) + rng.randrange(EACH), time.monotonic() + rng.uniform(0, LATEST_S)

        def kill() -> None:
            while (
                time.monotonic() < latest if number % 2 else len(installation.taken) < enough and installation.waiting
            ):
                time.sleep(0.0005)
            os.kill(pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        installation.send(port)
        killer.join()
