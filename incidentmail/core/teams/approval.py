"""Define who answers for the words that customers may be told."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.names.person import Line, Person


class Approval(Frozen, kw_only=True):
    """Words for customers, the person who wrote them, and the person who approved them.

    Both are the same if the customer liaison or communications wrote the words. It belongs to exactly these words: if
    the incident has other ones, nobody has approved them.
    """

    words: Line
    by: Person
    approved_by: Person

    @property
    def has_two_people(self) -> bool:
        """Whether the writer and the approver are two people. What the public is told needs both."""
        return not share_mailbox(self.by, self.approved_by)
