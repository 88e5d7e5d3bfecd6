"""Define the events of what several teams share: the words that customers may be told.

Their fields follow the same rules as those in core/events.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from incidentmail.core.frozen import SEALED, Frozen

from .approval import Approval


class CustomerWordsApproved(Frozen, kw_only=True):
    """Somebody approved words for customers, which `text_changed.v1` sets. None if nobody has approved any."""

    kind: Literal["customer_words_approved.v1"] = "customer_words_approved.v1"
    approval: Annotated[Approval | None, SEALED] = None


TeamEvent = CustomerWordsApproved
