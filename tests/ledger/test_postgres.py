"""What PostgreSQL adds to the promise: guards, rights, restarts, and errors if it cannot be opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest
from real_postgresql import OWNER, PASSWORD, SERVICE, RealPostgresql

from incidentmail.core.events import Declared, NoteAdded
from incidentmail.core.model import Actor, Person, Trust
from incidentmail.errors import IncidentMailError, LedgerError, LedgerUnavailableError, NotPermittedError
from incidentmail.ledger.postgres import schema
from incidentmail.ledger.postgres.connection import SCHEMA, Database, connect, shown_url
from incidentmail.ledger.postgres.store import PostgresLedger
from incidentmail.ledger.values import Outcome

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MARA = Actor(person=Person(name="Mara Lindqvist", address="mara@example.com"), trust=Trust.VERIFIED)
DECLARED = Declared(
    id="one", ref="refone", origin="ghijkl", description="one is down", severity=2, phase=1, commander=MARA.person,
    declared_at=AT,
)  # fmt: skip
CHAINED = (*schema.FIXED, *schema.CHAINED)


@pytest.fixture
def ledger(postgresql: RealPostgresql, database: str) -> Iterator[PostgresLedger]:
    """A ledger with two entries and two mails."""
    with closing(PostgresLedger(postgresql.url(database), password=PASSWORD, busy_s_max=0.2)) as made:
        fill(made)
        yield made


def fill(ledger: PostgresLedger) -> None:
    ledger.store_mails([(b"Subject: cards\r\n\r\nfail", {"from": "mara@example.com"}), (b"Subject: more", {})], at=AT)
    with ledger.transaction() as tx:
        events = [DECLARED, NoteAdded(text="we look into it")]
        tx.append("one", events, actor=MARA, at=AT, expected_version=0, caused_by=None)


@pytest.fixture
def as_owner(postgresql: RealPostgresql, database: str) -> Iterator[Database]:
    with connect(postgresql.url(database, OWNER), password=PASSWORD) as found:
        yield found


@pytest.fixture
def as_service(postgresql: RealPostgresql, database: str) -> Iterator[Database]:
    with connect(postgresql.url(database), password=PASSWORD) as found:
        yield found


@pytest.mark.parametrize("table", CHAINED)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_record_refuses_every_change_even_by_its_owner(
    ledger: PostgresLedger, as_owner: Database, table: str, change: str
) -> None:
    (column,) = as_owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", (table,)
    ).fetchone() or ("",)
    with pytest.raises(psycopg.errors.RaiseException, match="the ledger is append-only"):
        as_owner.execute(change.format(table, column, column).encode())
    assert ledger.verify().ok


@pytest.mark.parametrize("table", CHAINED)
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} RENAME TO x"]
)
def test_the_role_that_serves_has_no_right_to_change_the_record(
    ledger: PostgresLedger, as_service: Database, table: str, change: str
) -> None:
    (column,) = as_service.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", (table,)
    ).fetchone() or ("",)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_service.execute(change.format(table, column, column).encode())
    assert schema.rights_too_many(as_service) == []


def test_the_owner_of_the_tables_has_more_rights_than_a_service_needs(as_owner: Database) -> None:
    assert schema.rights_too_many(as_owner) == sorted(CHAINED)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO entries SELECT seq + 2, incident, version + 2, kind, body, hash, '\\x01' FROM entries LIMIT 1",
        "INSERT INTO entries SELECT seq + 2, incident, version + 2, kind, body, '\\x02', '\\x01' FROM entries LIMIT 1",
        "INSERT INTO accepted SELECT seq + 5, received_at, envelope, sha256, '\\x01' FROM accepted LIMIT 1",
        "INSERT INTO sealed SELECT 1, 'other', salt, text FROM sealed LIMIT 1",
        "INSERT INTO bodies VALUES (1, '\\x01')",
    ],
)
def test_only_the_next_row_can_be_appended(ledger: PostgresLedger, as_service: Database, statement: str) -> None:
    with pytest.raises(psycopg.errors.RaiseException, match="the ledger is append-only"):
        as_service.execute(statement.encode())
    assert ledger.verify().ok


CHANGES = {
    "a text": "UPDATE sealed SET text = '\"all is well\"' WHERE seq = 2 AND slot = 'text'",
    "an entry": "UPDATE entries SET body = body || ' ' WHERE seq = 2",
    "the last entry": "DELETE FROM sealed WHERE seq = 2; DELETE FROM entries WHERE seq = 2",
    "a mail": "UPDATE bodies SET raw = '\\x00' WHERE seq = 1",
    "a sender": "UPDATE accepted SET envelope = '{}' WHERE seq = 1",
    "the last mail": "DELETE FROM pending WHERE seq = 2; DELETE FROM bodies WHERE seq = 2; DELETE FROM accepted"
    " WHERE seq = 2; INSERT INTO outcomes VALUES (1, '', NULL, NULL, '', '', NULL, NULL, NULL, 'note')",
    "a state": "UPDATE incidents SET state = replace(state, 'down', 'up')",
    "what waits": "DELETE FROM pending WHERE seq = 1",
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_the_owner_changes_without_the_guards_is_found(
    ledger: PostgresLedger, as_owner: Database, what: str
) -> None:
    for table in CHAINED:
        as_owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
    as_owner.execute(CHANGES[what].encode())
    for table in CHAINED:
        as_owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())
    for name, table in as_owner.execute(
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    ).fetchall():
        as_owner.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}".encode())
    verdict = ledger.verify()
    assert not verdict.ok
    assert "guard" not in (verdict.reason or "")


def altered(when: str, condition: str = "") -> str:
    """Replace a guard by one of the same name that fires at other times."""
    name, table = "entries_no_change", when.rpartition(" ")[2]
    return (
        f"DROP TRIGGER {name} ON entries;"
        f"CREATE TRIGGER {name} {when} FOR EACH ROW {condition} EXECUTE FUNCTION refuse_change();"
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER entries_next ON entries",
        "ALTER TABLE sealed DISABLE TRIGGER sealed_no_change",
        "ALTER TABLE accepted ENABLE TRIGGER accepted_no_truncate",  # which a session could then turn off
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        altered("BEFORE DELETE ON entries"),
        altered("AFTER UPDATE OR DELETE ON entries"),
        altered("BEFORE UPDATE OF kind OR DELETE ON entries"),
        altered("BEFORE UPDATE OR DELETE ON entries", "WHEN (OLD.seq > 9)"),
        altered("BEFORE UPDATE OR DELETE ON threads"),
    ],
)
def test_a_guard_that_is_gone_or_off_is_named(ledger: PostgresLedger, as_owner: Database, statement: str) -> None:
    as_owner.execute(statement.encode())
    verdict = ledger.verify()
    assert "guard" in str(verdict.reason)
    with pytest.raises(LedgerError, match="guard"):
        ledger.check()


def test_text_that_postgresql_cannot_hold_is_kept_readable(ledger: PostgresLedger) -> None:
    outcome = Outcome(
        seq=1, received_at=AT, message_id="<a\0b@example.com>", header_from=None, subject="50 % \0 of 'it'? yes",
        disposition="reply", rule=None, incident=None, trust=None, outcome="filed", reason="\\x00",
    )  # fmt: skip
    with ledger.transaction() as tx:
        tx.record_outcome(outcome, at=AT)
        found = tx.outcome(1)
    assert found is not None
    assert (found.subject, found.reason) == ("50 % \ufffd of 'it'? yes", "\\x00")
    assert ledger.verify().ok


def test_after_a_restart_of_the_server_the_next_transaction_connects_again(
    postgresql: RealPostgresql, ledger: PostgresLedger
) -> None:
    postgresql.restart()
    assert ledger.store_mails([(b"Subject: after", {})], at=AT) == [3]
    with ledger.snapshot() as view:
        assert view.pending() == 3
    assert ledger.verify().ok


def test_a_restart_in_the_middle_of_a_transaction_undoes_it_and_says_so(
    postgresql: RealPostgresql, ledger: PostgresLedger
) -> None:
    with pytest.raises(LedgerUnavailableError, match="server closed the connection"), ledger.transaction() as tx:
        tx.store_mails([(b"Subject: lost", {})], at=AT)
        postgresql.restart()
        tx.pending()
    assert ledger.store_mails([(b"Subject: again", {})], at=AT) == [3]
    assert ledger.verify().ok


def test_while_the_server_is_down_each_transaction_says_so(postgresql: RealPostgresql, ledger: PostgresLedger) -> None:
    postgresql.end()
    try:
        for _ in range(2):
            with pytest.raises(LedgerUnavailableError, match="cannot open the ledger"):
                ledger.store_mails([(b"Subject: lost", {})], at=AT)
    finally:
        postgresql.start()
    assert ledger.store_mails([(b"Subject: again", {})], at=AT) == [3]


def test_a_server_that_comes_back_without_what_was_committed_is_refused(
    postgresql: RealPostgresql, ledger: PostgresLedger, as_owner: Database, database: str
) -> None:
    as_owner.close()
    older = postgresql.new_ledger()
    with postgresql.superuser() as admin:
        for statement in (f"DROP DATABASE {database} WITH (FORCE)", f"ALTER DATABASE {older} RENAME TO {database}"):
            admin.execute(statement.encode())
    with pytest.raises(LedgerUnavailableError, match="which was committed, is missing"):
        ledger.store_mails([(b"Subject: no", {})], at=AT)


Opening = Callable[[RealPostgresql, str], tuple[str, str | None]]
OPENED: dict[str, tuple[Opening, type[IncidentMailError], str]] = {
    "wrong password": (lambda server, name: (server.url(name), "wrong"), NotPermittedError, "password_command"),
    "no password": (lambda server, name: (server.url(name), None), NotPermittedError, "password_command"),
    "no role": (lambda server, name: (server.url(name, "nobody"), "x"), NotPermittedError, "user in"),
    "no database": (lambda server, _: (server.url("none"), PASSWORD), NotPermittedError, "create it"),
    "no server": (lambda *_: ("postgresql://x@127.0.0.1:1/x", "x"), LedgerUnavailableError, "server runs"),
    "no tables": (lambda server, _: (server.url("postgres"), PASSWORD), LedgerError, "ledger migrate"),
}


@pytest.mark.parametrize("what", OPENED)
def test_a_ledger_that_cannot_be_opened_says_what_to_do(
    postgresql: RealPostgresql, database: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    how, kind, hint = OPENED[what]
    url, password = how(postgresql, database)
    with pytest.raises(kind) as caught:
        PostgresLedger(url, password=password)
    assert hint in str(caught.value.hint)
    assert PASSWORD not in f"{caught.value} {caught.value.hint}"


def test_a_role_without_rights_is_told_how_to_get_them(
    postgresql: RealPostgresql, database: str, as_owner: Database
) -> None:
    as_owner.execute(f"REVOKE INSERT ON accepted FROM {SERVICE}".encode())
    ledger = PostgresLedger(postgresql.url(database), password=PASSWORD)
    with closing(ledger), pytest.raises(NotPermittedError) as caught:
        ledger.store_mails([(b"Subject: no", {})], at=AT)
    assert "ledger migrate" in str(caught.value.hint)


def test_a_reader_cannot_write(postgresql: RealPostgresql, database: str) -> None:
    with closing(PostgresLedger(postgresql.url(database), password=PASSWORD, looks_only=True)) as ledger:
        with pytest.raises(LedgerError, match="read-only"):
            ledger.store_mails([(b"Subject: no", {})], at=AT)
        with ledger.snapshot() as view:
            assert view.accepted_head().size == 0


def test_migrating_twice_changes_nothing(as_owner: Database) -> None:
    with as_owner.transaction():
        assert schema.migrate(as_owner) == []


def test_tables_of_the_first_migration_become_those_of_the_newest(postgresql: RealPostgresql) -> None:
    name = postgresql.new_database()
    with connect(postgresql.url(name, OWNER), password=PASSWORD) as owner:
        owner.execute(f"CREATE SCHEMA {SCHEMA}".encode())
        owner.execute(schema.migrations()[1].encode())
        owner.execute("INSERT INTO migrations (number) VALUES (1)")
        schema.begin(owner, "ghijkl")
        with owner.transaction():
            assert schema.migrate(owner) == [*range(2, schema.newest() + 1)]
            schema.grant(owner, SERVICE)
    with closing(PostgresLedger(postgresql.url(name), password=PASSWORD)) as opened:
        fill(opened)
        assert (opened.origin, opened.verify().ok) == ("ghijkl", True)
    postgresql.drop(name)


@pytest.mark.parametrize("call", ["remove_bodies(1, 1)", "remove_text(2, 'text')"])
def test_a_role_without_rights_cannot_remove_anything(
    postgresql: RealPostgresql, database: str, as_owner: Database, call: str
) -> None:
    as_owner.execute(f"REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM {SERVICE}".encode())
    with (
        connect(postgresql.url(database), password=PASSWORD) as as_service,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        as_service.execute(f"SELECT {call}".encode())


def test_tables_of_a_newer_version_are_refused(postgresql: RealPostgresql, database: str, as_owner: Database) -> None:
    as_owner.execute("INSERT INTO migrations (number) VALUES (9999)")
    with pytest.raises(LedgerError, match="migration 9999") as caught:
        PostgresLedger(postgresql.url(database), password=PASSWORD)
    assert "that made the tables" in str(caught.value.hint)


def test_a_url_is_shown_without_its_password() -> None:
    assert shown_url("postgresql://bot:s3@db.example.com:5433/x?sslmode=require") == (
        "postgresql://bot@db.example.com:5433/x"
    )
    assert shown_url("postgresql:///x?host=/run") == "postgresql:///x"
