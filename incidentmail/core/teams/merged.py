"""Define what the state of an incident keeps about the incidents that were merged into it."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen, JsonValue, field


class Merged(Frozen, kw_only=True):
    """An incident that was merged into another one: its id, and what is needed to undo it.

    `items` holds the numbers that its actions and needs have now, and `numbers` those that they had there. `before` and
    `after` map each fact that the merging changed to its old and new value.
    """

    incident: str
    items: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    before: dict[str, JsonValue] = field(default_factory=dict)
    after: dict[str, JsonValue] = field(default_factory=dict)
