"""Define the approval of words that customers may be told."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.names.person import Line, Person


class Approval(Frozen, kw_only=True):
    """Words for customers, the person who wrote them, and the person who approved them.

    Author and approver are the same person if the customer liaison or communications wrote the words. An approval is
    valid for exactly these words: if the incident has other words by now, nobody has approved those.
    """

    words: Line
    by: Person
    approved_by: Person

    @property
    def has_two_people(self) -> bool:
        """Whether the author and the approver are two people. Only words of which this is true may be made public."""
        return not share_mailbox(self.by, self.approved_by)
