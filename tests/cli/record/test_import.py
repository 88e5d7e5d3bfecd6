"""`ledger import` makes the same ledger from an export, and refuses incomplete or changed exports."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from incidentmail.ledger.export_lines import TABLES
from incidentmail.ledger.kept_tables import KEPT
from incidentmail.ledger.sqlite.schema import FORMAT, statements

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
Lines = list[bytes]


def lose_ledger(house: Installation) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{house.ledger}{end}").unlink(missing_ok=True)


@pytest.fixture
def filled(installation: Installation, mails: Mails) -> Installation:
    """An installation with replies, a redacted mail, a redacted note, and a mail that waits to be sent."""
    declared = installation.declare("Cards fail", "-m", "Since noon, grüße.")
    for minute, text in enumerate(("sev 1", "Tulipan77 grows behind the mill.", "It began at noon.", "phase 2")):
        installation.clock.tick(minutes=minute)
        installation.ingest(mails.reply_to(declared, text, JAYLA, at=installation.clock.now))
    installation.ok("ledger", "redact", "--words", "Tulipan77", "--reason", "a secret")
    installation.ok("note", "cards", "The bank was called.")
    return installation


def exported(house: Installation) -> Lines:
    return house.ok("ledger", "export").out.encode().splitlines(keepends=True)


def sealed_anew(lines: Lines) -> Lines:
    """Return the lines with a valid last line, as somebody who knows the format would write it."""
    *before, _ = lines
    end = {"type": "end", "lines": len(before), "sha256": hashlib.sha256(b"".join(before)).hexdigest()}
    return [*before, json.dumps(end).encode() + b"\n"]


def changed(line: bytes, **values: Any) -> bytes:
    return json.dumps({**json.loads(line), **values}, ensure_ascii=False).encode() + b"\n"


def test_what_is_imported_exports_the_same_and_goes_on(filled: Installation, mails: Mails) -> None:
    before, shown = exported(filled), filled.show()
    head = filled.ok("ledger", "head", "--json").json
    file = filled.path / "record.jsonl"
    filled.ok("ledger", "export", str(file))
    lose_ledger(filled)
    done = filled.ok("ledger", "import", str(file), "--json").json
    assert (done["entries"], done["head"]) == (head["size"], head["head"])
    assert (done["accepted"], done["accepted_head"]) == (head["accepted"], head["accepted_head"])
    assert (done["origin"], done["has_key"]) == (head["origin"], True)
    assert exported(filled) == before
    assert filled.show() == shown
    assert stat.S_IMODE(filled.ledger.stat().st_mode) == 0o600
    assert filled.ok("ledger", "verify")
    sent = len(filled.wire)
    filled.clock.tick(minutes=3)
    last = next(mail for mail in reversed(filled.mails) if mail["Incident-Update"])
    outcome = filled.ingest(mails.reply_to(last, "sev 2", JAYLA, at=filled.clock.now))
    assert outcome["outcome"] == "applied" and filled.show()["severity"] == 2
    filled.clock.tick(minutes=1)
    filled.ok("flush")
    assert len(filled.wire) > sent


def test_redacted_words_stay_redacted(filled: Installation) -> None:
    lines = exported(filled)
    assert b"Tulipan77" not in b"".join(lines)
    mails = [json.loads(line) for line in lines if json.loads(line)["type"] == "mail"]
    texts = [text for line in lines for text in json.loads(line).get("texts", {}).values()]
    assert any(mail["raw"] is None for mail in mails) and {"salt": "", "text": None} in texts
    lose_ledger(filled)
    filled.ok("ledger", "import", "-", stdin=b"".join(lines))
    assert "[redacted]" in filled.ok("timeline", "cards").out


def test_a_mail_that_waited_still_goes_out(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:1")
    installation.run("declare", "Cards fail")
    waiting = installation.ok("outbox", "list", "--json").lines
    lines = exported(installation)
    lose_ledger(installation)
    installation.ok("ledger", "import", "-", stdin=b"".join(lines))
    assert installation.ok("outbox", "list", "--json").lines == waiting != []
    installation.configure()
    installation.clock.tick(hours=2)
    installation.ok("flush")
    assert [mail["Message-ID"] for mail in installation.mails] == [waiting[0]["message_id"]]


def test_a_ledger_is_never_overwritten(filled: Installation) -> None:
    lines = b"".join(exported(filled))
    result = filled.run("ledger", "import", "-", stdin=lines)
    assert (result.code, "there is a ledger" in result.err) == (2, True)


def test_a_missing_key_is_told(filled: Installation) -> None:
    lines = b"".join(exported(filled))
    lose_ledger(filled)
    (filled.path / "key").rename(filled.path / "key.away")
    result = filled.ok("ledger", "import", "-", stdin=lines)
    assert "there is no key" in result.err
    (filled.path / "key.away").rename(filled.path / "key")


def cut_after(share: float) -> Callable[[Lines], bytes]:
    return lambda lines: b"".join(lines)[: int(share * len(b"".join(lines)))]


def first_of(kind: str, lines: Lines) -> int:
    return next(number for number, line in enumerate(lines) if json.loads(line)["type"] == kind)


def without(kind: str) -> Callable[[Lines], bytes]:
    def spoil(lines: Lines) -> bytes:
        at = first_of(kind, lines)
        return b"".join(sealed_anew(lines[:at] + lines[at + 1 :]))

    return spoil


def with_other(type_: str, /, **values: Any) -> Callable[[Lines], bytes]:
    def spoil(lines: Lines) -> bytes:
        at = first_of(type_, lines)
        return b"".join(sealed_anew([*lines[:at], changed(lines[at], **values), *lines[at + 1 :]]))

    return spoil


def with_a_read_text_again(lines: Lines) -> bytes:
    """Return an export in which somebody has put back a redacted text."""
    at = next(number for number, line in enumerate(lines) if b'"text":null' in line)
    return b"".join(
        sealed_anew([*lines[:at], lines[at].replace(b'"text":null', b'"text":"\\"x\\""'), *lines[at + 1 :]])
    )


SPOILT: dict[str, tuple[Callable[[Lines], bytes], str]] = {
    "empty": (lambda lines: b"", "is not an exported ledger"),
    "another file": (lambda lines: b"From MAILER-DAEMON\n", "is not an exported ledger"),
    "another JSON": (lambda lines: b'{"type": "mail"}\n', "is not an exported ledger"),
    "of another version": (lambda lines: changed(lines[0], export=1), "was exported by another version"),
    "of a later ledger": (lambda lines: changed(lines[0], tables="77"), "was exported by another version"),
    "cut in a line": (cut_after(0.5), "was cut"),
    "cut after a line": (lambda lines: b"".join(lines[:4]), "was cut: it ends with line 4"),
    "without the last line": (lambda lines: b"".join(lines[:-1]), "was cut"),
    "longer": (lambda lines: b"".join([*lines, lines[1]]), "it comes after the end"),
    "a bit changed": (lambda lines: b"".join(lines).replace(b"outcomes", b"Outcomes", 1), "there is no table Outcomes"),
    "a row changed": (lambda lines: b"".join(lines).replace(b'"attempts":1', b'"attempts":7'), "a line was changed"),
    "an entry gone": (without("entry"), "it does not follow from the lines before it"),
    "a mail gone": (without("mail"), "it does not follow from the lines before it"),
    "a row gone": (without("row"), "what became of it"),
    "an entry with other words": (with_other("entry", body="{}"), "entry 1: its bytes were changed"),
    "an entry of another kind": (with_other("entry", kind="note_added.v1"), "entry 1: its columns differ"),
    "an entry of another incident": (with_other("entry", incident="2026-11-20-x"), "it does not follow"),
    "a mail with other bytes": (with_other("mail", raw="QQ=="), "accepted mail 1: its bytes were changed"),
    "a mail whose body is gone": (with_other("mail", raw=None), "accepted mail 1: its body is gone"),
    "a redacted text put back": (with_a_read_text_again, "is there, though an entry says that it was redacted"),
    "a hash that is none": (with_other("entry", hash="xyz"), "line"),
    "another head": (with_other("ledger", entries=3), "its first line says that there are 3 entries"),
    "another origin": (with_other("ledger", origin="aaaaaa"), "its hash does not follow from what stands before it"),
    "an origin that is none": (with_other("ledger", origin="../x"), "is no origin"),
    "an unknown line": (with_other("row", type="thing"), "Invalid value 'thing'"),
    "an unknown key": (with_other("entry", more=1), "unknown field"),
    "a row of another shape": (with_other("row", values={"seq": 1}), "has the columns"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_no_whole_export_is_refused_and_leaves_nothing(filled: Installation, name: str) -> None:
    spoil, expected = SPOILT[name]
    lines = exported(filled)
    spoilt = spoil(lines)
    assert spoilt != b"".join(lines)
    lose_ledger(filled)
    result = filled.run("ledger", "import", "-", stdin=spoilt)
    assert result.code == 65 and expected in result.err, result
    assert not filled.ledger.exists() and list(filled.path.glob("*.importing*")) == []
    filled.ok("ledger", "import", "-", stdin=b"".join(lines))


def test_every_table_is_exported_but_what_is_computed() -> None:
    database = sqlite3.connect(":memory:")
    database.create_function("row_checksum", -1, lambda *values: 0, deterministic=True)
    database.create_function("total_checksum", 3, lambda *values: 0, deterministic=True)
    database.execute("PRAGMA trusted_schema = ON")
    for statement in statements():
        database.execute(statement)
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {
        name: tuple(column for (column,) in database.execute("SELECT name FROM pragma_table_info(?)", (name,)))
        for name in tables
    }
    chained = {"meta", "accepted", "bodies", "entries", "sealed"}
    computed = {"incidents", "checksums"}
    assert {table.name: table.columns for table in KEPT} == {
        name: found for name, found in columns.items() if name not in chained | computed
    }
    assert TABLES == FORMAT
