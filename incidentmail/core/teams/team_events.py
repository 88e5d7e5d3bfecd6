"""Define the events about words for customers, merging and restricting.

Their fields follow the same rules as those in core/events.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from incidentmail.core.frozen import SEALED, Frozen, JsonValue

from .approval import Approval


class CustomerWordsApproved(Frozen, kw_only=True):
    """The words for customers set by `text_changed.v1` were approved. `approval` is None if nobody approved them."""

    kind: Literal["customer_words_approved.v1"] = "customer_words_approved.v1"
    approval: Annotated[Approval | None, SEALED] = None


class MergedInto(Frozen, kw_only=True):
    """The incident was merged into the one with the id `into`. If `into` is None, the merge was undone."""

    kind: Literal["merged_into.v1"] = "merged_into.v1"
    into: str | None
    was: str | None


class MergedFrom(Frozen, kw_only=True):
    """The ids of all incidents now merged into this one."""

    kind: Literal["merged_from.v1"] = "merged_from.v1"
    incidents: tuple[str, ...]
    was: tuple[str, ...]


class MergeReceived(Frozen, kw_only=True):
    """This incident took over items and facts from `incident`, which was merged into it.

    `items` are the open actions and needs as JSON, with their numbers here, and `numbers` are their original numbers.
    So that the merge can be undone, `before` maps each fact that it changed here to its old value, and `after` to its
    new value.
    """

    kind: Literal["merge_received.v1"] = "merge_received.v1"
    incident: str
    items: Annotated[JsonValue, SEALED]
    numbers: tuple[int, ...]
    before: Annotated[JsonValue, SEALED]
    after: Annotated[JsonValue, SEALED]


class MergeReturned(Frozen, kw_only=True):
    """The items and facts taken over from `incident` were removed, because the merge was undone."""

    kind: Literal["merge_returned.v1"] = "merge_returned.v1"
    incident: str


class IncidentRestricted(Frozen, kw_only=True):
    """The incident was restricted: from now on only the restricted list and the people involved get mail about it."""

    kind: Literal["incident_restricted.v1"] = "incident_restricted.v1"


MergeEvent = MergedInto | MergedFrom | MergeReceived | MergeReturned
TeamEvent = CustomerWordsApproved | IncidentRestricted | MergeEvent
