"""Every alteration by somebody with all rights is found and located with the help of one subscriber's mailbox."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from real_postgresql import OWNER, PASSWORD, RealPostgresql
from saved_boxes import as_maildir

from incidentmail.ledger.codec import SALT_BYTES, accepted_hash, canonical, chain, commitment, genesis
from incidentmail.ledger.sqlite.checksums import register

if TYPE_CHECKING:
    from conftest import Installation

JAYLA = "Jayla M. <jayla@example.com>"
AT = 4
"""The number of the altered entry, or of the altered accepted mail."""
Row = dict[str, Any]


class Witnessed(NamedTuple):
    """A ledger, one subscriber's mailbox, and how many entries and mails existed when each of these mails was sent.

    `alter` takes the guards down, alters the record, and puts them up again, as somebody with all rights could.
    """

    house: Installation
    ledger: bytes
    box: Path
    entries: list[int]
    mails: list[int]
    alter: Callable[[Callable[[Tables], None]], None]


class Alteration(NamedTuple):
    """A change of the tables. `first` is the first number that differs in the chain named `chain`."""

    alter: Callable[[Tables], None]
    chain: str = "entries"
    first: int = AT


RECORD = ("meta", "accepted", "bodies", "entries", "sealed")


class Plain:
    """A direct connection of the driver, without any of our code."""

    mark = "?"

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def rows(self, table: str) -> list[Row]:
        cursor = self.connection.execute(" ".join(("SELECT * FROM", table)))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def replace(self, table: str, rows: list[Row]) -> None:
        self.connection.execute(" ".join(("DELETE FROM", table)))
        for row in rows:
            marks = ", ".join([self.mark] * len(row))
            self.connection.execute(" ".join(("INSERT INTO", table, "VALUES (", marks, ")")), tuple(row.values()))


class PlainPostgres(Plain):
    """The same for PostgreSQL, which stores the first hash as text."""

    mark = "%s"

    def replace(self, table: str, rows: list[Row]) -> None:
        if table == "meta":
            rows = [
                {name: value.hex() if isinstance(value, bytes) else value for name, value in r.items()} for r in rows
            ]
        super().replace(table, rows)


class Tables:
    """The record as lists of rows, which can be changed and are then written back."""

    def __init__(self, connection: Plain) -> None:
        self.connection = connection
        for table in RECORD:
            setattr(self, table, connection.rows(table))

    meta: list[Row]
    accepted: list[Row]
    bodies: list[Row]
    entries: list[Row]
    sealed: list[Row]

    def write(self) -> None:
        for table in reversed(RECORD):
            self.connection.replace(table, getattr(self, table))

    def entry(self, seq: int = AT) -> Row:
        return next(row for row in self.entries if row["seq"] == seq)

    def mail(self, seq: int = AT) -> Row:
        return next(row for row in self.accepted if row["seq"] == seq)

    def body(self, seq: int = AT) -> Row:
        return next(row for row in self.bodies if row["seq"] == seq)

    def text(self, seq: int = AT) -> Row:
        return next(row for row in self.sealed if row["seq"] == seq)

    def origin(self) -> bytes:
        return genesis(next(row["value"] for row in self.meta if row["name"] == "origin"))

    def edit(self, seq: int, **values: Any) -> None:
        """Change the content of an entry."""
        body = json.loads(self.entry(seq)["body"])
        body.update(values)
        self.entry(seq)["body"] = canonical(body).encode()

    def chain_entries(self) -> None:
        """Number the entries from 1 on, and compute all their hashes, as the ledger itself would."""
        prev, numbers = self.origin(), dict[int, int]()
        for seq, row in enumerate(self.entries, 1):
            body = json.loads(row["body"])
            body["seq"], numbers[row["seq"]] = seq, seq
            row.update(seq=seq, body=canonical(body).encode(), prev_hash=prev)
            prev = row["hash"] = chain(prev, row["body"])
        for row in self.sealed:
            row["seq"] = numbers.get(row["seq"], row["seq"])

    def chain_versions(self) -> None:
        """Give the entries of each incident the versions 1, 2, 3 and so on."""
        last: dict[str, int] = {}
        for row in self.entries:
            row["version"] = last[row["incident"]] = last.get(row["incident"], 0) + 1
            body = json.loads(row["body"])
            body["version"] = row["version"]
            row["body"] = canonical(body).encode()

    def chain_mails(self) -> None:
        prev = self.origin()
        for seq, row in enumerate(self.accepted, 1):
            row["seq"] = seq
            prev = row["hash"] = accepted_hash(prev, row["sha256"], row["envelope"], row["received_at"])
        for seq, row in enumerate(self.bodies, 1):
            row["seq"] = seq

    def reseal(self, seq: int, text: str) -> None:
        """Give an entry another text, and the commitment to it."""
        row = self.text(seq)
        row.update(text=text, salt=b"s" * SALT_BYTES)
        body = json.loads(self.entry(seq)["body"])
        sealed = {"sealed": commitment(row["salt"], text)}
        if row["slot"] == "actor":
            body["actor"] = sealed
        else:
            body["data"][row["slot"]] = sealed
        self.entry(seq)["body"] = canonical(body).encode()

    def drop_entry(self, seq: int) -> None:
        self.entries.remove(self.entry(seq))
        self.sealed = [row for row in self.sealed if row["seq"] != seq]

    def drop_mail(self, seq: int) -> None:
        self.accepted.remove(self.mail(seq))
        self.bodies.remove(self.body(seq))


def then(*steps: Callable[[Tables], object]) -> Callable[[Tables], None]:
    def alter(tables: Tables) -> None:
        for step in steps:
            step(tables)

    return alter


def in_order(*steps: Callable[[Tables], object]) -> Callable[[Tables], None]:
    """Return a function that performs the steps, and then computes all hashes of both chains anew."""
    return then(*steps, Tables.chain_entries, Tables.chain_mails)


def swap(rows: list[Row], first: int) -> None:
    rows[first - 1], rows[first] = rows[first], rows[first - 1]


def swap_numbers(rows: list[Row]) -> None:
    rows[AT - 1]["seq"], rows[AT]["seq"] = rows[AT]["seq"], rows[AT - 1]["seq"]


def replace_body(tables: Tables) -> None:
    tables.body()["raw"] = zlib.compress(b"Subject: other\n\nother\n")


def replace_mail(tables: Tables) -> None:
    replace_body(tables)
    tables.mail()["sha256"] = hashlib.sha256(b"Subject: other\n\nother\n").digest()


def put_entry(tables: Tables) -> None:
    """Insert a forged entry between two entries."""
    row = dict(tables.entry())
    body = json.loads(row["body"])
    text = dict(tables.text(AT - 1), seq=-1)
    row.update(seq=-1, kind="severity_changed.v1")
    body.update(kind="severity_changed.v1", data={"severity": 1, "was": 3}, actor={"sealed": "00"})
    row["body"] = canonical(body).encode()
    tables.entries.insert(AT - 1, row)
    tables.sealed.insert(0, dict(text, slot="actor"))


def put_mail(tables: Tables) -> None:
    raw = b"Subject: forged\n\nsev 1\n"
    tables.accepted.insert(AT - 1, dict(tables.mail(), sha256=hashlib.sha256(raw).digest()))
    tables.bodies.insert(AT - 1, dict(tables.body(), raw=zlib.compress(raw)))


def other_origin(tables: Tables) -> None:
    for row in tables.meta:
        if row["name"] == "origin":
            row["value"] = "zzzzzz"
        elif row["name"] == "genesis":
            row["value"] = genesis("zzzzzz")


def keep_first(count: int, name: str) -> Callable[[Tables], None]:
    def cut(tables: Tables) -> None:
        setattr(tables, name, [row for row in getattr(tables, name) if row["seq"] <= count])

    return cut


def cut_entries(tables: Tables) -> None:
    keep_first(AT - 1, "entries")(tables)
    keep_first(AT - 1, "sealed")(tables)


def cut_mails(tables: Tables) -> None:
    keep_first(AT - 1, "accepted")(tables)
    keep_first(AT - 1, "bodies")(tables)


def all_but_first(tables: Tables) -> None:
    for seq in range(AT, len(tables.entries) + 1):
        tables.edit(seq, at="2026-11-20T13:00:00Z")


def refill_entries(tables: Tables) -> None:
    """Cut off the last entries, and append as many copies of the last remaining one."""
    count, last = len(tables.entries), AT - 1
    cut_entries(tables)
    texts = [row for row in tables.sealed if row["seq"] == last]
    for seq in range(AT, count + 1):
        tables.entries.append(dict(tables.entry(last), seq=seq))
        tables.sealed += [dict(row, seq=seq) for row in texts]
    tables.chain_versions()


def refill_mails(tables: Tables) -> None:
    count = len(tables.accepted)
    cut_mails(tables)
    for seq in range(AT, count + 1):
        tables.accepted.append(dict(tables.mail(AT - 1), seq=seq))
        tables.bodies.append(dict(tables.body(AT - 1), seq=seq))


MAILS = "mails"
LATER, EARLIER = "2026-11-20T23:00:00Z", "2026-11-20T01:00:00Z"
ALTERATIONS: dict[str, Alteration] = {
    "an entry's time": Alteration(lambda t: t.edit(AT, at=EARLIER)),
    "an entry's time, hashes anew": Alteration(in_order(lambda t: t.edit(AT, at=EARLIER))),
    "an entry's trust, hashes anew": Alteration(in_order(lambda t: t.edit(AT, trust="operator", at=LATER))),
    "an entry's cause, hashes anew": Alteration(in_order(lambda t: t.edit(AT, caused_by=None, at=LATER))),
    "an entry's data, hashes anew": Alteration(in_order(lambda t: t.edit(AT, data={"severity": 4, "was": 3}))),
    "an entry's kind": Alteration(lambda t: t.entry().update(kind="note_added.v1")),
    "an entry's kind, hashes anew": Alteration(in_order(lambda t: t.edit(AT, kind="phase_changed.v1"))),
    "an entry's bytes are empty": Alteration(lambda t: t.entry().update(body=b"")),
    "an entry's own hash only": Alteration(lambda t: t.entry().update(hash=b"\0" * 32)),
    "an entry's previous hash only": Alteration(lambda t: t.entry().update(prev_hash=b"\0" * 32)),
    "an entry's column of its incident": Alteration(lambda t: t.entry().update(incident="2026-11-20-other")),
    "an entry's version": Alteration(lambda t: t.entry().update(version=99)),
    "its hash fits, that of the next one does not": Alteration(
        then(
            lambda t: t.edit(AT, at=EARLIER),
            lambda t: t.entry().update(hash=chain(t.entry()["prev_hash"], t.entry()["body"])),
        ),
        first=AT + 1,
    ),
    "every later entry, hashes anew": Alteration(in_order(all_but_first)),
    "an entry is gone": Alteration(lambda t: t.drop_entry(AT)),
    "an entry is gone, the rest moved up": Alteration(in_order(lambda t: t.drop_entry(AT), Tables.chain_versions)),
    "an entry is gone, its texts are left": Alteration(lambda t: t.entries.remove(t.entry())),
    "the first entries are gone": Alteration(
        in_order(lambda t: t.drop_entry(1), lambda t: t.drop_entry(2), Tables.chain_versions), first=1
    ),
    "the last entries are gone": Alteration(cut_entries),
    "the last entries are gone, others in their place": Alteration(in_order(refill_entries)),
    "all entries are gone": Alteration(then(keep_first(0, "entries"), keep_first(0, "sealed")), first=1),
    "two entries exchanged": Alteration(lambda t: swap_numbers(t.entries)),
    "two entries exchanged, hashes anew": Alteration(in_order(lambda t: swap(t.entries, AT), Tables.chain_versions)),
    "a forged entry put between": Alteration(in_order(put_entry, Tables.chain_versions)),
    "a text": Alteration(lambda t: t.text().update(text='{"address":"eve@example.com","name":"Eve"}')),
    "a text and its salt": Alteration(lambda t: t.text().update(text='{"name":"Eve"}', salt=b"s" * SALT_BYTES)),
    "a text, its commitment and all hashes": Alteration(
        in_order(lambda t: t.reseal(AT, '{"address":"eve@example.com","name":"Eve"}'))
    ),
    "a text is gone": Alteration(lambda t: t.sealed.remove(t.text())),
    "a text is nothing, as if redacted": Alteration(lambda t: t.text().update(text=None, salt=b"")),
    "a salt": Alteration(lambda t: t.text().update(salt=b"s" * SALT_BYTES)),
    "a text is moved to another entry": Alteration(
        lambda t: t.text().update(slot="elsewhere"),
    ),
    "a mail's bytes": Alteration(replace_body, MAILS),
    "a mail's bytes and their digest": Alteration(replace_mail, MAILS),
    "a mail's bytes, hashes anew": Alteration(in_order(replace_mail), MAILS),
    "a mail's time, hashes anew": Alteration(in_order(lambda t: t.mail().update(received_at=EARLIER)), MAILS),
    "a mail's time": Alteration(lambda t: t.mail().update(received_at=EARLIER), MAILS),
    "a mail's envelope, hashes anew": Alteration(in_order(lambda t: t.mail().update(envelope="{}")), MAILS),
    "a mail's envelope": Alteration(lambda t: t.mail().update(envelope="{}"), MAILS),
    "a mail's digest": Alteration(lambda t: t.mail().update(sha256=b"\0" * 32), MAILS),
    "a mail's hash": Alteration(lambda t: t.mail().update(hash=b"\0" * 32), MAILS),
    "a mail's body is gone, as if pruned": Alteration(lambda t: t.bodies.remove(t.body()), MAILS),
    "a mail is gone": Alteration(lambda t: t.drop_mail(AT), MAILS),
    "a mail is gone, the rest moved up": Alteration(in_order(lambda t: t.drop_mail(AT)), MAILS),
    "the first mail is gone, the rest moved up": Alteration(in_order(lambda t: t.drop_mail(1)), MAILS, 1),
    "the last mails are gone": Alteration(cut_mails, MAILS),
    "the last mails are gone, others in their place": Alteration(in_order(refill_mails), MAILS),
    "two mails exchanged": Alteration(
        then(lambda t: swap_numbers(t.accepted), lambda t: swap_numbers(t.bodies)), MAILS
    ),
    "two mails exchanged, hashes anew": Alteration(
        in_order(lambda t: swap(t.accepted, AT), lambda t: swap(t.bodies, AT)), MAILS
    ),
    "a forged mail put between": Alteration(in_order(put_mail), MAILS),
    "another origin, hashes anew": Alteration(in_order(other_origin), first=1),
    "another origin, hashes as they were": Alteration(other_origin, first=1),
}


def reply(number: int, text: str, mail: EmailMessage) -> bytes:
    return (
        f"From: {JAYLA}\nTo: {mail['Reply-To']}\nSubject: Re: {mail['Subject']}\nMessage-ID: <r{number}@mua.example>\n"
        f"In-Reply-To: {mail['Message-ID']}\n\n{text}\n"
    ).encode()


@pytest.fixture(scope="module")
def witnessed(shared_installation: Installation) -> Witnessed:
    """An incident with many mails to the list, all of which one subscriber has kept."""
    house = shared_installation
    declared = house.declare("Cards fail", "--severity", "3")
    texts = ("sev 2", "It began at noon.", "sev 1", "phase 2", "Impact: no payments", "sev 2", "sev 3")
    for number, text in enumerate(texts):
        house.clock.tick(minutes=1)
        house.ingest(reply(number, text, declared))
    box = house.path / "box"
    raws = [bytes(mail) for mail in house.mails if mail["Incident-Update"]]
    as_maildir(box, raws)
    heads = [str(message_from_bytes(raw, policy=policy.default)["Incident-Ledger"]).split("; ") for raw in raws]
    for suffix in ("-wal", "-shm"):
        Path(f"{house.ledger}{suffix}").unlink(missing_ok=True)
    entries, accepted = (sorted(int(head[column]) for head in heads) for column in (1, 3))
    return Witnessed(house, house.ledger.read_bytes(), box, entries, accepted, partial(altered, house.ledger))


@pytest.fixture
def in_file(witnessed: Witnessed) -> Iterator[Witnessed]:
    """The original ledger in a file."""
    witnessed.house.ledger.write_bytes(witnessed.ledger)
    for suffix in ("-wal", "-shm"):
        Path(f"{witnessed.house.ledger}{suffix}").unlink(missing_ok=True)
    yield witnessed
    witnessed.house.configure()


@pytest.fixture(scope="module")
def copied(witnessed: Witnessed, postgresql: RealPostgresql) -> str:
    """The name of a database with a copy of the ledger."""
    name = postgresql.new_database()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSWORD", PASSWORD)
        owner = postgresql.url(name, OWNER)
        witnessed.house.ledger.write_bytes(witnessed.ledger)
        witnessed.house.ok("ledger", "copy", str(witnessed.house.ledger), postgresql.url(name), "--as", owner)
    return name


@pytest.fixture
def in_database(
    witnessed: Witnessed, copied: str, postgresql: RealPostgresql, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Witnessed]:
    """The original ledger in a database of its own."""
    name, house = postgresql.new_database(copied), witnessed.house
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("XDG_DATA_HOME", str(house.path))
    text = house.config.read_text()
    house.config.write_text(text.replace(f"sqlite:///{house.ledger}", postgresql.url(name)))
    yield witnessed._replace(alter=partial(altered_in_database, postgresql, name))
    house.configure()
    postgresql.drop(name)


@pytest.fixture(params=["in_file", "in_database"])
def again(request: pytest.FixtureRequest) -> Witnessed:
    found: Witnessed = request.getfixturevalue(request.param)
    return found


def altered_in_database(server: RealPostgresql, name: str, alter: Callable[[Tables], None]) -> None:
    with server.superuser(name) as connection:
        connection.execute("SET search_path = incidentmail")
        guards = connection.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE NOT tgisinternal"
        ).fetchall()
        for table in RECORD:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        tables = Tables(PlainPostgres(connection))
        alter(tables)
        tables.write()
        for table in RECORD:
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL".encode())
        for guarded, guard in guards:
            connection.execute(f"ALTER TABLE {guarded} ENABLE ALWAYS TRIGGER {guard}".encode())


def altered(ledger: Path, alter: Callable[[Tables], None]) -> None:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        register(connection)
        connection.execute("PRAGMA foreign_keys = OFF")
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        tables = Tables(Plain(connection))
        alter(tables)
        tables.write()
        for _, sql in guards:
            connection.execute(sql)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_there_are_at_least_forty_ways_and_the_untouched_ledger_holds(again: Witnessed) -> None:
    assert len(ALTERATIONS) >= 40
    assert again.house.ok("ledger", "verify", "--witness", str(again.box))
    again.alter(lambda tables: None)
    assert again.house.ok("ledger", "verify", "--witness", str(again.box))


@pytest.mark.parametrize("what", ALTERATIONS)
def test_the_alteration_is_found_and_its_number_or_the_narrowest_range_is_named(again: Witnessed, what: str) -> None:
    one = ALTERATIONS[what]
    again.alter(one.alter)
    result = again.house.run("ledger", "verify", "--witness", str(again.box), "--json")
    assert (result.code, result.json["ok"]) == (1, False), what
    found, reason = result.json["first_bad"], result.json["reason"]
    seen = again.entries if one.chain == "entries" else again.mails
    last_agreed = max((size for size in seen if size < one.first), default=0)
    assert found is not None, reason
    assert last_agreed + 1 <= found <= one.first, (found, reason)
    assert ("mail" in reason) or one.chain == "entries", reason


def test_an_older_copy_of_the_whole_file_is_found(in_file: Witnessed) -> None:
    older = in_file.house.ledger.read_bytes()
    in_file.house.clock.tick(minutes=5)
    in_file.house.ok("update", "--severity", "1")
    as_maildir(in_file.house.path / "newer", [bytes(in_file.house.mails[-1])])
    in_file.house.ledger.write_bytes(older)
    for suffix in ("-wal", "-shm"):
        Path(f"{in_file.house.ledger}{suffix}").unlink(missing_ok=True)
    result = in_file.house.run("ledger", "verify", "--witness", str(in_file.house.path / "newer"))
    assert result.code == 1 and "now there is none" in result.err


def test_a_ledger_begun_anew_with_the_same_incident_is_found(in_file: Witnessed) -> None:
    in_file.house.ledger.unlink()
    in_file.house.ok("declare", "Cards fail", "--severity", "3")
    result = in_file.house.run("ledger", "verify", "--witness", str(in_file.box))
    assert result.code == 1 and "it came from another ledger" in result.err
