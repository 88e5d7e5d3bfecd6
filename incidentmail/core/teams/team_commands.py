"""Define the commands about words for customers, merging and restricting. core/commands.py has the others."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen


class StopCustomerWords(Frozen, forbid_unknown_fields=False):
    """Withdraw the words for customers. Nothing may be said to customers until other words are approved."""


class MergeInto(Frozen, forbid_unknown_fields=False):
    """Merge the incident into another one. `into` is the id of the other one, a part of its id, or its REF."""

    into: str


class Restrict(Frozen, forbid_unknown_fields=False):
    """Restrict the incident. From now on only its own list and the people involved get mail about it."""


TeamCommand = StopCustomerWords | MergeInto | Restrict
