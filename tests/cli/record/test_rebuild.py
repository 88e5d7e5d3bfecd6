"""The list's archive is a back-up: `ledger rebuild` makes the ledger again from any subscriber's mailbox."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from saved_boxes import as_files, as_maildir, as_mbox

from incidentmail.app.keeping.rebuild import NOT_ANNOUNCED
from incidentmail.app.receiving.apply import accept_mails
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"
LIST = "incidents@example.com"
REPLIES = ("sev 1", "sev 2", "phase 2", "It began at noon.", "Impact: no payments", "taking command", "no change")


def history(house: Installation, mails: Mails, *, incidents: int, seed: int = 1) -> list[bytes]:
    """Play incidents with replies in a random order. Return a subscriber's mailbox, with other mail in it."""
    chance, box = random.Random(seed), []
    for number in range(incidents):
        house.clock.tick(minutes=30)
        mail = house.declare(f"Service {number} fails", "--severity", str(chance.choice([1, 2, 3])))
        for _ in range(chance.randrange(4)):
            house.clock.tick(minutes=chance.randrange(1, 9))
            raw = mails.reply_to(mail, chance.choice(REPLIES), chance.choice([JAYLA, BO]), at=house.clock.now)
            house.ingest(raw)
            box.append(list_copy(raw, ListStyle(address=LIST)))
        if chance.random() < 0.5:
            house.ok("close", house.ok("list", "--json").json[0]["id"], "-m", "It works again.")
    box += [list_copy(bytes(mail), ListStyle(address=LIST)) for mail in house.mails if mail["Incident-Update"]]
    box += [mails.new("Lunch?", sender=JAYLA, subject="Lunch"), mails.new("sev 1", sender=BO, subject="Other")]
    chance.shuffle(box)
    return box


def lose_ledger(house: Installation) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{house.ledger}{end}").unlink(missing_ok=True)


def facts(house: Installation) -> dict[str, dict[str, Any]]:
    shown = {one["id"]: house.show(one["id"]) for one in house.ok("list", "--all", "--json").json}
    return {name: {key: value for key, value in one.items() if key not in NOT_ANNOUNCED} for name, one in shown.items()}


@pytest.mark.parametrize("save", [as_maildir, as_mbox, as_files])
def test_the_announced_facts_are_those_of_the_lost_ledger(installation: Installation, mails: Mails, save: Any) -> None:
    save(installation.path / "box", history(installation, mails, incidents=5))
    before = facts(installation)
    lose_ledger(installation)
    done = installation.ok("ledger", "rebuild", str(installation.path / "box"), "--json").json
    assert (done["incidents"], done["gaps"], done["unplaced"]) == (5, [], [])
    assert done["mails"] == done["kept"] + 2, "other people's mail is left alone"
    assert facts(installation) == before
    assert installation.ok("ledger", "verify")


