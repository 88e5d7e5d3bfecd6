"""A disk that fails and a disk that is full: the answer is 451, and what was answered 250 is there afterwards."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .installation import Broken, Installation

MAILS: Final = 300
FULL_KB: Final = 700
"""The largest size of the service's files. Above it, the service gets the error of a full disk, under any user."""
FAULTS: Final = (
    ("fdatasync fails once in a while (EIO)", "fdatasync:error=EIO:when=6+9"),
    ("every fdatasync fails from the fortieth on (EIO)", "fdatasync:error=EIO:when=40+"),
    ("writing fails once in a while (EIO)", "pwrite64:error=EIO:when=50+61"),
    ("the disk is full from the hundredth write on (ENOSPC)", "pwrite64:error=ENOSPC:when=100+"),
)


def check(folder: Path) -> Iterator[str]:
    """Yield what was found, line by line. Raise Broken."""
    yield _one(folder, "a file size limit", ["sh", "-c", f'ulimit -f {FULL_KB * 2}; exec "$@"', "sh"])
    if shutil.which("strace") is None:
        yield "strace is not installed: no failing fdatasync"
        return
    for what, inject in FAULTS:
        call = inject.partition(":")[0]
        under = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, "-e", f"trace={call}"]
        yield _one(folder, what, [*under, "-e", f"inject={inject}"])


def _one(folder: Path, what: str, under: list[str]) -> str:
    installation = Installation(folder / f"fault-{len(list(folder.iterdir()))}")
    installation.write(MAILS)
    with installation.served(under=under, killed=True) as (port, _):
        installation.send(port)
        installation.send(port)
    seen = dict(sorted(installation.answers.items()))
    if not installation.answers[451] or not installation.taken:
        raise Broken(f"{what}: wanted both 250 and 451, got {seen}")
    if unwanted := [code for code in seen if code not in (0, 250, 451, 421)]:
        raise Broken(f"{what}: it was answered with {unwanted}")
    installation.settle()
    return f"{what}: answers {seen}; after a restart all {len(installation.taken)} mails answered 250 are there, once"
