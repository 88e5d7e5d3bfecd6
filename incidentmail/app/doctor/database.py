"""Check a ledger in a database: can it be opened, what privileges does our role have, and are the settings safe?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from incidentmail.app.keeping.open_ledger import open_reader
from incidentmail.config.load import Config
from incidentmail.errors import IncidentMailError
from incidentmail.ledger.sqlite.store import SqliteLedger

from .finding import REST, Finding, failed, failure, ok, warning

CHECK = "ledger"
MIGRATE = "incidentmail ledger migrate --as postgresql://OWNER@HOST/DATABASE"


def database(config: Config) -> Iterator[Finding]:
    """Yield findings on whether we can use the ledger, and whether the server keeps what it acknowledges."""
    try:
        ledger = open_reader(config)
    except IncidentMailError as error:
        yield failed(CHECK, error, cure="check [ledger] url", without=REST)
        return
    assert not isinstance(ledger, SqliteLedger)
    with closing(ledger):
        try:
            ledger.check()
            server = ledger.server()
        except IncidentMailError as error:
            yield failed(CHECK, error, cure="incidentmail ledger verify", without=REST)
            return
    if server.lacking:
        yield failure(CHECK, f"{server.role} may not write {', '.join(server.lacking)}; {REST}", MIGRATE)
        return
    if server.can_change:
        yield warning(
            CHECK, f"{server.role} may change {', '.join(server.can_change)}: only triggers refuse it", MIGRATE
        )
    for name, value in server.unsafe.items():
        yield failure(
            CHECK, f"the database server has {name} = {value}: a crash loses what was acknowledged",
            f"set {name} = on in postgresql.conf",
        )  # fmt: skip
    if not (server.can_change or server.unsafe):
        yield ok(
            CHECK,
            f"{config.ledger.name}, PostgreSQL {server.version}, {server.bytes / 1_000_000:.1f} MB;"
            " a quick check found no damage",
        )
