"""Define the commands of what several teams share. core/commands.py has all other commands."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen


class StopCustomerWords(Frozen, forbid_unknown_fields=False):
    """Withdraw what customers may be told. They are told nothing until somebody approves other words."""


class MergeInto(Frozen, forbid_unknown_fields=False):
    """Make the incident a part of another one. `into` is the id of that one, a part of the id, or its REF."""

    into: str


class Restrict(Frozen, forbid_unknown_fields=False):
    """Restrict the incident: from now on only its own list hears of it, and people who have a part in it."""


TeamCommand = StopCustomerWords | MergeInto | Restrict
