"""Type the commands of a terminal session in a document again, and compare the output."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_BLOCK: Final = re.compile(r"^( *)```console\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_MARK: Final = "the command has ended with"
ANYTHING: Final = "..."
"""In a document, this stands for text that differs each time: part of a line, or, alone on a line, any lines."""


@dataclass(frozen=True)
class Step:
    """A command, and the lines that it shows."""

    command: str
    shown: tuple[str, ...]


def steps_of(document: Path) -> list[Step]:
    """Return the commands in the console blocks of a document, in order. A backslash continues a command."""
    found: list[Step] = []
    for indent, block in _BLOCK.findall(document.read_text(encoding="utf-8")):
        lines = [line.removeprefix(indent) for line in block.replace(f"\\\n{indent}> ", "").splitlines()]
        for line in lines:
            if line.startswith("$ "):
                found.append(Step(line.removeprefix("$ "), ()))
            else:
                found[-1] = Step(found[-1].command, (*found[-1].shown, line))
    return found


def shows_as_written(step: Step, output: str) -> bool:
    """Return whether `output` is what the document shows for this step.

    >>> shows_as_written(Step("x", ("one ... three", "...", "last")), "one two three\\n4\\n5\\nlast\\n")
    True
    """
    wanted = "".join(
        r"(?:.*\n)*" if line == ANYTHING else re.escape(line).replace(re.escape(ANYTHING), ".*?") + r"\n"
        for line in step.shown
    )
    whole = "".join(f"{line.rstrip()}\n" for line in output.strip().splitlines())
    return re.fullmatch(wanted, whole) is not None


class Shell:
    """A bash in which commands are typed one after the other. `instead` replaces parts of each command.

    Output is translated back into the words of the document. `before` holds lines of bash, such as functions.
    """

    def __init__(self, *, before: str, instead: Mapping[str, str], env: Mapping[str, str], cwd: Path) -> None:
        self._instead = instead
        self._bash = subprocess.Popen(
            ["bash", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=dict(env), cwd=cwd, start_new_session=True,
        )  # fmt: skip
        self._write(before)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._write("kill $(jobs -p) 2>/dev/null; wait")
        assert self._bash.stdin is not None and self._bash.stdout is not None
        self._bash.stdin.close()
        self._bash.wait()
        self._bash.stdout.close()

    def types(self, command: str) -> tuple[int, str]:
        """Return the exit code of a command, and its whole output."""
        for written, real in self._instead.items():
            command = command.replace(written, real)
        self._write(f"{command}\nprintf '\\n%s %s\\n' {_MARK!r} $?")
        shown: list[str] = []
        assert self._bash.stdout is not None
        for line in self._bash.stdout:
            if line.startswith(_MARK):
                return int(line.rpartition(" ")[2]), self._as_written("".join(shown))
            shown.append(line)
        raise AssertionError(f"bash has ended after {command!r}: {''.join(shown)}")

    def _as_written(self, shown: str) -> str:
        for written, real in self._instead.items():
            shown = shown.replace(real, written)
        return shown

    def _write(self, text: str) -> None:
        assert self._bash.stdin is not None
        self._bash.stdin.write(f"{text}\n")
        self._bash.stdin.flush()
