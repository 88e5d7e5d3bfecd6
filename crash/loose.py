"""The service without syncing its commits, which the replay has to detect: `python -m crash.loose --config FILE`."""

from __future__ import annotations

import json
import sqlite3
import sys

from incidentmail.app.context import open_context
from incidentmail.config.load import load
from incidentmail.core.frozen import replace
from incidentmail.ledger.sqlite.store import SqliteLedger
from incidentmail.service.serve import BoundAddress, serve


class LooseLedger(SqliteLedger):
    """A ledger that lies: it says "committed" before the disk does."""

    def _connection(self) -> sqlite3.Connection:
        connection = super()._connection()
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection


def ready(bound: list[BoundAddress]) -> None:
    sys.stdout.write(json.dumps({"listening": [{"address": b.where} for b in bound]}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    context = open_context(load(sys.argv[2]))
    context.ledger.close()
    serve(replace(context, ledger=LooseLedger(context.config.ledger_path)), ready)
