"""Read messages that were saved as files: a single message, a folder of them, a Maildir, or an mbox."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from incidentmail.errors import UnreadableInputError

_FORMS = "name a mail saved as a file (.eml), a folder of such files, a Maildir or an mbox"


class SavedMail(NamedTuple):
    """One message: the file that holds it, its position there if the file holds several, and its raw bytes."""

    file: str
    raw: bytes


def saved_mails(path: Path) -> Iterator[SavedMail]:
    """Yield every message at `path`, one at a time, ordered by file name or by position in the mbox.

    The subfolders of a Maildir (`.Sent` and so on) are included. Raise UnreadableInputError if there is no mail at
    `path`, or if it cannot be read.
    """
    try:
        if path.is_dir():
            found = False
            for file in _files_of(path):
                found = True
                yield SavedMail(str(file), file.read_bytes())
            if not found:
                raise UnreadableInputError(f"{path} holds no mail", hint=_FORMS)
        elif _is_mbox(path):
            yield from _mails_of_mbox(path)
        else:
            yield SavedMail(str(path), path.read_bytes())
    except OSError as error:
        raise UnreadableInputError(f"{error.filename or path}: {error.strerror}", hint=_FORMS) from error


def _files_of(folder: Path) -> Iterator[Path]:
    """Yield the files that hold messages: those in `new` and `cur` of each Maildir, and those with a name in .eml."""
    for file in sorted(folder.rglob("*")):
        is_maildirs = file.parent.name in ("new", "cur") and (file.parent.parent / "tmp").is_dir()
        if (is_maildirs or file.suffix.casefold() == ".eml") and file.is_file():
            yield file


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(5) == b"From "


def _mails_of_mbox(path: Path) -> Iterator[SavedMail]:
    box = mailbox.mbox(str(path), create=False)
    try:
        for number, key in enumerate(box.iterkeys(), start=1):
            yield SavedMail(f"{path}, mail {number}", box.get_bytes(key))
    finally:
        box.close()
