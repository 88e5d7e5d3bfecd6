"""Redacted text is nowhere in the ledger any more, and everything that the ledger proves still holds."""

from __future__ import annotations

import base64
import json
import sqlite3
import zlib
from contextlib import closing, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from real_postgresql import OWNER, PASSWORD, RealPostgresql

from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO, ALICIA, JAYLA = (f"{name.title()} K. <{name}@example.com>" for name in ("bo", "alicia", "jayla"))
MORE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alicia K."\n'


def secret(number: int) -> str:
    """Return a unique text of five words, so that mails wrap and quote it."""
    return f"Clove{number:02} rests in Zanzibar{number:02} behind mill {number:02}"


def said_in(ledger: Path) -> str:
    """Return every value of every row, uncompressed."""
    found: list[str] = []
    with closing(sqlite3.connect(ledger)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(" ".join(("SELECT * FROM", table))):
                found += [text(value) for value in row]
    return "\n".join(found)


def text(value: Any) -> str:
    if isinstance(value, bytes) and value[:1] == b"x":
        with suppress(zlib.error):  # a hash may begin with any byte
            value = zlib.decompress(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def has(said: str, number: int) -> bool:
    """Return whether the text occurs, on one line, wrapped and quoted, in base64, or only with its rarest word."""
    return f"clove{number:02}" in said.lower() or base64.b64encode(secret(number).encode()).decode() in said


@pytest.fixture
def full(installation: Installation, mails: Mails) -> Installation:
    """An installation whose people wrote fifty texts by command line, by mail, and in mail of every outcome."""
    config = installation.configure(MORE).config
    config.write_text(config.read_text().replace("[list]\n", '[list]\nrestricted = "security@example.com"\n'))
    numbers = iter(range(1, 51))

    def new() -> str:
        return secret(next(numbers))

    ok, ingest = installation.ok, installation.ingest
    declared = installation.declare("Checkout is down", "-m", new(), "--impact", new(), "--venue", new())
    for words in (
        ["note", new()], ["update", "-m", new()], ["update", "--description", new()], ["update", "--impact", new()],
        ["update", "--not-affected", new()], ["note", new()], ["action", new()], ["need", new()],
        ["assume", new()], ["evidence", new()], ["evidence", new(), "--ruled-out"], ["decide", new()],
        ["note", f"first\n\n{new()}\n\nlast"],
    ):  # fmt: skip
        ok(*words)
    ingest(list_copy(bytes(declared), ListStyle(address="incidents@example.com")))
    for style in ("top", "bottom", "outlook", "naked", "bare"):
        ingest(mails.reply_to(installation.mails[-1], new(), BO, style))
        ingest(mails.reply_to(installation.mails[-1], f"sev 2\n{new()}", ALICIA, style))
    for line in ("Impact: ", "Venue: ", "Action: ", "Need: ", "Description: ", "Not affected: ", "Decision: "):
        ingest(mails.reply_to(installation.mails[-1], f"{line}{new()}", BO))
    quoted = mails.reply_to(installation.mails[-1], new(), JAYLA, "bare")
    ingest(quoted)
    ingest(mails.reply_to(EmailLike(quoted), "I saw that, too.", BO))
    ingest(mails.new(new(), sender=JAYLA, subject="Lunch"))  # filed
    ingest(mails.new("See the subject.", sender=JAYLA, subject=new()))
    ingest(mails.new(new(), sender="Eve <eve@evil.example>", subject="Hello"))  # a stranger's
    ingest(mails.new(new(), sender=BO, subject="Away", more="Auto-Submitted: auto-replied\n"))
    ingest(mails.new(f"<p>{new()}</p>", sender=JAYLA, subject="Page", html=True))
    packed = base64.encodebytes(new().encode()).decode()
    ingest(
        mails.reply_to(installation.mails[-1], packed, BO, "bare").replace(
            b"Content-Transfer-Encoding: 8bit", b"Content-Transfer-Encoding: base64"
        )
    )
    ingest(mails.reply_to(installation.mails[-1], f"Words for customers: {new()}", BO))
    ok("declare", new(), "--drill")
    ok("close", "clove", "-m", new())
    stolen = ok("declare", "A laptop was stolen", "--restricted", "-m", new(), "--json").json["id"]
    ok("note", stolen, new())
    for number in numbers:
        ok("note", "checkout", secret(number))
    ok("flush")
    return installation


def without(ids: set[str], said: str) -> str:
    """Return the text without the ids of incidents, which are made from descriptions and cannot be removed."""
    for one in ids:
        said = said.replace(one, "").replace(one.replace("-", " "), "")
    return said


class EmailLike(EmailMessage):
    """A mail that people answer, built from its bytes."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        head, _, body = raw.decode().partition("\n\n")
        for line in head.splitlines():
            name, _, value = line.partition(": ")
            if name in ("Subject", "Message-ID", "References"):
                self[name] = value
        self["Reply-To"] = "incident-bot@example.com"
        self.set_content(body)


def chosen(installation: Installation, number: int) -> list[str]:
    """Return the options by which an operator chooses the text: its entry in the log, or else its mail in the inbox."""
    for entry in installation.log("--all"):
        if f"Clove{number:02}" in json.dumps(entry):
            return [str(entry["seq"])]
    with installation.context() as context, context.ledger.snapshot() as view:
        for seq in range(1, view.accepted_head().size + 1):
            accepted = view.accepted(seq)
            if accepted is not None and f"Clove{number:02}".encode() in accepted.raw:
                return ["--mail", str(seq)]
    return []


def test_fifty_texts_of_every_kind_are_gone_and_everything_holds(full: Installation, tmp_path: Path) -> None:
    before = said_in(full.ledger)
    missing = [number for number in range(1, 51) if not has(before, number)]
    assert not missing, "a text was never there"
    witness = full.path / "out"
    gone: list[int] = []
    for number in range(1, 51):
        what = chosen(full, number) or ["--words", secret(number)]
        full.run("ledger", "redact", *what, "--reason", "a test", "--json")
        gone.append(number)
    full.ok("ledger", "compact")
    ids = {incident["id"] for incident in full.ok("list", "--all", "--json").json}
    said = without(ids, said_in(full.ledger))
    assert [number for number in gone if has(said, number)] == []
    backup = tmp_path / "backup.db"
    full.ok("ledger", "backup", str(backup))
    export = full.ok("ledger", "export").out
    for file in (full.ledger, Path(f"{full.ledger}-wal"), backup):
        raw = file.read_bytes() if file.exists() else b""
        assert [number for number in gone if f"Clove{number:02}".encode() in raw] == [], file
    assert [number for number in gone if has(without(ids, export), number)] == []
    full.ok("ledger", "verify", "--witness", str(witness))
    full.ok("show", "checkout")
    full.ok("list", "--all")
    full.ok("log", "--all")
    full.ok("timeline", "checkout")
    assert "[redacted]" in full.ok("show", "checkout", "--json").out
    mail = installation_mail(full)
    assert mail["outcome"] in ("applied", "note"), mail


def test_the_same_texts_are_gone_from_postgresql_too(
    full: Installation, postgresql: RealPostgresql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("XDG_DATA_HOME", str(full.path))
    name = postgresql.new_database()
    full.ok("ledger", "copy", str(full.ledger), postgresql.url(name), "--as", postgresql.url(name, OWNER))
    config = full.config.read_text()
    full.config.write_text(config.replace(f"sqlite:///{full.ledger}", postgresql.url(name)))
    missing = [number for number in range(1, 51) if not has(said_in_database(postgresql, name), number)]
    assert not missing, "a text was never there"
    for number in range(1, 51):
        what = chosen(full, number) or ["--words", secret(number)]
        full.run("ledger", "redact", *what, "--reason", "a test", "--json")
    refused = full.run("ledger", "compact")
    assert (refused.code, "VACUUM FULL" in refused.err) == (77, True)
    with postgresql.superuser(name) as connection:
        connection.execute("VACUUM FULL")
        connection.execute("CHECKPOINT")
        (number_of_database,) = connection.execute(
            "SELECT oid::text FROM pg_database WHERE datname = current_database()"
        ).fetchone() or ("",)
    ids = {incident["id"] for incident in full.ok("list", "--all", "--json").json}
    said = without(ids, said_in_database(postgresql, name))
    assert [number for number in range(1, 51) if has(said, number)] == []
    for file in (postgresql.folder / "data" / "base" / str(number_of_database)).iterdir():
        raw = file.read_bytes()
        assert [number for number in range(1, 51) if f"Clove{number:02} rests".encode() in raw] == [], file
    full.ok("ledger", "verify", "--witness", str(full.path / "out"))
    assert "[redacted]" in full.ok("show", "checkout", "--json").out
    assert installation_mail(full)["outcome"] in ("applied", "note")
    full.config.write_text(config)
    postgresql.drop(name)


def said_in_database(server: RealPostgresql, name: str) -> str:
    """Return every value of every row, uncompressed."""
    found: list[str] = []
    with server.superuser(name) as connection:
        for (table,) in connection.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'incidentmail'::regnamespace"
            " AND relkind = 'r'"
        ).fetchall():
            for row in connection.execute(" ".join(("SELECT * FROM", str(table))).encode()):
                found += [text(value) for value in row]
    return "\n".join(found)


def installation_mail(full: Installation) -> dict[str, Any]:
    """Return the outcome of a later reply, which shows that threads, words and people are still known."""
    full.ok("update", "checkout", "--severity", "1")
    told = full.mails[-1]
    raw = (
        f"From: {BO}\nTo: {told['Reply-To']}\nSubject: Re: {told['Subject']}\nMessage-ID: <after@mua.example>\n"
        f"In-Reply-To: {told['Message-ID']}\n\nsev 2\n"
    )
    return full.ingest(raw.encode())


def test_compressed_bodies_of_redacted_mail_are_not_left_in_free_pages(full: Installation) -> None:
    with closing(sqlite3.connect(full.ledger)) as connection:
        stored = dict(connection.execute("SELECT seq, raw FROM bodies"))
    seq = max(stored)
    full.ok("ledger", "redact", "--mail", str(seq), "--reason", "a test")
    full.ok("ledger", "compact")
    raw = full.ledger.read_bytes()
    assert stored[seq][:64] not in raw and stored[1][:64] in raw
    assert not Path(f"{full.ledger}-wal").exists() or not Path(f"{full.ledger}-wal").stat().st_size


def test_a_person_is_forgotten_by_address_and_by_every_name(full: Installation) -> None:
    full.ok("ledger", "redact", "--person", "bo@example.com", "--reason", "asked to be forgotten")
    full.ok("ledger", "compact")
    with closing(sqlite3.connect(full.ledger)) as connection:
        envelopes = [envelope for (envelope,) in connection.execute("SELECT envelope FROM accepted")]
    said = said_in(full.ledger)
    for envelope in envelopes:
        said = said.replace(envelope, "")
    assert "Bo K." not in said
    assert "alicia@example.com" in said
    full.ok("ledger", "verify", "--witness", str(full.path / "out"))


def test_a_held_incident_keeps_everything_until_the_hold_is_lifted(full: Installation) -> None:
    seq = chosen(full, 4)[0]
    full.ok("ledger", "hold", "checkout", "--reason", "a court asks for it")
    refused = full.run("ledger", "redact", seq, "--reason", "a test")
    assert refused.code == 2 and "is held: a court asks for it" in refused.err and "--lift" in refused.err
    assert full.ok("ledger", "hold").out.strip().endswith("checkout-is-down: a court asks for it")
    full.ok("ledger", "hold", "checkout", "--lift")
    full.ok("ledger", "redact", seq, "--reason", "a test")
    assert "placed a hold on" in full.ok("log", "--all").out


def test_a_redaction_shows_what_it_would_remove_and_then_says_what_it_removed(full: Installation) -> None:
    seq = chosen(full, 4)[0]
    planned = full.ok("ledger", "redact", seq, "--reason", "a test", "--dry-run")
    assert f"would be removed: entry {seq}: text" in planned.out
    assert has(full.ok("log", "--all").out, 4)
    done = full.ok("ledger", "redact", seq, "--reason", "a test").out
    assert done.startswith(planned.out.replace("would be removed", "removed"))
    assert "redacted entry" in full.ok("log", "--all").out
    again = full.run("ledger", "redact", seq, "--reason", "a test")
    assert again.code == 2 and "nothing to remove" in again.err


def test_a_mail_that_waits_in_the_outbox_has_to_be_sent_or_dropped_first(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:1")
    installation.run("declare", "Checkout is down", "-m", secret(1))
    refused = installation.run("ledger", "redact", "1", "--reason", "a test")
    assert refused.code == 2 and "is not sent yet" in refused.err and "outbox drop 1" in refused.err
    installation.ok("outbox", "drop", "1")
    installation.ok("ledger", "redact", "1", "--reason", "a test")
    assert not has(said_in(installation.ledger), 1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["999"], "there is no entry 999"),
        (["2"], "has no free text"),
        (["1", "--field", "colour"], "has no field colour"),
        (["--mail", "999"], "no mail has the number 999"),
        (["--person", "nobody@example.com"], "nobody in the ledger has the address"),
        ([], "say what to remove"),
        (["1", "--mail", "1"], "say what to remove"),
        (["--mail", "1", "--field", "text"], "--field belongs to an entry"),
    ],
)
def test_what_cannot_be_removed_is_refused_with_a_hint(installation: Installation, words: list[str], said: str) -> None:
    installation.declare("Cards fail", "--severity", "2")
    refused = installation.run("ledger", "redact", *words, "--reason", "a test")
    assert refused.code == 2 and said in refused.err and "hint: " in refused.err


def test_pruning_keeps_hashes_and_outcomes_and_the_mail_of_open_and_held_incidents(
    installation: Installation, mails: Mails
) -> None:
    for name in ("Cards fail", "Search is slow", "Login is down"):
        told = installation.declare(name)
        installation.ingest(mails.reply_to(told, f"About {name}.", BO))
    for name in ("search", "cards"):
        installation.ok("close", name, "-m", "Over.")
    installation.ok("ledger", "hold", "cards", "--reason", "a court asks for it")
    installation.clock.tick(days=401)
    planned = installation.ok("ledger", "prune", "--older-than", "400d", "--dry-run", "--json").json
    assert (planned["mails"], planned["held"], planned["open"], planned["entry"]) == (1, 1, 1, None)
    done = installation.ok("ledger", "prune", "--older-than", "400d", "--json").json
    assert (done["mails"], done["entry"] is None) == (1, False)
    with installation.context() as context, context.ledger.snapshot() as view:
        removed = [seq for seq in (1, 2, 3) if (mail := view.accepted(seq)) is not None and mail.is_removed]
        assert removed == [2] and view.outcome(2) is not None
    installation.ok("ledger", "verify", "--witness", str(installation.path / "out"))
    assert installation.ok("ledger", "prune", "--older-than", "400d", "--json").json["mails"] == 0
    assert "removed the bodies of 1 mail" in installation.ok("log", "--all").out


def test_what_is_left_of_a_redacted_mail_is_never_sent(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:1")
    installation.run("declare", "Cards fail", "-m", secret(1))
    installation.ok("outbox", "drop", "1")
    installation.ok("ledger", "redact", "--words", secret(1), "--reason", "a secret")
    installation.configure()
    installation.clock.tick(hours=2)
    refused = installation.run("outbox", "retry", "1")
    assert (refused.code, "mail 1 was redacted, so there is nothing left to send" in refused.err) == (2, True)
    installation.run("outbox", "retry")
    with installation.context() as context, context.ledger.transaction() as tx:
        tx.requeue_failed(at=context.now(), only=[1])
    installation.ok("flush")
    assert installation.mails == [] and installation.private == []
