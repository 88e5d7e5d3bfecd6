"""Define the event by which another ledger takes over an incident."""

from __future__ import annotations

from typing import Literal

from incidentmail.core.frozen import Frozen


class AuthorityTaken(Frozen, kw_only=True):
    """From now on the ledger `origin` leads the incident; `epoch` counts the promotions.

    An empty `origin` means that two ledgers were promoted with the same number, so neither leads.
    """

    kind: Literal["authority_taken.v1"] = "authority_taken.v1"
    origin: str
    epoch: int
