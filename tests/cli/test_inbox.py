"""A filed mail that the operator assigns counts as an answer to that incident by its own author."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Installation, Mails

ALICIA, EVE = "Alícia <alicia@example.com>", "Eve <eve@evil.test>"


def line(installation: Installation, seq: int) -> dict[str, Any]:
    return next(dict(found) for found in installation.ok("inbox", "--all", "--json").lines if found["seq"] == seq)


def filed(
    installation: Installation, mails: Mails, text: str = "sev 1", sender: str = ALICIA, *, outcome: str = "filed"
) -> int:
    """Ingest a mail that answers an unknown mail, and return its number."""
    raw = mails.new(
        text, sender=sender, subject="Re: lost", message_id="<lost@mua.example>", more="In-Reply-To: <x@y.z>\n"
    )
    shown = installation.ingest(raw)
    assert shown["outcome"] == outcome
    return int(shown["seq"])


def test_an_assigned_mail_is_read_as_an_answer_and_told_to_the_list(installation: Installation, mails: Mails) -> None:
    installation.declare()
    seq = filed(installation, mails)
    done = installation.ok("inbox", "assign", str(seq), "checkout", "--json").json
    assert (done["outcome"], done["rule"], done["trust"]) == ("applied", "assigned", "member")
    assert installation.show()["severity"] == 1
    assert "Severity 1" in installation.mails[-1].get_content()
    change = installation.log()[-2]
    assert (change["actor"]["address"], change["caused_by"]["seq"]) == ("alicia@example.com", seq)


def test_the_inbox_says_who_assigned_it_and_why_it_had_been_filed(installation: Installation, mails: Mails) -> None:
    installation.declare()
    seq = filed(installation, mails)
    before = line(installation, seq)["reason"]
    installation.ok("inbox", "assign", str(seq), "checkout")
    reason = line(installation, seq)["reason"]
    assert reason.startswith("assigned by Mara Lindqvist") and before in reason
    assert installation.ok("inbox", "--json").lines == []


def test_later_answers_in_its_thread_follow(installation: Installation, mails: Mails) -> None:
    installation.declare()
    installation.ok("inbox", "assign", str(filed(installation, mails)), "checkout")
    later = mails.new("phase 2", sender=ALICIA, subject="Re: lost", more="In-Reply-To: <lost@mua.example>\n")
    assert installation.ingest(later)["outcome"] == "applied"
    assert installation.show()["phase"] == 2


def test_only_the_incident_is_vouched_for_and_not_the_author(installation: Installation, mails: Mails) -> None:
    installation.declare()
    seq = filed(installation, mails, sender=EVE, outcome="refused")
    result = installation.run("inbox", "assign", str(seq), "checkout")
    assert (result.code, "only what was filed" in result.err) == (2, True)
    assert (installation.show()["severity"], len(installation.mails)) == (3, 1)


def test_what_is_no_filed_mail_cannot_be_assigned(installation: Installation, mails: Mails) -> None:
    declared = installation.declare()
    applied = installation.ingest(mails.reply_to(declared, "sev 1", ALICIA))["seq"]
    copy = installation.ingest(bytes(declared).replace(b"Severity 3", b"Severity 1"))["seq"]
    for seq in (applied, copy, 99):
        result = installation.run("inbox", "assign", str(seq), "checkout")
        assert (result.code, "hint:" in result.err) == (2, True), result
    assert installation.show()["severity"] == 1


def test_a_mail_that_is_assigned_twice_counts_once(installation: Installation, mails: Mails) -> None:
    installation.declare()
    seq = filed(installation, mails, text="A note.")
    assert installation.ok("inbox", "assign", str(seq), "checkout", "--json").json["outcome"] == "note"
    assert installation.run("inbox", "assign", str(seq), "checkout").code == 2
    assert [entry["kind"] for entry in installation.log()].count("note_added.v1") == 1


def test_the_shape_is_that_of_the_inbox(installation: Installation, mails: Mails) -> None:
    installation.declare()
    seq = filed(installation, mails)
    assert installation.ok("inbox", "assign", str(seq), "checkout", "--json").json == line(installation, seq)


VERIFIED = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'


def test_what_was_accepted_or_rejected_since_needs_no_look(installation: Installation, mails: Mails) -> None:
    installation.configure(VERIFIED)
    mail = installation.declare()
    for word in ("accept", "reject"):
        outcome = installation.ingest(mails.reply_to(mail, "close", ALICIA, message_id=f"<{word}@mua.example>"))
        assert outcome["outcome"] == "held"
        assert [found["outcome"] for found in installation.ok("inbox", "--json").lines] == ["held"]
        number = installation.show()["proposals"][-1]["number"]
        installation.ok("proposal", word, str(number))
        assert installation.ok("inbox", "--json").lines == []
        if word == "accept":
            installation.ok("reopen", "checkout")


def test_what_another_copy_was_believed_for_needs_no_look(installation: Installation, mails: Mails) -> None:
    installation.configure(VERIFIED)
    mail = installation.declare()
    raw = mails.reply_to(mail, "close", ALICIA, message_id="<twice@mua.example>")
    assert installation.ingest(raw)["outcome"] == "held"
    proven = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n" + raw
    assert installation.ingest(proven)["outcome"] == "applied"
    assert installation.ok("inbox", "--json").lines == []
