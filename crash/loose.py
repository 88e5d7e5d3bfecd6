"""The service with commits that are not synced, for the replay to find out: `python -m crash.loose --config FILE`."""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import replace

from incidentmail.app.office import open_office
from incidentmail.config import load
from incidentmail.ledger.sqlite import SqliteLedger
from incidentmail.serve import Bound, serve


class LooseLedger(SqliteLedger):
    """A ledger that lies: it says "committed" before the disk does."""

    def _connection(self) -> sqlite3.Connection:
        connection = super()._connection()
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection


def ready(bound: list[Bound]) -> None:
    sys.stdout.write(json.dumps({"listening": [{"address": b.where} for b in bound]}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    office = open_office(load(sys.argv[2]))
    office.ledger.close()
    serve(replace(office, ledger=LooseLedger(office.config.ledger_path)), ready)
