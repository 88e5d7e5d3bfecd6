"""Rebuild the disks that a power cut could leave behind from what the service wrote, and open and search each.

Between two syncs the kernel may keep any part of the writes, in pieces of 512 bytes and in any order. `kill -9` cannot
show that, because the kernel outlives the process.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from incidentmail.ledger.sqlite.store import SqliteLedger

from .installation import SERVE, Broken, Installation
from .trace import STRACE, Answered, Cut, Step, SyncBegun, Synced, Write, steps

SECTOR: Final = 512
FILES: Final = ("ledger.db", "ledger.db-wal")
WAYS: Final = ("nothing", "everything", "torn", "torn")
_MESSAGE_ID: Final = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


@dataclass
class Disk:
    """What is certainly on the disk, and what was written to each file and is not covered by a sync."""

    files: dict[str, bytearray]
    pending: dict[str, list[Write | Cut]] = field(default_factory=dict)
    syncing: dict[str, tuple[Write | Cut, ...]] = field(default_factory=dict)
    """What each thread that syncs will have synced: only what was written before it began."""
    answered: list[str] = field(default_factory=list)

    def take(self, step: Step) -> None:
        """Apply one step to the disk."""
        match step:
            case Write() | Cut():
                self.pending.setdefault(step.file, []).append(step)
            case SyncBegun():
                self.syncing[step.thread] = tuple(self.pending.get(step.file, ()))
            case Synced():
                self._sync(step.file, self.syncing.pop(step.thread))
            case Answered():
                self.answered.append(step.name)

    def _sync(self, file: str, changes: Sequence[Write | Cut]) -> None:
        waiting = self.pending.get(file, [])
        for change in changes:
            if waiting and waiting[0] is change:  # otherwise another thread's sync was faster
                _change(self.files.setdefault(file, bytearray()), waiting.pop(0))

    def after_cut(self, way: str, rng: random.Random) -> dict[str, bytearray]:
        """Return the files as they may be found: with nothing, everything or pieces of what was not synced."""
        found = {name: bytearray(content) for name, content in self.files.items()}
        for name, changes in self.pending.items():
            for change in changes if way != "nothing" else ():
                for piece in [change] if way == "everything" else _pieces(change):
                    if way == "everything" or rng.random() < 0.5:
                        _change(found.setdefault(name, bytearray()), piece)
        return found


def check(folder: Path, mails: int, points: int, rng: random.Random) -> Iterator[str]:
    """Yield what was found, line by line. Raise Broken."""
    if shutil.which("strace") is None:
        yield "strace is not installed: no replay of writes"
        return
    images, answered, lost = _replay(folder / "full", SERVE, mails, points, rng)
    if lost:
        raise Broken(f"a power cut loses {lost[0]}, which was answered 250, and others in {len(lost)} images")
    yield f"synchronous=FULL: {images} images of the disk, {answered} mails answered 250: none lost"
    images, answered, lost = _replay(folder / "loose", ("crash.loose",), mails, points, rng)
    if not lost:
        raise Broken("synchronous=NORMAL was forced and nothing was lost: this check sees nothing")
    yield f"synchronous=NORMAL, forced: {images} images, {answered} mails: {len(lost)} images lost mail, as they must"


def _replay(
    folder: Path, module: Sequence[str], mails: int, points: int, rng: random.Random
) -> tuple[int, int, list[str]]:
    """Return how many images were searched, how many messages answered, and the first loss of each bad image."""
    installation = Installation(folder)
    disk = Disk({"ledger.db": bytearray(installation.ledger.read_bytes())})
    installation.write(mails)
    with installation.served(under=[*STRACE, "-o", str(folder / "trace")], module=module) as (port, _):
        installation.send(port)
    taken = list(steps(folder / "trace"))
    if len(installation.taken) != sum(isinstance(step, Answered) for step in taken):
        raise Broken(f"the trace shows other answers than the {len(installation.taken)} that came")
    chosen = set(rng.sample(range(len(taken)), min(points // 2, len(taken))))
    answers = [number for number, step in enumerate(taken) if isinstance(step, Answered)]
    chosen |= set(rng.sample(answers, min(points // 2, len(answers))))
    images, lost = 0, []
    for number, step in enumerate(taken):
        disk.take(step)
        for way in WAYS if number in chosen else ():
            images += 1
            missing = set(disk.answered) - _found(folder / "image", disk.after_cut(way, rng))
            lost += [min(missing)] if missing else []
    return images, len(disk.answered), lost


def _found(folder: Path, files: dict[str, bytearray]) -> set[str]:
    """Return the Message-IDs of the accepted messages on such a disk. Raise Broken if the ledger is not sound."""
    folder.mkdir()
    try:
        for name in FILES:
            if files.get(name):
                (folder / name).write_bytes(files[name])
        ledger = SqliteLedger(folder / "ledger.db")
        try:
            with ledger.snapshot() as view:
                (sound,) = view.connection.execute("PRAGMA integrity_check").fetchone()
                seqs = [seq for (seq,) in view.connection.execute("SELECT seq FROM accepted").fetchall()]
                raws = [mail.raw for seq in seqs if (mail := view.accepted(seq)) is not None]
            verdict = ledger.verify()
        finally:
            ledger.close()
    finally:
        shutil.rmtree(folder)
    if sound != "ok" or not verdict.ok:
        raise Broken(f"after a power cut the ledger does not hold: {verdict.reason or sound}")
    return {found[1].decode() for raw in raws if (found := _MESSAGE_ID.search(raw))}


def _change(content: bytearray, change: Write | Cut) -> None:
    end = change.size if isinstance(change, Cut) else change.at + len(change.data)
    content.extend(bytes(max(0, end - len(content))))
    if isinstance(change, Cut):
        del content[end:]
    else:
        content[change.at : end] = change.data


def _pieces(change: Write | Cut) -> Iterator[Write | Cut]:
    if isinstance(change, Cut):
        yield change
        return
    for start in range(0, len(change.data), SECTOR):
        yield Write(change.file, change.at + start, change.data[start : start + SECTOR])
