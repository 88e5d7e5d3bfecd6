"""Define the keys of lines about tracked items, as part of the lexicon (core/words.py)."""

from __future__ import annotations

ITEM_KEYS: tuple[tuple[str, str], ...] = (
    ("Action", "action"),
    ("Need", "need"),
    ("Done", "done"),
    ("Assign", "assign"),
    ("Assumption", "assumption"),
    ("Evidence", "evidence"),
    ("Ruled out", "ruled_out"),
    ("Decision", "decision"),
    ("About to", "about_to"),
    ("Document", "document"),
    ("Roll call", "roll_call"),
)
