"""Fixtures that run a test with both stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from real_postgresql import PASSWORD, RealPostgresql

from incidentmail.ledger.port import Ledger
from incidentmail.ledger.postgres.store import PostgresLedger
from incidentmail.ledger.sqlite.store import SqliteLedger

Open = Callable[[], Ledger]
BUSY_S_MAX = 0.2


@pytest.fixture(scope="session")
def postgresql() -> Iterator[RealPostgresql]:
    """A real PostgreSQL server, started when the first test asks for it."""
    with RealPostgresql(is_durable=False) as server:
        yield server


@pytest.fixture
def database(postgresql: RealPostgresql) -> Iterator[str]:
    """The name of a database with an empty ledger."""
    name = postgresql.new_ledger()
    yield name
    postgresql.drop(name)


def in_postgres(request: pytest.FixtureRequest) -> Open:
    server, name = request.getfixturevalue("postgresql"), request.getfixturevalue("database")
    return partial(PostgresLedger, server.url(name), password=PASSWORD, busy_s_max=BUSY_S_MAX)


def in_sqlite(request: pytest.FixtureRequest) -> Open:
    folder = request.getfixturevalue("tmp_path")
    return partial(SqliteLedger, folder / "ledger" / "ledger.db", busy_s_max=BUSY_S_MAX)


STORES: dict[str, Callable[[pytest.FixtureRequest], Open]] = {
    "sqlite": in_sqlite,
    "postgres": in_postgres,
}


@pytest.fixture(params=STORES)
def open_again(request: pytest.FixtureRequest) -> Iterator[Open]:
    """A function that opens the same ledger again, as another process would."""
    opened, open_one = list[Ledger](), STORES[request.param](request)

    def another() -> Ledger:
        opened.append(open_one())
        return opened[-1]

    yield another
    for ledger in opened:
        ledger.close()
