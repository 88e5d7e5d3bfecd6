"""Hold the words of our messages about what several teams share, as part of the lexicon (core/words.py)."""

from __future__ import annotations

from collections.abc import Collection

from incidentmail.core.names.name_lists import join_names

from .approval import Approval

APPROVED_BY_KEY = "Approved by"
STOP_WORD = "stop"


def approved_by(approval: Approval, with_address: Collection[str] = ()) -> str:
    """Return who approved words for customers, and who wrote them if that was somebody else.

    If a person's address is in `with_address`, it is shown.
    """
    names = join_names([approval.approved_by], with_address=with_address)
    if not approval.has_two_people:
        return names
    return f"{names} (words by {join_names([approval.by], with_address=with_address)})"
