"""Process all waiting mail, as `serve` does over time."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.apply import apply_some
from incidentmail.ledger.values import Outcome


def apply_all(context: AppContext) -> list[Outcome]:
    """Return the outcomes of all waiting mails, however long it takes to parse them."""
    done: list[Outcome] = []
    while True:
        done += (some := apply_some(context))
        if not some and not context.reader.late:
            return done
        if not some:
            context.reader.reading(min(context.reader.late), None)
