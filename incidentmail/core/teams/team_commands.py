"""Define the commands of what several teams share. core/commands.py has all other commands."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen


class StopCustomerWords(Frozen, forbid_unknown_fields=False):
    """Take back what customers may be told. Until somebody approves other words, they are told nothing."""


class MergeInto(Frozen, forbid_unknown_fields=False):
    """Make the incident a part of another one. `into` names that one: its id, its REF, or a part of its id."""

    into: str


class Restrict(Frozen, forbid_unknown_fields=False):
    """Restrict the incident: from now on only its own list hears of it, and people who have a part in it."""


TeamCommand = StopCustomerWords | MergeInto | Restrict
