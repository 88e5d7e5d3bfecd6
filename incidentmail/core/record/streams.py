"""Name the streams of the ledger that belong to no incident. No incident has such a name: ids begin with a date."""

from __future__ import annotations

from typing import Final

RECORD: Final = "ledger"
"""What was done to the record itself (record_events.py)."""
DRILLS: Final = "drills"
"""The runs of drills (core/drills/drill_events.py). The incidents of a drill have streams of their own."""
APART: Final = frozenset({RECORD, DRILLS})
