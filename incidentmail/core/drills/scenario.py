"""Define the scenario of a drill: what invented people write, and what the team is expected to do, and when.

Times are in seconds from the start of the drill. A run stores its scenario, so later changes to the file do not affect
it.
"""

from __future__ import annotations

from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Line, Text
from incidentmail.core.tracking.tracked_items import ItemKind

Happening = Literal["declared", "commander", "customer_words", "approved_words", "restricted", "closed"]
"""The expected outcomes that need no value."""


class Inject(Frozen, kw_only=True):
    """A mail that the invented person `by` sends to the drill list. `role` describes them in a few words."""

    at_s: int
    by: Line
    role: Line = ""
    subject: Line
    text: Text


class Expected(Frozen, kw_only=True):
    """An expected outcome, described by `what`, and the one condition that recognises it.

    `severity` is met by that severity or a worse one, and `phase` by that phase or a later one. `role` is met if
    somebody holds the role with this key, `item` if an item of this kind was added, and `says` if somebody wrote one of
    these texts. If `within_s` is given, the condition has to be met by then.
    """

    what: Line
    within_s: int | None = None
    happens: Happening | None = None
    severity: int | None = None
    phase: int | None = None
    role: str | None = None
    item: ItemKind | None = None
    says: tuple[Line, ...] = ()


class Scenario(Frozen, kw_only=True):
    """The scenario of a drill. People get its `opening` beforehand, but its title and description only afterwards."""

    title: Line
    description: Text = ""
    opening: Text = ""
    lasts_s: int = 0
    injects: tuple[Inject, ...] = ()
    expected: tuple[Expected, ...] = ()
