"""Show the progress of a long command."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final

import click

SECONDS_BETWEEN: Final = 0.1
"""The minimum time between two writes of the line, so that showing progress costs little."""


def progress_of(done: str, what: str) -> Callable[[int, int], None]:
    """Return a function that prints progress such as `read 3 of 9 mails`, if standard error is a terminal."""
    shown_at = 0.0

    def show(number: int, total: int) -> None:
        nonlocal shown_at
        now = time.monotonic()
        if sys.stderr.isatty() and (number == total or now - shown_at >= SECONDS_BETWEEN):
            shown_at = now
            click.echo(f"\r{done} {number:,} of {total:,} {what}", nl=number == total, err=True)

    return show
