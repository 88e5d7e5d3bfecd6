"""Define what an incident's state records about an incident merged into it."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen, JsonValue, field


class Merged(Frozen, kw_only=True):
    """An incident that was merged into this one, and what is needed to undo the merge.

    `items` holds the numbers of its actions and needs in this incident, and `numbers` their original numbers. `before`
    and `after` map each fact that the merge changed here to its old and its new value.
    """

    incident: str
    items: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    before: dict[str, JsonValue] = field(default_factory=dict)
    after: dict[str, JsonValue] = field(default_factory=dict)
