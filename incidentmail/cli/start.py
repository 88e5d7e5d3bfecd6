"""Start the process of a command. The garbage collector is disabled before anything else is imported."""

from __future__ import annotations

import gc

OBJECTS_BEFORE_COLLECTION = 20_000
"""The number of new objects that triggers a collection, which is more than most commands create.

Python's default of 700 would cost them one hundredth of their time. `serve` still collects, in steps of a few
megabytes.
"""


def main() -> None:
    """Load the command line and run it. Its modules are never freed, so they are exempt from garbage collection."""
    gc.disable()
    from .main import main as run_command_line

    gc.freeze()
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)
    gc.enable()
    run_command_line()
