"""Define the events of what several teams share: words for customers, and incidents that were merged.

Their fields follow the same rules as those in core/events.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from incidentmail.core.frozen import SEALED, Frozen, JsonValue

from .approval import Approval


class CustomerWordsApproved(Frozen, kw_only=True):
    """Somebody approved words for customers, which `text_changed.v1` sets. None if nobody has approved any."""

    kind: Literal["customer_words_approved.v1"] = "customer_words_approved.v1"
    approval: Annotated[Approval | None, SEALED] = None


class MergedInto(Frozen, kw_only=True):
    """The incident became a part of the incident `into`, an id, or is one of its own again (None)."""

    kind: Literal["merged_into.v1"] = "merged_into.v1"
    into: str | None
    was: str | None


class MergedFrom(Frozen, kw_only=True):
    """The incidents, by id, that are parts of this one from now on."""

    kind: Literal["merged_from.v1"] = "merged_from.v1"
    incidents: tuple[str, ...]
    was: tuple[str, ...]


class MergeReceived(Frozen, kw_only=True):
    """What came with `incident` when it was merged into this one.

    `items` are its open actions and needs as JSON, under the numbers that they have here, and `numbers` are those that
    they had there. `before` maps each fact that
    the merging changed here to its value before, and `after` to the new value, so that it can be undone.
    """

    kind: Literal["merge_received.v1"] = "merge_received.v1"
    incident: str
    items: Annotated[JsonValue, SEALED]
    numbers: tuple[int, ...]
    before: Annotated[JsonValue, SEALED]
    after: Annotated[JsonValue, SEALED]


class MergeReturned(Frozen, kw_only=True):
    """What came with `incident` went back, because merging it was undone."""

    kind: Literal["merge_returned.v1"] = "merge_returned.v1"
    incident: str


class IncidentRestricted(Frozen, kw_only=True):
    """From now on only the restricted list, and people who have a part in the incident, hear of it."""

    kind: Literal["incident_restricted.v1"] = "incident_restricted.v1"


MergeEvent = MergedInto | MergedFrom | MergeReceived | MergeReturned
TeamEvent = CustomerWordsApproved | IncidentRestricted | MergeEvent
