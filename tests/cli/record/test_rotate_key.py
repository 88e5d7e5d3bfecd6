"""A new key proves new mail, and earlier keys still prove the mail that was written with them."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from saved_boxes import as_maildir

from incidentmail.app.key_file import read_key
from incidentmail.app.serve_lock import marked_as_running
from incidentmail.core.record.keys import every, fingerprint
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Installation, Mails

BO = "Bo K. <bo@example.com>"
LIST = ListStyle(address="incidents@example.com")


def test_a_reply_to_mail_of_the_earlier_key_still_finds_its_incident_by_every_way(
    installation: Installation, mails: Mails
) -> None:
    told = installation.declare("Cards fail", "--severity", "3")
    installation.ok("ledger", "rotate-key")
    installation.ok("ledger", "rotate-key")
    assert installation.ingest(mails.reply_to(told, "sev 2", BO))["outcome"] == "applied"
    bare = mails.new("sev 1", sender=BO, subject="Cards", to=str(told["Reply-To"]))
    assert installation.ingest(bare)["outcome"] == "applied"
    quoted = "\n".join(f"> {line}" for line in told.get_content().splitlines())
    by_code = mails.new(f"phase 2\n\n{quoted}", sender=BO, subject="Re: Cards", to="incident-bot@example.com")
    assert installation.ingest(by_code)["outcome"] == "applied"
    assert (installation.show("cards")["severity"], installation.show("cards")["phase"]) == (1, 2)


def test_new_mail_is_proven_by_the_new_key_and_an_old_copy_is_still_ours(installation: Installation) -> None:
    told = installation.declare("Cards fail", "--severity", "3")
    installation.ok("ledger", "rotate-key")
    assert installation.ingest(list_copy(bytes(told), LIST))["disposition"] == "own"
    installation.ok("update", "--severity", "1")
    again = installation.mails[-1]
    assert again["Message-ID"] != told["Message-ID"]
    assert installation.ingest(list_copy(bytes(again), LIST))["disposition"] == "own"
    with installation.context() as context:
        assert context.key == read_key(installation.path / "key")
        assert len(every(context.key)) == 2


def test_mail_of_all_keys_is_a_witness_and_rebuilds_the_ledger(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "3")
    for severity in ("2", "1"):
        installation.ok("ledger", "rotate-key")
        installation.clock.tick(minutes=5)
        installation.ok("update", "--severity", severity)
    as_maildir(installation.path / "box", [bytes(mail) for mail in installation.mails])
    witness = installation.ok("ledger", "verify", "--witness", str(installation.path / "box"), "--json").json
    assert witness["witnesses"] == {"mails": 3, "proven": 3, "unproven": 0}
    before = installation.show("cards")
    for end in ("", "-wal", "-shm"):
        (installation.path / f"ledger.db{end}").unlink(missing_ok=True)
    done = installation.ok("ledger", "rebuild", str(installation.path / "box"), "--json").json
    assert (done["updates"], done["unplaced"]) == (2, [])
    assert installation.show("cards")["severity"] == before["severity"] == 1


def test_a_standby_with_all_keys_follows_mail_of_each(
    installations: Callable[[], Installation], installation: Installation
) -> None:
    other = installations()
    told = installation.declare("Cards fail", "--severity", "3")
    installation.ok("ledger", "rotate-key")
    installation.ok("update", "--severity", "1")
    for name in ("key", "key.1"):
        (other.path / name).write_bytes((installation.path / name).read_bytes())
        (other.path / name).chmod(0o600)
    for mail in installation.mails:
        assert other.ingest(list_copy(bytes(mail), LIST))["outcome"] == "applied", told
    assert other.show("cards")["severity"] == 1


def test_the_back_up_has_all_keys_and_doctor_counts_them(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("ledger", "rotate-key")
    done = installation.ok("ledger", "rotate-key", "--json").json
    assert (done["earlier"], done["old"]) == (2, str(installation.path / "key.2"))
    installation.ok("ledger", "backup", str(installation.path / "b.db"), "--with-key")
    with tarfile.open(installation.path / "b.db.secrets.tar") as archive:
        assert {"key", "key.1", "key.2"} <= set(archive.getnames())
    said = installation.run("doctor").out
    assert "with 2 earlier keys beside it; include them in the back-up" in " ".join(said.split())


def test_it_is_not_rotated_while_serve_runs_or_without_a_key(installation: Installation) -> None:
    assert installation.run("ledger", "rotate-key").code == 78
    installation.declare("Cards fail")
    with marked_as_running(installation.ledger):
        refused = installation.run("ledger", "rotate-key")
    assert refused.code == 2 and "is running with the present key" in refused.err
    (installation.path / "key.1").write_bytes(b"short")
    (installation.path / "key.1").chmod(0o600)
    assert "fewer than 32" in installation.run("ledger", "rotate-key").err


def test_the_record_says_that_there_is_a_new_key_and_doctor_sees_a_wrong_one(installation: Installation) -> None:
    installation.declare("Cards fail")
    first = (installation.path / "key").read_bytes()
    installation.ok("ledger", "rotate-key")
    (entry,) = [one for one in installation.log("--all") if one["kind"] == "key_rotated.v1"]
    key = read_key(installation.path / "key")
    assert entry["data"] == {"fingerprint": fingerprint(key), "earlier": 1}
    assert fingerprint(key) != fingerprint(first)
    assert "is not the newest key" not in installation.run("doctor").out
    (installation.path / "key").write_bytes(first)
    said = " ".join(installation.run("doctor").out.split())
    assert f"is not the newest key: the ledger names {fingerprint(key)}" in said
