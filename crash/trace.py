"""What a service did to its files and told its clients, in order, as strace recorded it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CALLS: Final = "pwrite64,fdatasync,fsync,ftruncate,unlink,recvfrom,sendto"
STRACE: Final = ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-xx", "-s", "4194304", "-e", f"trace={CALLS}"]
_CALL: Final = re.compile(
    r'(?P<pid>\d+) +(?P<name>\w+)\((?:(?P<fd>\d+)<(?P<path>[^>]*(?:->[^>]*)?)>)?(?:, )?(?:"(?P<data>[^"]*)")?'
    r"(?P<rest>.*?)\) += (?P<result>-?\d+).*"
)
_SYNC: Final = re.compile(r"(\d+) +f(?:data)?sync\(\d+<([^>]*)>.*")
_UNFINISHED: Final = re.compile(r"(\d+) +(.*) <unfinished \.\.\.>")
_RESUMED: Final = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes for a file, which may be anywhere between the program and the disk."""

    file: str
    at: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A file was made `size` bytes long."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class SyncBegun:
    """A thread began to sync a file. The sync covers what had been written until now."""

    file: str
    thread: str


@dataclass(frozen=True, slots=True)
class Synced:
    """What had been written to a file before the thread began to sync it is on the disk."""

    file: str
    thread: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The client was told 250 for the message of this name."""

    name: str


Step = Write | Cut | SyncBegun | Synced | Answered


def steps(path: Path) -> Iterator[Step]:
    """Yield the steps of a trace. A call counts when it returned, as nobody could rely on anything before that."""
    heard: dict[str, bytes] = {}
    for line in _whole_lines(path):
        if isinstance(line, SyncBegun):
            yield line
            continue
        found = _CALL.fullmatch(line)
        if found is None or int(found["result"]) < 0:
            continue
        data = bytes.fromhex((found["data"] or "").replace("\\x", ""))
        file, fd = _text(found["path"] or ""), found["fd"] or ""
        match found["name"]:
            case "pwrite64":
                yield Write(Path(file).name, int(found["rest"].rpartition(", ")[2], 0), data)
            case "ftruncate":
                yield Cut(Path(file).name, int(found["rest"].rpartition(", ")[2] or found["rest"], 0))
            case "fdatasync" | "fsync":
                yield Synced(Path(file).name, found["pid"])
            case "recvfrom":
                heard[fd] = heard.get(fd, b"") + data
            case "sendto" if heard.get(fd, b"").endswith(b"\r\n.\r\n") and data.startswith(b"250"):
                name = re.search(rb"^Message-ID: (\S+)", heard.pop(fd), re.MULTILINE)
                if name:
                    yield Answered(name[1].decode())
            case "sendto":
                if not heard.get(fd, b"").endswith(b"\r\n.\r\n"):
                    heard.pop(fd, None)


def _whole_lines(path: Path) -> Iterator[str | SyncBegun]:
    """Yield each call when it returned, and before it, a note if a sync began.

    A call is joined if another thread's call came in between.
    """
    begun: dict[str, str] = {}
    with path.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            if found := _SYNC.match(line):
                yield SyncBegun(Path(_text(found[2])).name, found[1])
            if found := _UNFINISHED.match(line):
                begun[found[1]] = found[2]
            elif (found := _RESUMED.match(line)) and found[1] in begun:
                yield f"{found[1]} {begun.pop(found[1])}{found[2]}"
            else:
                yield line.rstrip("\n")


def _text(hexed: str) -> str:
    """Return a path from the form in which `-xx` writes it."""
    return bytes.fromhex(hexed.replace("\\x", "")).decode() if hexed.startswith("\\x") else hexed
