"""Start the process of a command. Nothing is imported here before the garbage collector is off."""

from __future__ import annotations

import gc

OBJECTS_BEFORE_COLLECTION = 20_000
"""More than most commands make after their modules are loaded. Python's own 700 costs them one hundredth of their time,
and `serve` collects as before, in steps of a few megabytes."""


def main() -> None:
    """Load the command line and run it. Its modules stay until the process ends, so they are never garbage."""
    gc.disable()
    from .main import main as run_command_line

    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)
    gc.enable()
    run_command_line()
