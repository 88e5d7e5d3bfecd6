"""Define the names of the ledger streams that belong to no incident.

They never clash with incident ids, which begin with a date.
"""

from __future__ import annotations

from typing import Final

RECORD: Final = "ledger"
"""The stream of events about the record itself (record_events.py)."""
DRILLS: Final = "drills"
"""The stream of all drill runs (core/drills/drill_events.py). The incidents of a drill have their own streams."""
APART: Final = frozenset({RECORD, DRILLS})
