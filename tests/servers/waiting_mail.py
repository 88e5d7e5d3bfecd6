"""Read all mail that waits, as `serve` does over time."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.apply import apply_some
from incidentmail.ledger.values import Outcome


def apply_all(context: AppContext) -> list[Outcome]:
    """Return what became of each."""
    done: list[Outcome] = []
    while some := apply_some(context):
        done += some
    return done
