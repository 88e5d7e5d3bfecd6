"""Define the event that is recorded when another ledger takes the lead in an incident."""

from __future__ import annotations

from typing import Literal

from incidentmail.core.frozen import Frozen


class AuthorityTaken(Frozen, kw_only=True):
    """The ledger `origin` now leads the incident. `epoch` is the number of promotions so far.

    If two ledgers were promoted to the same epoch, `origin` is empty and neither ledger leads.
    """

    kind: Literal["authority_taken.v1"] = "authority_taken.v1"
    origin: str
    epoch: int
