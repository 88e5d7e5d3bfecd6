"""Name the streams of the ledger that belong to no incident. Incident ids begin with a date, so they never clash."""

from __future__ import annotations

from typing import Final

RECORD: Final = "ledger"
"""The stream of events about the record itself (record_events.py)."""
DRILLS: Final = "drills"
"""The stream of all drill runs (core/drills/drill_events.py). The incidents of a drill have their own streams."""
APART: Final = frozenset({RECORD, DRILLS})
