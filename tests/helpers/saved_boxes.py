"""Write mailboxes in the forms in which people have them on disk."""

from __future__ import annotations

import mailbox
from pathlib import Path


def as_maildir(path: Path, mails: list[bytes]) -> None:
    for part in ("tmp", "new", "cur"):
        (path / part).mkdir(parents=True)
    for number, raw in enumerate(mails):
        (path / ("new", "cur")[number % 2] / f"{number}.host:2,S").write_bytes(raw)


def as_mbox(path: Path, mails: list[bytes]) -> None:
    box = mailbox.mbox(str(path))
    for raw in mails:
        box.add(raw)
    box.close()


def as_files(path: Path, mails: list[bytes]) -> None:
    (path / "2026").mkdir(parents=True)
    for number, raw in enumerate(mails):
        (path / "2026" / f"{number}.eml").write_bytes(raw)
