"""Define the event that a different ledger now leads an incident."""

from __future__ import annotations

from typing import Literal

from incidentmail.core.frozen import Frozen


class AuthorityTaken(Frozen, kw_only=True):
    """From now on, the ledger `origin` leads the incident. `epoch` is the number of promotions so far.

    If two ledgers were promoted with the same number, `origin` is empty and neither leads.
    """

    kind: Literal["authority_taken.v1"] = "authority_taken.v1"
    origin: str
    epoch: int
