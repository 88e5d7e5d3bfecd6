"""Hold the words of our messages about what several teams share, as part of the lexicon (core/words.py)."""

from __future__ import annotations

from collections.abc import Collection

from incidentmail.core.model import Incident
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.words import FieldLine, in_brackets

from .approval import Approval

APPROVED_BY_KEY = "Approved by"
STOP_WORD, YES = "stop", "yes"
RESTRICTED_REASON = "You get this mail because an incident has been restricted to this list."
DUPLICATE_OF = "Duplicate of"
MERGED_INTO_KEY, MERGED_FROM_KEY = "Merged into", "Merged from"
COUNTS_THERE = "replies to this mail count there"


def approved_by(approval: Approval, with_address: Collection[str] = ()) -> str:
    """Return who approved words for customers, and who wrote them if that was somebody else.

    If a person's address is in `with_address`, it is shown.
    """
    names = join_names([approval.approved_by], with_address=with_address)
    if not approval.has_two_people:
        return names
    return f"{names} (words by {join_names([approval.by], with_address=with_address)})"


def merged_lines(incident: Incident) -> list[FieldLine]:
    """Return the lines that name the incident of which this one is a part, and those that are parts of it."""
    into = [FieldLine(MERGED_INTO_KEY, f"{incident.merged_into}{in_brackets(COUNTS_THERE)}")]
    parts = [FieldLine(MERGED_FROM_KEY, ", ".join(incident.merged_from))]
    return [*(into if incident.merged_into else ()), *(parts if incident.merged_from else ())]
