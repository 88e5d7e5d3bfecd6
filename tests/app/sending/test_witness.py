"""Each mail to the list is a witness of the ledger: it carries the newest hash of both chains."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incidentmail.app.keeping.witness import signed

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"


def test_a_mail_to_the_list_carries_the_heads_of_both_chains(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(declared, "It began at noon.", JAYLA))
    installation.ingest(mails.reply_to(declared, "sev 1", JAYLA))
    fields = [mail["Incident-Ledger"].split("; ") for mail in installation.mails if mail["Incident-Update"]]
    with closing(sqlite3.connect(installation.ledger)) as connection:
        ((origin,),) = connection.execute("SELECT value FROM meta WHERE name = 'origin'").fetchall()
        ((genesis,),) = connection.execute("SELECT value FROM meta WHERE name = 'genesis'").fetchall()
        entries = dict(connection.execute("SELECT seq, hash FROM entries"))
        accepted = dict(connection.execute("SELECT seq, hash FROM accepted"))
    assert fields[0][:-1] == [origin, "1", entries[1].hex(), "0", genesis.hex()]
    assert fields[1][:-1] == [origin, fields[1][1], entries[int(fields[1][1])].hex(), "2", accepted[2].hex()]


def saved(installation: Installation, number: int) -> str:
    file = installation.path / f"{number}.eml"
    file.write_bytes(bytes([mail for mail in installation.mails if mail["Incident-Update"]][number]))
    return str(file)


def test_a_ledger_holds_what_the_mails_that_it_sent_say(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(declared, "sev 1", JAYLA))
    result = installation.ok("ledger", "verify", "--mail", saved(installation, 0), "--mail", saved(installation, 1))
    assert result.out.startswith("the ledger holds: ")


def test_a_ledger_that_was_put_back_or_begun_anew_is_contradicted_by_a_mail(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare("Cards fail", "--severity", "2")
    older = installation.ledger.read_bytes()
    installation.ingest(mails.reply_to(declared, "sev 1", JAYLA))
    newest = saved(installation, 1)
    installation.ledger.write_bytes(older)
    assert installation.ok("ledger", "verify")
    result = installation.run("ledger", "verify", "--mail", newest, "--json")
    assert (result.code, result.json["ok"]) == (1, False)
    assert "there was entry 3 when it was written, and now there is none" in result.json["reason"]
    installation.run("update", "--severity", "4")
    result = installation.run("ledger", "verify", "--mail", newest)
    assert (result.code, "entry 3 was another one when it was written" in result.err) == (1, True)
    for end in ("", "-wal", "-shm"):
        Path(f"{installation.ledger}{end}").unlink(missing_ok=True)
    installation.declare("Cards fail")
    assert "it came from another ledger" in installation.run("ledger", "verify", "--mail", newest).err


def test_mail_that_was_accepted_and_is_gone_is_missed_too(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("Lunch?", sender=JAYLA, subject="Lunch"))
    parts = str(installation.declare("Cards fail")["Incident-Ledger"]).split("; ")
    file, key = installation.path / "witness.eml", (installation.path / "key").read_bytes()
    for accepted, code in (("1", 0), ("2", 1)):
        file.write_text(f"Incident-Ledger: {signed(key, '; '.join([*parts[:3], accepted, parts[4]]))}\n\n")
        assert installation.run("ledger", "verify", "--mail", str(file)).code == code


@pytest.mark.parametrize("part", range(5))
def test_a_field_that_somebody_changed_accuses_nobody(installation: Installation, mails: Mails, part: int) -> None:
    installation.ingest(mails.new("Lunch?", sender=JAYLA, subject="Lunch"))
    field = str(installation.declare("Cards fail")["Incident-Ledger"])
    parts = field.split("; ")
    parts[part] = {0: "aaaaaa", 1: "7", 3: "9"}.get(part, "0" * 64)
    file = installation.path / "changed.eml"
    for changed in ("; ".join(parts), "; ".join(parts[:5])):
        file.write_text(f"Incident-Ledger: {changed}\n\n")
        result = installation.run("ledger", "verify", "--mail", str(file))
        assert (result.code, "nothing proves that we wrote it so" in result.err) == (65, True)
        assert "does not hold" not in result.err
    file.write_text(f"Incident-Ledger: {'; '.join(field.split('; ')[:5])}\n\n")  # as earlier versions wrote it
    assert installation.ok("ledger", "verify", "--mail", str(file)).out.startswith("the ledger holds: ")


def test_what_is_proven_goes_before_what_is_not(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "2")
    older = installation.ledger.read_bytes()
    installation.ingest(mails.reply_to(declared, "sev 1", JAYLA))
    newest = saved(installation, 1)
    changed = installation.path / "changed.eml"
    changed.write_bytes(Path(newest).read_bytes().replace(b"Incident-Ledger: ", b"Incident-Ledger: aa"))
    installation.ledger.write_bytes(older)
    result = installation.run("ledger", "verify", "--mail", str(changed), "--mail", newest)
    assert (result.code, f"{newest} says otherwise" in result.err) == (1, True)


def test_a_file_that_is_no_witness_is_refused(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail")
    file = installation.path / "reply.eml"
    file.write_bytes(mails.new("Lunch?", sender=JAYLA, subject="Lunch"))
    for name in (file, installation.path / "none.eml"):
        assert installation.run("ledger", "verify", "--mail", str(name)).code == 65
