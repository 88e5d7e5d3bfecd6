"""Copies of the record: verified back-ups, and exports for other programs."""

from __future__ import annotations

import base64
import hashlib
import json
import mailbox
import stat
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incidentmail.ledger.codec import chain, genesis

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_back_up_is_a_whole_ledger_that_only_its_owner_can_read(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail")
    installation.ingest(mails.reply_to(declared, "sev 1", JAYLA))
    copy = installation.path / "copy.db"
    shown = installation.ok("ledger", "backup", str(copy), "--json").json
    verdict = installation.ok("ledger", "verify", "--json").json
    assert (shown["size"], shown["head"], shown["secrets"]) == (verdict["size"], verdict["head"], None)
    assert mode(copy) == 0o600
    before = installation.show()
    for end in ("", "-wal", "-shm"):
        Path(f"{installation.ledger}{end}").unlink(missing_ok=True)
    copy.rename(installation.ledger)
    assert installation.show() == before
    installation.ok("update", "--severity", "2")


def test_a_back_up_is_verified_on_its_own_without_a_configuration(installation: Installation) -> None:
    installation.declare("Cards fail")
    copy = installation.path / "copy.db"
    size = installation.ok("ledger", "backup", str(copy), "--json").json["size"]
    installation.declare("Search is slow")
    before = sorted(installation.path.iterdir())
    assert installation.ok("ledger", "verify", str(copy), "--json").json["size"] == size
    said = installation.ok("ledger", "verify", str(copy)).out
    assert said.startswith(f"{copy} holds: {size} entries, head ")
    assert sorted(installation.path.iterdir()) == before, "it is only read"
    text = installation.config.read_text()
    installation.config.write_text("[list]\n")
    installation.ok("ledger", "verify", str(copy))
    installation.config.write_text(text)


def test_a_back_up_that_was_damaged_or_is_not_there_is_named(installation: Installation) -> None:
    installation.declare("Cards fail")
    copy = installation.path / "copy.db"
    installation.ok("ledger", "backup", str(copy))
    copy.write_bytes(copy.read_bytes().replace(b"Cards fail", b"Cards work"))
    result = installation.run("ledger", "verify", str(copy))
    assert result.code == 1 and f"error: {copy} does not hold: " in result.err
    installation.ok("ledger", "verify")
    missing = installation.run("ledger", "verify", str(installation.path / "none.db"))
    assert missing.code == 2 and "there is no file" in missing.err


def test_a_back_up_is_compared_with_mails_too(installation: Installation) -> None:
    installation.declare("Cards fail")
    copy, mail = installation.path / "copy.db", installation.path / "mail.eml"
    installation.ok("ledger", "backup", str(copy))
    installation.ok("update", "-m", "Still looking.")
    installation.ok("update", "-m", "Found it.")
    mail.write_bytes(bytes(installation.mails[0]))
    assert "1 of them says what the record was then; it agrees" in (
        installation.ok("ledger", "verify", str(copy), "--witness", str(mail)).out
    )
    mail.write_bytes(bytes(installation.mails[-1]))
    assert installation.run("ledger", "verify", str(copy), "--witness", str(mail)).code == 1, (
        "it is older than the mail"
    )


def test_a_back_up_is_made_while_another_process_writes(installation: Installation) -> None:
    installation.declare("Cards fail")
    with installation.context() as context, context.ledger.transaction():
        assert installation.ok("ledger", "backup", str(installation.path / "copy.db")).code == 0


def test_a_back_up_into_a_missing_folder_says_how_to_create_it(installation: Installation) -> None:
    installation.declare("Cards fail")
    folder = installation.path / "back ups"
    result = installation.run("ledger", "backup", str(folder / "copy.db"))
    assert result.code == 77 and f"hint: create the folder: mkdir -p '{folder}'\n" in result.err
    folder.mkdir()
    installation.ok("ledger", "backup", str(folder / "copy.db"))


def test_a_file_that_exists_is_replaced_only_if_asked_for(installation: Installation) -> None:
    installation.declare("Cards fail")
    copy = installation.path / "copy.db"
    copy.write_text("precious")
    result = installation.run("ledger", "backup", str(copy))
    assert (result.code, copy.read_text(), "--replace" in result.err) == (2, "precious", True)
    assert installation.ok("ledger", "backup", str(copy), "--replace")
    assert copy.read_bytes().startswith(b"SQLite format 3")
    assert installation.run("ledger", "backup", str(installation.ledger), "--replace").code == 2


def test_a_ledger_that_does_not_hold_is_not_backed_up_over_a_good_copy(installation: Installation) -> None:
    installation.declare("Cards fail")
    copy = installation.path / "copy.db"
    installation.ok("ledger", "backup", str(copy))
    good = copy.read_bytes()
    raw = bytearray(installation.ledger.read_bytes())
    at = raw.rindex(b"Cards fail")
    raw[at : at + 5] = b"CARDS"
    installation.broken = True
    installation.ledger.write_bytes(raw)
    result = installation.run("ledger", "backup", str(copy), "--replace")
    assert result.code != 0 and copy.read_bytes() == good
    assert not list(installation.path.glob("*.part"))


def test_key_and_configuration_go_to_an_archive_of_their_own(installation: Installation) -> None:
    installation.declare("Cards fail")
    copy = installation.path / "copy.db"
    said = installation.ok("ledger", "backup", str(copy), "--with-key")
    archive = installation.path / "copy.db.secrets.tar"
    assert "THE KEY AND THE CONFIGURATION" in said.out and mode(archive) == 0o600
    with tarfile.open(archive) as tar:
        assert tar.getnames() == ["key", "config.toml"]
        key = tar.extractfile("key")
        assert key is not None and key.read() == (installation.path / "key").read_bytes()


def test_status_says_when_the_last_back_up_was(installation: Installation) -> None:
    installation.declare("Cards fail")
    assert installation.run("status", "--json").json["backed_up_at"] is None
    installation.ok("ledger", "backup", str(installation.path / "copy.db"))
    assert installation.run("status", "--json").json["backed_up_at"] is not None
    installation.clock.tick(days=3)
    assert "(3 days ago)" in installation.run("status").out


def test_an_export_has_all_that_the_hashes_cover(installation: Installation, mails: Mails) -> None:
    reply = mails.reply_to(installation.declare("Cards fail"), "sev 1", JAYLA)
    installation.ingest(reply)
    first, *lines = [json.loads(line) for line in installation.ok("ledger", "export").out.splitlines()]
    mail = [line for line in lines if line["type"] == "mail"]
    entries = [line for line in lines if line["type"] == "entry"]
    assert (first["export"], first["entries"], first["head"]) == (2, len(entries), entries[-1]["hash"])
    assert first["accepted_head"] == mail[-1]["hash"]
    raw = base64.b64decode(mail[0]["raw"])
    assert hashlib.sha256(raw).hexdigest() == mail[0]["sha256"] and b"sev 1" in raw
    before = genesis(first["origin"])
    for entry in entries:
        before = chain(before, entry["body"].encode())
        assert before.hex() == entry["hash"]
    texts = [text["text"] for entry in entries for text in entry["texts"].values()]
    assert any("Cards fail" in str(text) for text in texts)


def test_accepted_mail_is_exported_as_an_mbox(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail")
    installation.ingest(mails.reply_to(declared, "sev 1", JAYLA))
    installation.ingest(mails.reply_to(declared, "From here on it is quiet.\nFrom now on too.", JAYLA))
    file = installation.path / "mail.mbox"
    installation.ok("ledger", "export", "--mbox", str(file))
    box = mailbox.mbox(str(file), create=False)
    assert [message["From"] for message in box] == [JAYLA, JAYLA]
    box.close()
    assert mode(file) == 0o600
    assert installation.run("ledger", "export", str(file)).code == 2


@pytest.mark.parametrize("command", ["backup x.db", "export", "head"])
def test_without_a_ledger_nothing_is_made(installation: Installation, command: str) -> None:
    result = installation.run("ledger", *command.split())
    assert result.code != 0 and "there is no ledger" in result.err
    assert not installation.ledger.exists()
