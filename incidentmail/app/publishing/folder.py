"""Write files into a folder that a web server serves. Readers never see an incomplete file or a broken link.

The folder contains a list of the files that we wrote (`LIST`). Only the listed files are ever replaced or removed, and
a file is added to the list before it is written. So after a crash at any moment, all files are complete, and the next
run knows them all.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from incidentmail.core.frozen import Frozen, json_text, read_text
from incidentmail.errors import PagesError
from incidentmail.ledger.durable_files import sync

LIST = ".incidentmail"
"""The list of our files in a folder. It holds only names and digests, because anybody may read it."""
PART = ".incidentmail-part"
"""The temporary name of a file while it is written. One is enough, because only one process writes at a time."""
FILE_MODE, FOLDER_MODE = 0o644, 0o755
"""Everybody may read the files, because the web server runs as another user. It decides who may see the pages."""


class _Files(Frozen):
    """Our files, each with the digest of its last content, or "" if it may not have been written yet."""

    files: dict[str, str]


class PagesFolder:
    """A folder of pages. Open it with `open_folder`."""

    def __init__(self, path: Path, files: dict[str, str]) -> None:
        self.path, self._files = path, files

    def compare(self) -> None:
        """Compare all files with what we wrote. Those that differ are marked, so that they are written again."""
        for name in self._files:
            try:
                content = (self.path / name).read_bytes()
            except OSError:
                content = b""
            if hashlib.sha256(content).hexdigest() != self._files[name]:
                self._files[name] = ""

    @property
    def names(self) -> Collection[str]:
        """The names of the files that we wrote."""
        return self._files.keys()

    def write(self, pages: Mapping[str, str]) -> tuple[str, ...]:
        """Write the pages that differ from those in the folder, and return their names.

        New pages are written first, so that links to them work. Raise PagesError if a file cannot be written.
        """
        if outside := [name for name in pages if not _is_plain(name)]:
            raise PagesError(f"{outside[0]!r} cannot be the name of a page", hint="nothing was written")
        changed = [name for name, text in pages.items() if self._differs(name, text)]
        if changed:
            try:
                self._note({**dict.fromkeys(changed, ""), **self._files})
                for name in sorted(changed, key=lambda one: bool(self._files[one])):
                    self._put(name, pages[name].encode())
                    self._files[name] = _digest(pages[name])
                self._note(self._files)
            except OSError as error:
                raise _cannot(self.path, error) from error
        return tuple(changed)

    def keep_only(self, names: Collection[str]) -> tuple[str, ...]:
        """Remove our files that are not in `names`, and return the names of those removed.

        Before this call, make sure that no page links to them any more. Raise PagesError if a file cannot be removed.
        """
        gone = tuple(name for name in self._files if name not in names)
        if gone:
            try:
                for name in gone:
                    (self.path / name).unlink(missing_ok=True)
                sync(self.path)
                self._note({name: digest for name, digest in self._files.items() if name in names})
            except OSError as error:
                raise _cannot(self.path, error) from error
        return gone

    def _differs(self, name: str, text: str) -> bool:
        return self._files.get(name) != _digest(text) or not (self.path / name).is_file()

    def _note(self, files: dict[str, str]) -> None:
        self._put(LIST, json_text(_Files(files)).encode())
        self._files = files

    def _put(self, name: str, content: bytes) -> None:
        part = self.path / PART
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)  # O_EXCL follows no link
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, FILE_MODE)
            file.write(content)
            file.flush()
            os.fsync(handle)
        part.replace(self.path / name)


def open_folder(path: Path) -> PagesFolder:
    """Return the folder, and create it if it does not exist.

    Raise PagesError if it cannot be read or created, or if it holds files of other programs that could be overwritten.
    """
    try:
        if not path.exists():
            path.mkdir(mode=FOLDER_MODE)
            path.chmod(FOLDER_MODE)
        files = _files(path)
    except OSError as error:
        raise _cannot(path, error) from error
    if files is None and (foreign := _first(each.name for each in path.iterdir() if each.name != PART)):
        raise PagesError(
            f"{path} holds files that are not ours, such as {foreign}", hint="name an empty folder, or a new one"
        )
    return PagesFolder(path, dict(files.files) if files else {})


def fault_of(path: Path) -> str | None:
    """Return the reason why pages cannot be written into a folder, or None. The folder is not changed."""
    try:
        if not path.exists():
            parent = path.parent
            return None if os.access(parent, os.W_OK | os.X_OK) else f"it does not exist, and {parent} is closed to us"
        if not path.is_dir():
            return "it is no folder"
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            return "it is closed to us"
        if _files(path) is None and (foreign := _first(each.name for each in path.iterdir() if each.name != PART)):
            return f"it holds files that are not ours, such as {foreign}"
    except OSError as error:
        return error.strerror or str(error)
    except PagesError as error:
        return str(error)
    return None


def _files(path: Path) -> _Files | None:
    """Return our files in a folder as its list records them, or None if there is no list.

    Raise PagesError if the list is damaged.
    """
    try:
        text = (path / LIST).read_bytes()
    except FileNotFoundError:
        return None
    try:
        found = read_text(_Files, text)
    except ValueError as error:
        raise PagesError(
            f"{path / LIST}, the list of our files, is damaged", hint=f"empty {path}; all pages are written again"
        ) from error
    if not all(map(_is_plain, found.files)):
        raise PagesError(f"{path / LIST} names files outside of the folder", hint=f"empty {path}")
    return found


def _is_plain(name: str) -> bool:
    """Return whether `name` is a plain page name: without a folder, and not that of one of our auxiliary files."""
    return "/" not in name and not name.startswith(".") and "\0" not in name and bool(name)


def _cannot(path: Path, error: OSError) -> PagesError:
    hint = "check the folder's owner and the space on its disk"
    if error.errno == errno.EROFS:
        hint = f"under systemd the service may not write there: 'systemctl edit incidentmail', ReadWritePaths={path}"
    return PagesError(f"the pages in {path} cannot be written: {error.strerror or error}", hint=hint)


def _first(names: Iterable[str]) -> str | None:
    return min(names, default=None)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
