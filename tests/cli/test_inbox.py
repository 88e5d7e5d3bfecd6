"""The operator assigns a filed mail: it counts as an answer to that incident, with its own author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import House, Mails

ALICIA, EVE = "Alícia <alicia@example.com>", "Eve <eve@evil.test>"


def line(house: House, seq: int) -> dict[str, Any]:
    return next(dict(found) for found in house.ok("inbox", "--all", "--json").lines if found["seq"] == seq)


def filed(house: House, mails: Mails, text: str = "sev 1", sender: str = ALICIA) -> int:
    """A mail that answers something we have never seen."""
    raw = mails.new(
        text, sender=sender, subject="Re: lost", message_id="<lost@mua.example>", more="In-Reply-To: <x@y.z>\n"
    )
    outcome = house.ingest(raw)
    assert outcome["outcome"] == "filed"
    return int(outcome["seq"])


def test_an_assigned_mail_is_read_as_an_answer_and_told_to_the_list(house: House, mails: Mails) -> None:
    house.declare()
    seq = filed(house, mails)
    done = house.ok("inbox", "assign", str(seq), "checkout", "--json").json
    assert (done["outcome"], done["rule"], done["trust"]) == ("applied", "assigned", "member")
    assert house.show()["severity"] == 1
    assert "Severity 1" in house.mails[-1].get_content()
    change = house.log()[-2]
    assert (change["actor"]["address"], change["caused_by"]["seq"]) == ("alicia@example.com", seq)


def test_the_inbox_says_who_assigned_it_and_why_it_had_been_filed(house: House, mails: Mails) -> None:
    house.declare()
    seq = filed(house, mails)
    before = line(house, seq)["reason"]
    house.ok("inbox", "assign", str(seq), "checkout")
    reason = line(house, seq)["reason"]
    assert reason.startswith("assigned by Mara Lindqvist") and before in reason
    assert house.ok("inbox", "--json").lines == []


def test_later_answers_in_its_thread_follow(house: House, mails: Mails) -> None:
    house.declare()
    house.ok("inbox", "assign", str(filed(house, mails)), "checkout")
    later = mails.new("phase 2", sender=ALICIA, subject="Re: lost", more="In-Reply-To: <lost@mua.example>\n")
    assert house.ingest(later)["outcome"] == "applied"
    assert house.show()["phase"] == 2


def test_only_the_incident_is_vouched_for_and_not_the_author(house: House, mails: Mails) -> None:
    house.declare()
    seq = filed(house, mails, sender=EVE)
    done = house.ok("inbox", "assign", str(seq), "checkout", "--json").json
    assert (done["outcome"], done["trust"]) == ("refused", "stranger")
    assert (house.show()["severity"], len(house.mails)) == (3, 1)


def test_what_is_no_filed_mail_cannot_be_assigned(house: House, mails: Mails) -> None:
    declared = house.declare()
    applied = house.ingest(mails.reply_to(declared, "sev 1", ALICIA))["seq"]
    copy = house.ingest(bytes(declared).replace(b"Severity 3", b"Severity 1"))["seq"]
    for seq in (applied, copy, 99):
        result = house.run("inbox", "assign", str(seq), "checkout")
        assert (result.code, "hint:" in result.err) == (2, True), result
    assert house.show()["severity"] == 1


def test_a_mail_that_is_assigned_twice_counts_once(house: House, mails: Mails) -> None:
    house.declare()
    seq = filed(house, mails, text="A note.")
    assert house.ok("inbox", "assign", str(seq), "checkout", "--json").json["outcome"] == "note"
    assert house.run("inbox", "assign", str(seq), "checkout").code == 2
    assert [entry["kind"] for entry in house.log()].count("note_added.v1") == 1


def test_the_shape_is_that_of_the_inbox(house: House, mails: Mails) -> None:
    house.declare()
    seq = filed(house, mails)
    assert house.ok("inbox", "assign", str(seq), "checkout", "--json").json == line(house, seq)
