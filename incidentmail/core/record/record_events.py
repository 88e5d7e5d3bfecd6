"""Define the events about the record itself, stored in the stream `ledger` (streams.py).

Their fields follow the same rules as those in core/events.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from incidentmail.core.frozen import SEALED, Frozen
from incidentmail.core.names.person import Instant, Line


class TextsOf(Frozen, kw_only=True):
    """Texts in entry number `seq`, listed by field name. `actor` stands for the person who caused the entry."""

    seq: int
    slots: tuple[str, ...]


class Redacted(Frozen, kw_only=True):
    """These texts and accepted messages were removed, along with everything derived from them.

    Their commitments and hashes remain.
    """

    kind: Literal["redacted.v1"] = "redacted.v1"
    texts: tuple[TextsOf, ...] = ()
    mails: tuple[int, ...] = ()
    reason: Annotated[Line, SEALED]


class Pruned(Frozen, kw_only=True):
    """The bodies of messages accepted before `before` were removed. `mails` holds ranges of their sequence numbers."""

    kind: Literal["pruned.v1"] = "pruned.v1"
    before: Instant
    mails: tuple[tuple[int, int], ...]


class HoldPlaced(Frozen, kw_only=True):
    """A hold was placed on the incident. Until it is lifted, none of its texts may be redacted or pruned."""

    kind: Literal["hold_placed.v1"] = "hold_placed.v1"
    incident: str
    reason: Annotated[Line, SEALED]


class HoldLifted(Frozen, kw_only=True):
    kind: Literal["hold_lifted.v1"] = "hold_lifted.v1"
    incident: str
    reason: Annotated[Line, SEALED]


class KeyRotated(Frozen, kw_only=True):
    """A new key signs our mail from now on.

    `fingerprint` identifies the key, and `earlier` is the number of previous keys.
    """

    kind: Literal["key_rotated.v1"] = "key_rotated.v1"
    fingerprint: str
    earlier: int


class RecordRebuilt(Frozen, kw_only=True):
    """All previous entries were rebuilt from saved messages; `mails` is the number of these messages.

    `is_proven` is false if there was no key to verify them with.
    """

    kind: Literal["record_rebuilt.v1"] = "record_rebuilt.v1"
    mails: int
    is_proven: bool


RecordEvent = Redacted | Pruned | HoldPlaced | HoldLifted | KeyRotated | RecordRebuilt
RECORD_EVENTS = (Redacted, Pruned, HoldPlaced, HoldLifted, KeyRotated, RecordRebuilt)
