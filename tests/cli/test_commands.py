"""Other commands: change, look, hand over, explain, and incoming and outgoing mail."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incidentmail.ledger.sqlite.checksums import register

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"


def test_an_incident_is_chosen_by_id_ref_prefix_part_or_by_being_the_only_one(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.declare("Search is slow")
    installation.ok("close", "search")
    one = installation.show()
    assert one["id"] == "2026-11-20-cards-fail"
    for which in (one["id"], one["ref"], one["ref"].upper(), "2026-11-20-c", "fail", "CARDS"):
        assert installation.show(which) == one
    assert installation.show("slow")["status"] == "closed"


def test_where_several_are_meant_they_are_listed(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.declare("Cards are slow")
    for args in (["show"], ["show", "cards"], ["update", "cards", "--severity", "1"], ["note", "Hm."]):
        result = installation.run(*args)
        assert result.code == 2
        hints = result.err.splitlines()[1:]
        for name, hint in zip(("2026-11-20-cards-are-slow", "2026-11-20-cards-fail"), hints, strict=True):
            assert hint.startswith(f"hint: one of them: incidentmail {args[0]} {name}")
    assert installation.show("2026-11-20-cards-fail")["id"].endswith("cards-fail")


def test_phase_3_is_open_but_no_longer_the_open_incident(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("update", "--phase", "3")
    assert (installation.ok("list", "--json").json, installation.run("show").code) == ([], 2)
    assert len(installation.ok("list", "--all", "--json").json) == 1


def test_one_update_is_one_follow_up_and_all_or_nothing(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    installation.ok(
        "update", "--severity", "1", "--phase", "2", "--commander", BO, "-m", "The second gateway fails too."
    )
    said = installation.mails[-1].get_content()
    assert said.startswith(
        "Severity 1 (critical; was 2), phase 2 (resolving; was 1). Bo K. is incident commander (was Mara Lindqvist)."
    )
    assert (
        "Mara Lindqvist raised the severity from 2 to 1, changed the phase from 1 to 2 and handed command to Bo K., "
        "14:20 UTC: The second gateway fails too."
    ) in said
    assert installation.run("update", "--severity", "2", "--phase", "9").code == 1
    assert (installation.show()["severity"], len(installation.mails)) == (1, 2)


def test_no_change_is_an_update_too(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("update", "--no-change", "--next-update", "2026-11-20 16:00 UTC")
    said = installation.mails[-1].get_content()
    assert "No change." in said
    assert "Next update: by 16:00 UTC" in said


def test_a_note_never_mails_the_list(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("note", "It was the cable.")
    installation.ok("note", "cards", "It was the other cable.")
    assert len(installation.mails) == 1
    assert installation.log()[-1]["data"]["text"] == "It was the other cable."


def test_a_dry_run_of_an_update_prints_the_mail_and_does_nothing(installation: Installation) -> None:
    installation.declare("Cards fail")
    before = installation.show()
    assert "Incident-Severity: 1" in installation.ok("update", "--severity", "1", "--dry-run").out
    assert "no mail would be sent" in installation.ok("update", "--sme", "Bo K.", "--dry-run").err
    assert (installation.show(), len(installation.mails)) == (before, 1)


def test_a_corrected_description_leaves_the_subject_of_the_thread(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("update", "--description", "Every payment fails")
    assert installation.mails[-1]["Subject"] == "Re: Cards fail"
    text = installation.mails[-1].get_content()
    assert "What is broken: Every payment fails" in text and "Description:" not in text


def test_ending_and_reopening_are_told(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("retract", "-m", "It was a drill of somebody else.")
    installation.ok("reopen", "cards")
    installation.ok("close")
    firsts = [mail.get_content().split(". ")[0] for mail in installation.mails[1:]]
    assert firsts == ["Incident retracted: a false alarm", "Incident reopened", "Incident closed"]
    assert "It was a drill of somebody else." in installation.mails[1].get_content()


def test_command_is_offered_privately_and_passes_with_one_word(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail")
    installation.ok("handoff", BO)
    assert "Asked to lead" in installation.ok("show").out
    (offer,) = installation.private
    assert (offer["To"], "Cc" in offer) == ('"Bo K." <bo@example.com>', False)
    assert "reply: accept" in offer.get_content()
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"
    assert installation.ingest(mails.reply_to(offer, "accept", JAYLA))["outcome"] == "note"
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"
    assert len(installation.mails) == 1
    assert installation.ingest(mails.reply_to(offer, "accept", BO))["outcome"] == "applied"
    assert installation.show()["commander"] == {"name": "Bo K.", "address": "bo@example.com"}
    assert "Bo K. <bo@example.com> is incident commander (was Mara Lindqvist)." in installation.mails[-1].get_content()


def test_an_offer_is_for_one_incident_and_until_command_passes(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail")
    installation.ok("handoff", BO)
    offer = installation.private[-1]
    installation.ok("handoff", JAYLA, "--spoken")
    assert installation.ingest(mails.reply_to(offer, "accept", BO))["outcome"] == "note"
    assert installation.show()["commander"]["name"] == "Jayla M."


def test_no_quoted_offer_takes_command(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail")
    installation.ok("handoff", BO)
    for style in ("top", "bottom", "outlook", "naked"):
        installation.ingest(mails.reply_to(installation.private[0], "I cannot, I am on a train.", BO, style))
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"
    assert len(installation.mails) == 1


def test_a_spoken_handoff_passes_at_once(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("handoff", "cards", "Ann B.", "--spoken")
    assert installation.show()["commander"] == {"name": "Ann B.", "address": None}
    assert "Ann B. is incident commander (was Mara Lindqvist)." in installation.mails[-1].get_content()


def test_explain_works_without_any_configuration(installation: Installation, mails: Mails, tmp_path: Path) -> None:
    raw = mails.new("Severity 2.\n\nCards fail.", sender=JAYLA, subject="Cards fail")
    (tmp_path / "mail.eml").write_bytes(raw)
    (tmp_path / "reply.txt").write_text("sev 1\n\nOn Friday, Bo wrote:\n> sev 4\n")
    (tmp_path / "reply.html").write_text("<div>sev 1</div><blockquote type=cite>sev 4</blockquote>")
    script = (
        f"unset INCIDENTMAIL_CONFIG; cd {tmp_path}; incidentmail explain --json mail.eml;"
        " incidentmail explain --json --text reply.txt; incidentmail explain --json --html reply.html"
    )
    done = installation.process(script)
    assert (done.returncode, done.stderr) == (0, b"")
    import json

    whole, text, html = (json.loads(line) for line in done.stdout.splitlines())
    assert (whole["disposition"], whole["incident"], whole["trust"]) == ("declaration", None, None)
    for shown in (text, html):
        assert [(c["name"], c["value"]) for c in shown["commands"]] == [("severity", 1)]
        assert shown["new_text"].strip() == "sev 1"
    assert not (installation.path / "ledger.db").exists()


def test_explain_says_what_each_line_is_and_changes_nothing(installation: Installation, mails: Mails) -> None:
    raw = mails.reply_to(installation.declare("Cards fail"), "sev 1\nSeverity: maybe", JAYLA)
    before = installation.log()
    result = installation.ok("explain", stdin=raw)
    assert "reply of 2026-11-20-cards-fail, by plus-address; its writer counts as member" in result.out
    assert "severity 1 (shorthand)" in result.out
    assert "write: Severity: " in result.out
    assert installation.log() == before


def test_the_inbox_shows_what_needs_a_look(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    installation.ingest(mails.reply_to(mail, "sev 1", JAYLA))
    installation.ingest(mails.reply_to(mail, "Severity: maybe", JAYLA))
    assert [line["outcome"] for line in installation.ok("inbox", "--json").lines] == ["refused"]
    assert [line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines] == ["applied", "refused"]
    assert "Severity: " in installation.ok("inbox").out


def test_the_outbox_lists_shows_retries_and_drops(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    sent = installation.run("declare", "Cards fail", "--json").json["mails"][0]
    assert sent["state"] == "queued"
    assert sent["message_id"] in installation.ok("outbox").out
    raw = installation.ok("outbox", "show", sent["message_id"]).out
    assert f"Message-ID: {sent['message_id']}\n" in raw
    assert installation.run("outbox", "retry").code == 75
    installation.ok("outbox", "drop", sent["message_id"])
    assert installation.ok("outbox", "list", "--json").lines[0]["state"] == "failed"
    assert installation.run("outbox", "drop", sent["message_id"]).code == 2


def test_an_empty_outbox_has_nothing_to_retry(installation: Installation) -> None:
    installation.declare("Cards fail")
    assert "nothing waits" in installation.ok("outbox", "retry").err
    assert installation.ok("outbox", "list", "--json").lines == []


@pytest.mark.parametrize("table", ["entries", "sealed", "accepted", "meta"])
@pytest.mark.parametrize("how", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "REPLACE INTO {0} SELECT * FROM {0}"])
def test_no_row_of_the_ledger_can_be_edited_deleted_or_replaced(
    installation: Installation, mails: Mails, table: str, how: str
) -> None:
    installation.ingest(mails.reply_to(installation.declare("Cards fail"), "sev 1", JAYLA))
    column = {"meta": "value"}.get(table, "seq")
    with sqlite3.connect(installation.ledger) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(how.format(table, column))
    connection.close()


@pytest.mark.parametrize(
    ("statement", "first_bad"),
    [
        (
            "UPDATE entries SET body = CAST(replace(CAST(body AS TEXT), 'was', 'wax') AS BLOB) WHERE seq > 2",
            3,
        ),
        ("UPDATE sealed SET text = replace(text, 'Mara', 'Mora') WHERE seq = 1", 1),
        ("DELETE FROM entries WHERE seq = 3", 3),
        ("DELETE FROM sealed WHERE seq = 1", 1),
        ("UPDATE bodies SET raw = CAST('sev 2' AS BLOB)", 1),
        ("UPDATE entries SET version = 7 WHERE seq = 2", 2),
    ],
)
def test_with_the_guards_gone_the_edited_row_is_named(
    installation: Installation, mails: Mails, statement: str, first_bad: int
) -> None:
    installation.ingest(mails.reply_to(installation.declare("Cards fail"), "sev 1", JAYLA))
    installation.broken = True
    with sqlite3.connect(installation.ledger) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount > 0
    connection.close()
    result = installation.run("ledger", "verify", "--json")
    assert (result.code, result.json["ok"], result.json["first_bad"]) == (1, False, first_bad)
    said = installation.run("ledger", "verify").err
    assert f"{first_bad}: " in said
    assert "hint:" in said


def test_a_projection_that_was_changed_is_found(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.broken = True
    with sqlite3.connect(installation.ledger) as connection:
        register(connection)
        connection.execute("UPDATE incidents SET state = replace(state, '\"severity\":3', '\"severity\":4')")
    connection.close()
    assert installation.run("ledger", "verify").code == 1


def test_times_are_shown_in_utc_and_in_the_configured_zones(installation: Installation) -> None:
    text = installation.config.read_text()
    installation.config.write_text(f'timezones = ["Europe/Berlin"]\n{text}')
    installation.declare("Cards fail", "--next-update", "2026-11-20 23:30 UTC")
    assert "Next update: by 23:30 UTC (Sat 00:30 CET)" in installation.mails[-1].get_content()


def test_every_command_has_its_help(installation: Installation) -> None:
    from incidentmail.cli.main import COMMANDS

    for name in set(COMMANDS) - {"serve", "demo"}:
        assert "Usage: incidentmail " in installation.ok(name, "--help").out


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_message_is_not_the_news_that_nothing_changed(installation: Installation, text: str) -> None:
    installation.declare()
    result = installation.run("update", "-m", text)
    assert result.code == 2 and "-m is empty" in result.err and "--no-change" in result.err
    assert len(installation.mails) == 1


def test_a_ledger_that_was_looked_at_and_migrated_is_written_again(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    installation.ok("list")
    installation.ok("ledger", "migrate")
    installation.ok("list")
    installation.ok("close", "All payments work again")
    assert installation.show("cards")["status"] == "closed"


def test_what_is_said_of_a_closed_incident_is_no_reason_of_a_later_reopening(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    installation.ok("close")
    said = installation.ok("close", "cards", "The index was rebuilt").out
    assert "it is kept on record, and the incident is closed" in said
    assert len(installation.mails) == 2
    installation.ok("reopen", "cards", "It is back")
    text = installation.mails[-1].get_content()
    assert "It is back" in text and "index" not in text


def test_an_offer_says_that_command_has_not_passed_and_how_it_passes_at_once(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    said = installation.ok("handoff", BO)
    assert "command passes once Bo K. accepts\n" in said.out
    assert f"hint: was it agreed by voice? incidentmail handoff '{BO}' --spoken\n" in said.err


def test_a_mail_of_an_ended_incident_says_what_was_broken(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    installation.ok("close")
    assert "What was broken: Cards fail" in installation.mails[-1].get_content()


def test_a_closing_mail_says_how_long_it_lasted_and_what_was_broken(installation: Installation) -> None:
    installation.declare("Cards fail", "--started", "2026-11-20 14:05 UTC", "--impact", "One payment in five fails")
    installation.clock.tick(minutes=10)
    installation.ok("update", "--severity", "1", "--impact", "No payment works")
    assert "Impact: No payment works" in installation.mails[-1].get_content()
    installation.clock.tick(minutes=10)
    installation.ok("close", "-m", "The certificate was renewed.")
    text = installation.mails[-1].get_content()
    assert "What was broken: No payment works\n" in text and "Impact:" not in text
    assert "Started: 14:05 UTC" in text and "Duration: 35 minutes" in text


def test_an_impact_that_nobody_was_told_before_the_end_is_stated_by_its_name(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("update", "--impact", "One payment in five fails")
    installation.ok("close", "-m", "The certificate was renewed.")
    assert "Impact: One payment in five fails" in installation.mails[-1].get_content()


def test_a_corrected_description_is_what_is_broken(installation: Installation) -> None:
    installation.declare("One payment in five fails", "-m", "Since noon one payment in five fails.")
    installation.ok("update", "--description", "No payment works")
    update = installation.mails[-1]
    assert "What is broken: No payment works\n" in update.get_content()
    installation.ok("handoff", "Bo K. <bo@example.com>", "--spoken")
    assert "what is broken: No payment works" in installation.private[-1].get_content()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("update", "-severity", "1"), "-severity is no option of update"),
        (("update", "--severity", "-m", "It spreads"), "--severity needs a value"),
        (("close", "crads", "all payments work"), "no incident is called 'crads'"),
        (("handoff", "Bo <bo@exampel.com>"), "bo@exampel.com is not a member's address"),
    ],
)
def test_a_slip_that_would_tell_people_something_else_changes_nothing(
    installation: Installation, words: tuple[str, ...], said: str
) -> None:
    installation.declare("Cards fail", "--severity", "2")
    result = installation.run(*words)
    assert result.code == 2 and said in result.err
    assert len(installation.mails) == 1 and installation.private == []