def test_what_people_wrote_is_there_as_notes(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    installation.clock.tick(minutes=5)
    reply = mails.reply_to(mail, "The bank was called.", JAYLA, at=installation.clock.now)
    as_files(installation.path / "box", [list_copy(bytes(mail), ListStyle(address=LIST)), reply])
    lose_ledger(installation)
    installation.ok("ledger", "rebuild", str(installation.path / "box"))
    assert "The bank was called." in installation.ok("timeline", "cards").out


def test_it_is_silent_until_it_is_promoted(installation: Installation, mails: Mails) -> None:
    as_mbox(installation.path / "box", history(installation, mails, incidents=1))
    lose_ledger(installation)
    said = installation.ok("ledger", "rebuild", str(installation.path / "box"))
    assert "incidentmail promote" in said.out
    sent = len(installation.wire)
    which = installation.ok("list", "--all", "--json").json[0]["id"]
    installation.run("flush")
    assert installation.run("note", which, "We are back.").code == 1
    assert len(installation.wire) == sent
    installation.ok("promote", "--yes")
    assert installation.ok("note", which, "We are back.")


def test_gaps_are_named(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--severity", "3")
    for severity in ("2", "1", "3"):
        installation.ok("update", "--severity", severity)
    box = [bytes(mail) for mail in installation.mails if mail["Incident-Update"]]
    as_files(installation.path / "box", [box[0], box[1], box[3]])
    lose_ledger(installation)
    said = installation.ok("ledger", "rebuild", str(installation.path / "box"))
    assert "missing of 2026-11-20-cards-fail: update 2" in said.out


def test_numbers_that_a_promotion_skipped_are_not_called_missing(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--severity", "3")
    for severity in ("2", "1", "3"):
        installation.ok("update", "--severity", severity)
    installation.ok("promote", "--restored")
    installation.ok("update", "--severity", "2")
    box = [bytes(mail) for mail in installation.mails if mail["Incident-Update"]]
    as_files(installation.path / "box", [box[0], box[1], box[3], box[4]])
    lose_ledger(installation)
    said = installation.ok("ledger", "rebuild", str(installation.path / "box"))
    assert "missing of 2026-11-20-cards-fail: update 2\n" in said.out
    assert "not missing: a promotion skipped update 4 to 103 of 2026-11-20-cards-fail\n" in said.out


def test_an_interrupted_rebuild_goes_on(
    installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_files(installation.path / "box", history(installation, mails, incidents=3))
    before, done = facts(installation), list[int]()
    lose_ledger(installation)

    def dies(*args: Any) -> list[int]:
        done.append(1)
        if len(done) == 4:
            raise OSError("the power is gone")
        return accept_mails(*args)

    with monkeypatch.context() as patch:
        patch.setattr("incidentmail.app.keeping.rebuild.accept_mails", dies)
        assert installation.run("ledger", "rebuild", str(installation.path / "box")).code != 0
    assert not installation.ledger.exists()
    assert installation.ok("ledger", "rebuild", str(installation.path / "box"))
    assert facts(installation) == before


def test_a_ledger_is_never_overwritten_and_without_a_key_nothing_is_proven(
    installation: Installation, mails: Mails
) -> None:
    as_mbox(installation.path / "box", history(installation, mails, incidents=1))
    result = installation.run("ledger", "rebuild", str(installation.path / "box"))
    assert (result.code, "there is a ledger" in result.err) == (2, True)
    lose_ledger(installation)
    (installation.path / "key").rename(installation.path / "key.away")
    result = installation.run("ledger", "rebuild", str(installation.path / "box"))
    assert (result.code, "only the key proves our mail" in result.err) == (78, True)


def test_a_mailbox_without_our_mail_is_refused(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail")
    lose_ledger(installation)
    as_mbox(installation.path / "box", [mails.new("Lunch?", sender=JAYLA, subject="Lunch")])
    result = installation.run("ledger", "rebuild", str(installation.path / "box"))
    assert (result.code, "none of 1 mails is ours" in result.err) == (65, True)
    assert not installation.ledger.exists()


def test_a_reply_whose_writers_clock_is_wrong_still_comes_after_what_it_answers(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail")
    wrong = installation.clock.now - timedelta(days=400)
    first = mails.reply_to(mail, "The bank was called.", JAYLA, at=wrong, message_id="<first@mua.example>")
    second = mails.new(
        "It calls back.", sender=BO, subject="Re: Cards fail", at=wrong - timedelta(days=1),
        more=f"In-Reply-To: <first@mua.example>\nReferences: {mail['Message-ID']} <first@mua.example>\n",
    )  # fmt: skip
    as_files(installation.path / "box", [second, first, list_copy(bytes(mail), ListStyle(address=LIST))])
    lose_ledger(installation)
    done = installation.ok("ledger", "rebuild", str(installation.path / "box"), "--json").json
    assert (done["replies"], done["unplaced"]) == (2, [])
    said = [
        one["what"] for one in installation.ok("timeline", "cards", "--json").lines if one["kind"] == "note_added.v1"
    ]
    assert said == ["The bank was called.", "It calls back."]


def test_without_the_key_all_that_has_our_form_is_believed_and_marked(installation: Installation, mails: Mails) -> None:
    as_mbox(installation.path / "box", history(installation, mails, incidents=4))
    before, last = facts(installation), installation.wire[-1]
    lose_ledger(installation)
    (installation.path / "key").unlink()
    refused = installation.run("ledger", "rebuild", str(installation.path / "box"))
    assert (refused.code, "--unproven" in refused.err) == (78, True)
    done = installation.ok("ledger", "rebuild", str(installation.path / "box"), "--unproven", "--json")
    assert (done.json["is_proven"], done.json["incidents"], done.json["unplaced"]) == (False, 4, [])
    assert not (installation.path / "key").exists(), "a key is made when the first mail needs one"
    assert facts(installation) == before
    entries = installation.log("--all")
    ours = [entry for entry in entries if entry["kind"] == "announced.v1"]
    assert ours and {entry["trust"] for entry in ours} == {"stranger"}
    installation.ok("promote", "--yes")
    which = next(name for name, one in before.items() if one["status"] == "open")
    installation.ok("update", which, "-m", "We are back.")
    assert b"We are back." in installation.wire[-1] != last
    assert "nothing proves the entries before" in " ".join(installation.run("doctor").out.split())


def test_a_reply_still_finds_its_incident_after_the_key_was_lost(installation: Installation, mails: Mails) -> None:
    told = installation.declare("Cards fail", "--severity", "3")
    as_files(installation.path / "box", [list_copy(bytes(told), ListStyle(address=LIST))])
    lose_ledger(installation)
    (installation.path / "key").unlink()
    installation.ok("ledger", "rebuild", str(installation.path / "box"), "--unproven")
    installation.ok("promote", "--yes")
    installation.clock.tick(minutes=5)
    assert installation.ingest(mails.reply_to(told, "sev 1", JAYLA, at=installation.clock.now))["outcome"] == "applied"
    assert installation.show()["severity"] == 1


def test_a_rebuilt_ledger_says_so_and_names_what_mail_does_not_say(installation: Installation, mails: Mails) -> None:
    as_mbox(installation.path / "box", history(installation, mails, incidents=1))
    shown = installation.show(installation.ok("list", "--all", "--json").json[0]["id"])
    lose_ledger(installation)
    done = installation.ok("ledger", "rebuild", str(installation.path / "box"), "--json").json
    assert set(done["not_announced"]) <= shown.keys() and {"severity", "commander"}.isdisjoint(done["not_announced"])
    (entry,) = [one for one in installation.log("--all") if one["kind"] == "record_rebuilt.v1"]
    assert entry["data"] == {"mails": done["kept"], "is_proven": True}
    assert "nothing proves" not in installation.run("doctor").out


def test_what_a_stopped_machine_left_is_not_taken_for_a_ledger(installation: Installation, mails: Mails) -> None:
    as_mbox(installation.path / "box", history(installation, mails, incidents=1))
    lose_ledger(installation)
    (installation.path / "ledger.db.rebuilding").write_bytes(b"SQLite format 3\0" + bytes(4080))
    result = installation.run("ledger", "rebuild", str(installation.path / "box"))
    assert result.code != 0 and "because the machine stopped" in result.err and "begin anew" in result.err
    (installation.path / "ledger.db.rebuilding").unlink()
    assert installation.ok("ledger", "rebuild", str(installation.path / "box"))
