"""Define the part of a store's interface that only reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from incidentmail.core.model import Incident

from .alert_port import AlertView
from .authority import Authority
from .deliveries import DeliveryView
from .mail_view import MailView
from .values import (
    Entry,
    Head,
)


class LedgerView(MailView, DeliveryView, AlertView, Protocol):
    """A consistent view of the ledger at one moment."""

    def head(self) -> Head:
        """Return the newest entry."""
        ...

    def bytes_used(self) -> int:
        """Return the size of the ledger on its disk, in bytes."""
        ...

    def accepted_head(self) -> Head:
        """Return the newest accepted message. Accepted messages have their own chain."""
        ...

    def head_at(self, size: int) -> Head | None:
        """Return the head at the time when the ledger had `size` entries, or None if it has fewer."""
        ...

    def size_of(self, head: str) -> int | None:
        """Return the number of the entry or accepted message with this hash, or None. This searches all of them."""
        ...

    def accepted_head_at(self, size: int) -> Head | None: ...

    def incident(self, incident_id: str) -> Incident | None: ...
    def incident_by_ref(self, ref: str) -> Incident | None: ...
    def incidents(self, *, everything: bool) -> list[Incident]:
        """Return open incidents in phases 0 to 2 (or all incidents if `everything` is true), newest first."""
        ...

    def authority(self) -> Authority:
        """Return what the incidents in this ledger say about who leads."""
        ...

    def next_updates(self) -> dict[str, datetime | None]:
        """Return a mapping from the id of each open incident in phases 0 to 2, newest first, to its next update time.

        Complete states are not parsed.
        """
        ...

    def declared_since(self, at: datetime) -> list[Incident]:
        """Return all incidents declared at `at` or later, newest first."""
        ...

    def silent_sizes(self) -> tuple[int, int]:
        """Return how many entries and how many accepted messages belong to silent incidents."""
        ...

    def ids_with(self, part: str) -> list[str]:
        """Return all incident ids that contain `part`, newest first."""
        ...

    def with_proposals(self, *, expired_at: datetime | None = None) -> list[str]:
        """Return the ids of incidents with an open proposal.

        If `expired_at` is given, return only incidents with a proposal that has expired by then.
        """
        ...

    def entries(self, incident_id: str | None = None, *, after: int = 0) -> Iterator[Entry]:
        """Yield the entries of one incident or of all, in the order of `seq`, with `seq` greater than `after`."""
        ...

    def newest_entries(self, incident_id: str, *, limit: int) -> list[Entry]:
        """Return at most `limit` of the newest entries of an incident, in the order of `seq`.

        The time needed does not grow with the size of the ledger.
        """
        ...

    def incident_of(self, message_id: str) -> str | None:
        """Return the id of the incident to whose thread `message_id` belongs, or None.

        Case is ignored, because some servers change it.
        """
        ...

    def words(self, incident_id: str) -> list[str]:
        """Return the texts of the earlier messages of an incident, oldest first."""
        ...

    def words_after(
        self, incident_id: str, number: int, *, chars_max: int | None = None
    ) -> tuple[int, int, list[tuple[int, str]]]:
        """Return the count of an incident's texts up to text `number`, the count of all its texts, and the later texts.

        Each text is paired with its number, oldest first. If `chars_max` is given, only the newest texts are returned,
        with about that many characters in total.
        """
        ...
