"""A terminal with `incidentmail` in it, and a person who types."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from patience import PATIENCE_S

if TYPE_CHECKING:
    from conftest import Installation


class Terminal:
    """A terminal with `incidentmail` in it, and a person who types."""

    def __init__(self, installation: Installation, *args: str, editor: str = "true") -> None:
        self.master, slave = pty.openpty()
        self.seen = ""
        env = {
            **os.environ,
            "INCIDENTMAIL_CONFIG": str(installation.config),
            "HOME": str(installation.path),
            "EDITOR": editor,
        }
        env |= {"TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"}
        env.pop("VISUAL", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "incidentmail", *args], stdin=slave, stdout=slave, stderr=slave, env=env
        )
        os.close(slave)

    def sees(self, text: str) -> str:
        """Wait until `text` is shown. Return everything shown since the last call."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.seen:
            if not select.select([self.master], [], [], 0.2)[0]:
                assert time.monotonic() < deadline, f"{text!r} was never shown: {self.seen}"
                continue
            try:
                self.seen += os.read(self.master, 65_536).decode()
            except OSError as error:  # the other side has closed it
                raise AssertionError(f"{text!r} was never shown: {self.seen}") from error
        before, _, self.seen = self.seen.partition(text)
        return before + text

    def types(self, line: str = "") -> None:
        os.write(self.master, f"{line}\n".encode())

    def ends(self) -> int:
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


Typing = Callable[..., Terminal]
"""Opens a terminal with the command line that it is given."""


@contextmanager
def typing(installation: Installation) -> Iterator[Typing]:
    """Open terminals in the block, and close them all at its end."""
    opened: list[Terminal] = []

    def begin(*args: str) -> Terminal:
        opened.append(Terminal(installation, *args))
        return opened[-1]

    try:
        yield begin
    finally:
        for one in opened:
            one.close()
