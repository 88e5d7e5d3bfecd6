"""The pages of a year: how long it takes to write them first, and after one change."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from incidentmail.app.context import open_context
from incidentmail.app.publishing.publish import publish, publish_if_due
from incidentmail.config.load import load
from incidentmail.ledger.sqlite.store import SqliteLedger

from .servers import write_config
from .table import Row, seconds
from .year import INCIDENTS, append_incident, fill_year

FIRST_S_MAX, CHANGE_S_MAX = 20, 0.3
CHANGES = 5


def rows(folder: Path, number: int = INCIDENTS) -> Iterator[Row]:
    """Measure both with the pages of the organisation and the public ones."""
    config = write_config(folder)
    section = f'[publish]\nfolder = "{folder}/site"\npublic = "{folder}/status"\n'
    config.write_text(f"{config.read_text(encoding='utf-8')}\n{section}", encoding="utf-8")
    loaded = load(str(config))
    fill_year(loaded.ledger_path, number)
    context, ledger = open_context(loaded), SqliteLedger(loaded.ledger_path)
    try:
        first = seconds(lambda: publish(context))
        what, how = f"pages for {number:,} incidents", "none; the organisation's pages, public pages and feeds, durable"
        yield Row(what=f"{what}, first write", unit="s", ours=first, floor=None, ratio=None, goal=FIRST_S_MAX,
                  at="most", how=how)  # fmt: skip
        chance, after = random.Random(9), []
        for change in range(CHANGES):
            append_incident(ledger, number + change, chance)
            after.append(seconds(lambda: publish_if_due(context)))
        yield Row(what=f"{what}, after one change", unit="s", ours=sorted(after)[CHANGES // 2], floor=None, ratio=None,
                  goal=CHANGE_S_MAX, at="most", how=how)  # fmt: skip
    finally:
        ledger.close()
        context.close()
