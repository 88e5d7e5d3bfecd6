"""Define the scenario of a drill: what invented people write and when, and what the team should have done by when.

Times are in seconds from the beginning of the drill. A run stores its scenario, so the file may change meanwhile.
"""

from __future__ import annotations

from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Line, Text
from incidentmail.core.tracking.tracked_items import ItemKind

Happening = Literal["declared", "commander", "customer_words", "approved_words", "restricted", "closed"]
"""What can be expected to happen to the incident, without a value."""


class Inject(Frozen, kw_only=True):
    """A mail that the invented person `by` sends to the drill list. `role` says in a few words who that is."""

    at_s: int
    by: Line
    role: Line = ""
    subject: Line
    text: Text


class Expected(Frozen, kw_only=True):
    """An outcome that is expected, in words (`what`), and the one condition by which it is recognised.

    `severity` means that severity or a worse one, `phase` that phase or a later one, `role` that somebody holds the
    role with this key, `item` that one of this kind was written down, and `says` that somebody wrote one of these
    words. If `within_s` is given, it has to be met by then.
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
    """A scenario. Participants are told the `opening` before the drill, and the title and description only after it."""

    title: Line
    description: Text = ""
    opening: Text = ""
    lasts_s: int = 0
    injects: tuple[Inject, ...] = ()
    expected: tuple[Expected, ...] = ()
