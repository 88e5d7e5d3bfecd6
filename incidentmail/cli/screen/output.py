"""Print lines for people: wrapped and coloured on a terminal, plain and unwrapped in a pipe or a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

import click

from incidentmail.core.lazy_pattern import lazy_pattern

from .layout import Line, Span, Style, cells, plain, wrapped

WIDTH_MIN, WIDTH_USUAL, WIDTH_UNLIMITED = 40, 80, 1000
"""The first is the minimum width for wrapping. The last is used for pipes, because programs expect whole lines."""
_STYLES: dict[Style, str] = {
    "strong": "bold", "faint": "dim", "alarm": "bold red", "warn": "yellow", "good": "green",
}  # fmt: skip


def width_of_screen(stream: TextIO | None = None) -> int:
    """Return the number in $COLUMNS, or else the number of columns of the terminal, but at least 40.

    If there is no terminal, return WIDTH_UNLIMITED.
    """
    if not is_terminal(stream):
        return WIDTH_UNLIMITED
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and 0 < int(given) < WIDTH_UNLIMITED:
        return max(WIDTH_MIN, int(given))
    try:
        return max(WIDTH_MIN, os.get_terminal_size((stream or sys.stdout).fileno()).columns or WIDTH_USUAL)
    except (OSError, ValueError):  # the terminal does not report its width
        return WIDTH_USUAL


def has_colour(stream: TextIO | None = None) -> bool:
    """Return whether a stream is a terminal with colours, unless $NO_COLOR requests plain text."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def is_terminal(stream: TextIO | None = None) -> bool:
    """Return whether a stream is a terminal. If no stream is given, standard output is checked."""
    stream = stream or sys.stdout
    return stream is not None and not stream.closed and stream.isatty()


def show(lines: Iterable[Line], *, err: bool = False) -> None:
    """Print lines on standard output, or on standard error."""
    stream = sys.stderr if err else sys.stdout
    if not has_colour(stream):
        for line in lines:
            click.echo(plain(line), err=err)
        return
    from rich.console import Console  # imported here because it loads slowly and is only needed for a terminal
    from rich.text import Text

    console = Console(
        file=stream, force_terminal=True, color_system="standard", highlight=False, markup=False, emoji=False,
        legacy_windows=False,
    )  # fmt: skip
    for line in lines:
        text = Text.assemble(*((span.text, _STYLES.get(span.style, "")) for span in line), end="")
        text.rstrip()
        console.print(text, soft_wrap=True)


_WORD = lazy_pattern(r"""(?:'[^']*'|"[^"]*"|[^\s;'"])+""")
_COMMAND = lazy_pattern(r"""(?:(?<=[:?] )|^)incidentmail(?: (?:'[^']*'|"[^"]*"|[^\s;'"])+)+""")
"""A whole command at the end of a sentence, as in hints. It has to work when pasted."""
_HEADS: tuple[tuple[str, Style], ...] = (
    ("incidentmail: error:", "alarm"), ("incidentmail: warning:", "warn"), ("hint:", "good"),
)  # fmt: skip


def say(text: str = "", *, err: bool = False) -> None:
    """Print text that may come from mail, made safe for a terminal. On a terminal, wrap it between words."""
    stream = sys.stderr if err else sys.stdout
    if not is_terminal(stream):
        show([(Span(text),)], err=err)
        return
    head, style = next(((head, style) for head, style in _HEADS if text.startswith(head)), ("", ""))
    width = width_of_screen(stream)
    if len(text) > width and (found := _COMMAND.search(text)):
        before, after = text[len(head) : found.start()].rstrip(), text[found.end() :].lstrip("; ")
        show(wrapped([Span(head, style), Span(before)], width, indent=2), err=err)
        show([(Span(line),) for line in continued(found[0], width)], err=err)
        show(wrapped(f"  {after}", width) if after else (), err=err)
        return
    show(wrapped([Span(head, style), Span(text[len(head) :])], width, indent=2), err=err)


def continued(command: str, width: int) -> list[str]:
    """Return a command as lines that a shell rejoins when they are pasted. A word in quotes is never broken.

    >>> print("\\n".join(continued("incidentmail update checkout -m 'The disk was full'", 32)))
      incidentmail update checkout \\
      -m 'The disk was full'
    """
    lines = ["  incidentmail"]
    for word in _WORD.findall(command)[1:]:
        if cells(f"{lines[-1]} {word} \\") > width:
            lines[-1] += " \\"
            lines.append(f"  {word}")
        else:
            lines[-1] += f" {word}"
    return lines
