"""Define the approval of words for customers."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.names.person import Line, Person


class Approval(Frozen, kw_only=True):
    """Words for customers, their author, and the person who approved them.

    Author and approver are the same person if the customer liaison or communications wrote the words. An approval is
    valid only for exactly these words. If the incident has different words now, nobody has approved those.
    """

    words: Line
    by: Person
    approved_by: Person

    @property
    def has_two_people(self) -> bool:
        """Whether author and approver are different people. Only then may the words be published."""
        return not share_mailbox(self.by, self.approved_by)
