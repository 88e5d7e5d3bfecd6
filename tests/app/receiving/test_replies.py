"""A reply changes exactly what its writer newly wrote, exactly once, and everybody is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO, MARA = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"
STYLES = ("top", "bottom", "outlook", "naked", "bare")
FULL = ("--severity", "2", "--phase", "1", "--commander", MARA, "--venue", "#pay on Slack")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("text", "first_line"),
    [
        ("sev 1", "Severity 1 (critical; was 2), phase 1 (stopping the damage). Mara Lindqvist is incident commander."),
        ("Phase: 2", "Severity 2 (serious), phase 2 (resolving; was 1). Mara Lindqvist is incident commander."),
        (
            "I am taking command.",
            "Severity 2 (serious), phase 1 (stopping the damage). Jayla M. <jayla@example.com> is incident commander"
            " (was Mara Lindqvist).",
        ),
    ],
)
def test_a_change_gives_one_follow_up_that_names_it_the_person_and_the_state(
    installation: Installation, mails: Mails, style: str, text: str, first_line: str
) -> None:
    mail = installation.declare("Cards fail", *FULL)
    assert installation.ingest(mails.reply_to(mail, text, JAYLA, style))["outcome"] == "applied"
    _, follow_up = installation.mails
    said = follow_up.get_content()
    assert said.startswith(f"{first_line} Coordinating via #pay on Slack.\n")
    assert "Jayla M." in said
    assert "Update 1. Wrong? Reply: undo 1" in said
    assert follow_up["From"].startswith(f'"Incidents (severity {installation.show()["severity"]})"')
    assert follow_up["In-Reply-To"] == mail["Message-ID"]


@pytest.mark.parametrize("style", STYLES)
def test_a_new_venue_is_announced_with_the_old_one(installation: Installation, mails: Mails, style: str) -> None:
    mail = installation.declare("Cards fail", *FULL)
    installation.ingest(mails.reply_to(mail, "Venue: https://meet.example.com/a.b?c=1", JAYLA, style))
    assert installation.show()["venue"] == "https://meet.example.com/a.b?c=1"
    assert (
        "Coordinating via https://meet.example.com/a.b?c=1 (was #pay on Slack)." in installation.mails[-1].get_content()
    )


def test_roles_change_by_reply_and_ride_along_with_the_next_follow_up(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL, "--sme", "Bo K.", "--sme", "Yusuf A.")
    text = "Customer liaison: Tomás R.\nBusiness liaison: not needed\nSME: +Zoë Q."
    assert installation.ingest(mails.reply_to(mail, text, JAYLA))["outcome"] == "applied"
    assert len(installation.mails) == 1, "roles are not announced by themselves"
    assert installation.show()["roles"]["customer_liaison"] == [{"name": "Tomás R.", "address": None}]
    installation.ingest(mails.reply_to(mail, "SME: -Yusuf A.", JAYLA))
    assert [p["name"] for p in installation.show()["roles"]["subject_matter_experts"]] == ["Bo K.", "Zoë Q."]
    installation.ingest(mails.reply_to(mail, "sev 1", BO))
    said = installation.mails[-1].get_content()
    assert "Customer liaison: Tomás R. (customer questions)" in said
    assert "Business liaison: not needed" in said
    assert "Subject-matter experts: Bo K., Zoë Q." in said


def test_one_reply_may_say_several_things_and_gives_one_follow_up(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL)
    installation.ingest(mails.reply_to(mail, "sev 1, phase 2\n\nThe second gateway fails too.", JAYLA))
    assert len(installation.mails) == 2
    said = installation.mails[-1].get_content()
    assert said.startswith("Severity 1 (critical; was 2), phase 2 (resolving; was 1).")
    assert "14:20 UTC: The second gateway fails too." in said
    assert "Jayla M. raised the severity from 2 to 1 and changed the phase from 1 to 2, 14:20 UTC" in said


@pytest.mark.parametrize("style", STYLES)
def test_plain_prose_is_a_note_and_mails_nobody(installation: Installation, mails: Mails, style: str) -> None:
    mail = installation.declare("Cards fail", *FULL)
    outcome = installation.ingest(mails.reply_to(mail, "The logs look fine from here.", JAYLA, style))
    assert (outcome["outcome"], len(installation.mails)) == ("note", 1)
    assert installation.log()[-1]["data"]["text"].startswith("The logs look fine from here.")


@pytest.mark.parametrize("text", ["> Severity: 1\n\nIs that so?", "Is that so?\n\n> Severity: 1", "|> sev 1\n\nhm"])
def test_a_quoted_line_changes_nothing(installation: Installation, mails: Mails, text: str) -> None:
    mail = installation.declare("Cards fail", *FULL)
    installation.ingest(mails.reply_to(mail, text, JAYLA, "bare"))
    assert (installation.show()["severity"], len(installation.mails)) == (2, 1)


@pytest.mark.parametrize("style", STYLES)
def test_our_own_text_quoted_in_any_way_changes_nothing(installation: Installation, mails: Mails, style: str) -> None:
    """The old mail says severity 2 and names the old commander; by now both have changed."""
    mail = installation.declare("Cards fail", *FULL, "-m", "Since 14:07 UTC.", "--customer-liaison", "Tomás R.")
    installation.ok("update", "--severity", "1", "--commander", BO, "--customer-liaison", "Ann B.")
    before = installation.show()
    installation.ingest(mails.reply_to(mail, "Thanks, looking.", JAYLA, style))
    installation.ingest(mails.reply_to(installation.mails[1], "Thanks again.", JAYLA, style))
    after = installation.show()
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"version", "updated_at"}
    assert len(installation.mails) == 2


def test_our_own_text_and_nothing_else_is_no_command(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL)
    installation.ok("update", "--severity", "1")
    installation.ingest(mails.reply_to(mail, mail.get_content(), JAYLA, "bare"))
    assert (installation.show()["severity"], len(installation.mails)) == (1, 2)


def test_a_person_who_writes_the_same_line_again_is_obeyed(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL)
    for text, severity in [("Severity: 1", 1), ("Severity: 3", 3), ("Severity: 1", 1)]:
        installation.clock.tick(minutes=15)
        installation.ingest(mails.reply_to(mail, text, JAYLA, "bare", at=installation.clock.now))
        assert installation.show()["severity"] == severity
    assert len(installation.mails) == 4


def test_the_same_mail_twice_counts_once(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL)
    for text, outcome in [("sev 1", "applied"), ("Look at the logs.", "note")]:
        raw = mails.reply_to(mail, text, JAYLA)
        assert [installation.ingest(raw)["outcome"] for _ in range(3)] == [outcome, "duplicate", "duplicate"]
    assert len(installation.mails) == 2
    assert [line["kind"] for line in installation.log()].count("note_added.v1") == 1


def test_the_same_id_with_another_text_is_another_mail(installation: Installation, mails: Mails) -> None:
    """Somebody who sends the id first does not keep the genuine mail out."""
    mail = installation.declare("Cards fail", *FULL)
    installation.ingest(mails.reply_to(mail, "nothing", "Eve <eve@evil.test>", message_id="<1@mua.example>"))
    installation.ingest(mails.reply_to(mail, "sev 3", BO, message_id="<1@mua.example>"))
    assert (
        installation.ingest(mails.reply_to(mail, "sev 1", JAYLA, message_id="<1@mua.example>"))["outcome"] == "applied"
    )
    assert installation.show()["severity"] == 1


def test_a_forged_copy_that_came_first_does_not_keep_the_genuine_mail_out(
    installation: Installation, mails: Mails
) -> None:
    from waiting_mail import apply_all

    from incidentmail.app.receiving.apply import accept_mails
    from incidentmail.inbound.message import Envelope

    mail = installation.declare("Cards fail", *FULL)
    raw = mails.reply_to(mail, "sev 1", JAYLA)
    with installation.context() as context:
        stranger = Envelope(way="smtp", peer="192.0.2.7", reverse_path="x@evil.test")
        listserver = Envelope(way="smtp", peer="127.0.0.1", reverse_path="incidents-bounces@example.com")
        accept_mails(context, [(raw, way) for way in (stranger, listserver, listserver, stranger)])
        outcomes = [(outcome.outcome, outcome.trust) for outcome in apply_all(context)]
    assert outcomes == [
        ("refused", "stranger"), ("applied", "member"), ("duplicate", "member"), ("duplicate", "stranger")
    ]  # fmt: skip
    assert installation.show()["severity"] == 1


def test_undo_by_reply_puts_it_back_and_says_so(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL)
    installation.ingest(mails.reply_to(mail, "sev 1\nphase 2", JAYLA, "bare"))
    installation.ingest(mails.reply_to(installation.mails[-1], "undo 1", JAYLA))
    shown = installation.show()
    assert (shown["severity"], shown["phase"], shown["updates"]) == (2, 1, 2)
    assert "Severity 2 (serious; was 1)" in installation.mails[-1].get_content()


def test_undo_by_command_puts_everything_back(installation: Installation) -> None:
    installation.declare("Cards fail", *FULL)
    before = installation.show()
    installation.ok(
        "update", "--severity", "1", "--commander", BO, "--venue", "#b", "--sme", "Ann B.", "--impact", "all"
    )
    installation.ok("undo", "1")
    after = installation.show()
    same = set(before) - {"version", "updates", "updated_at"}
    assert {name: after[name] or None for name in same} == {name: before[name] or None for name in same}
    assert len(installation.mails) == 3


def test_undo_of_what_changed_again_or_never_was_is_refused(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", *FULL)
    installation.ok("update", "--severity", "1")
    installation.ok("update", "--severity", "3")
    assert installation.run("undo", "1").code == 1
    assert installation.run("undo", "7").code == 1
    outcome = installation.ingest(mails.reply_to(installation.mails[0], "undo 7", JAYLA))
    assert (outcome["outcome"], len(installation.mails)) == ("refused", 3)
    assert "there is no update 7" in outcome["reason"]


def test_what_falls_short_is_told_in_the_inbox_and_what_holds_is_applied(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", *FULL)
    outcome = installation.ingest(mails.reply_to(mail, "Severity: not 1 yet\nPhase: 2", JAYLA))
    assert (outcome["outcome"], installation.show()["phase"], installation.show()["severity"]) == ("applied", 2, 2)
    assert "line 1" in outcome["reason"]
    assert installation.ok("inbox", "--json").lines == [outcome]


def test_contradicting_lines_change_nothing(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL)
    outcome = installation.ingest(mails.reply_to(mail, "Severity: 1\nSeverity: 3", JAYLA))
    assert (outcome["outcome"], installation.show()["severity"], len(installation.mails)) == ("refused", 2, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Should we go to severity 1?", "Not severity 1 yet.", "If it spreads this is severity 1.",
        "It was severity 1 yesterday.", "sev 1 or sev 2", "sev 1?", "Bo said: sev 1",
    ],
)  # fmt: skip
def test_a_question_a_doubt_or_a_tale_changes_nothing(installation: Installation, mails: Mails, text: str) -> None:
    mail = installation.declare("Cards fail", *FULL)
    installation.ingest(mails.reply_to(mail, text, JAYLA))
    assert (installation.show()["severity"], len(installation.mails)) == (2, 1)


def test_the_commander_may_name_another(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--commander", JAYLA)
    outcome = installation.ingest(mails.reply_to(mail, "Bo K. is incident commander.", JAYLA))
    assert (outcome["outcome"], installation.show()["commander"]["name"]) == ("applied", "Bo K.")


def test_the_declarer_may_name_another(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("Severity 2. Jayla M. is incident commander.", sender=BO, subject="Cards"))
    installation.ingest(mails.reply_to(installation.mails[-1], f"Commander: {MARA}", BO))
    assert installation.show()["commander"] == {"name": "Mara Lindqvist", "address": "mara@example.com"}


def test_a_third_members_naming_is_held_and_says_what_would_do_it(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL)
    outcome = installation.ingest(mails.reply_to(mail, "Ann B. is incident commander.", BO))
    asked = [str(mail["To"]) for mail in installation.private if "accept" in mail.get_content()]
    assert (outcome["outcome"], asked) == ("held", ["mara@example.com"])
    assert "taking command" in outcome["reason"]
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"


def test_a_closed_incident_takes_notes_and_reopening_only(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL)
    installation.ingest(mails.reply_to(mail, "close", MARA))
    assert installation.show("cards")["status"] == "closed"
    assert installation.mails[-1].get_content().startswith("Incident closed. At the end: severity 2")
    assert installation.ingest(mails.reply_to(mail, "sev 1", JAYLA))["outcome"] == "refused"
    assert installation.ingest(mails.reply_to(mail, "It was a cable.", JAYLA))["outcome"] == "note"
    assert installation.ingest(mails.reply_to(installation.mails[-1], "Status: open", JAYLA))["outcome"] == "applied"
    assert installation.mails[-1].get_content().startswith("Incident reopened. Severity 2")


def test_saying_what_holds_already_is_no_news(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL)
    installation.ingest(mails.reply_to(mail, "sev 2", JAYLA))
    assert len(installation.mails) == 1


def test_confirming_what_was_assumed_is_news(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    installation.ingest(mails.reply_to(mail, "sev 3", JAYLA))
    assert installation.mails[-1].get_content().startswith("Severity 3 (moderate; was not confirmed), phase 1")
    assert installation.show()["assumed"] == ["phase", "commander"]


def test_an_empty_reply_is_told_apart_from_a_note(installation: Installation, mails: Mails) -> None:
    outcome = installation.ingest(mails.reply_to(installation.declare("Cards fail"), "", JAYLA))
    assert (outcome["outcome"], outcome["reason"]) == (
        "refused",
        "no new text was found in it; write the answer as plain text",
    )


def test_answers_typed_only_between_unmarked_quoted_lines_are_a_note(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", *FULL, "-m", "Since 14:07 UTC.\n\nWho has the number of the bank?")
    block = f"From: Incidents <incident-bot@example.com>\nSent: Friday\nTo: list\nSubject: {mail['Subject']}\n\n"
    quoted = mail.get_content().replace("of the bank?", "of the bank?\n\nI have it, and call them now.")
    outcome = installation.ingest(mails.reply_to(mail, f"\n\n{block}{quoted}", JAYLA, "bare"))
    assert outcome["outcome"] == "note"
    assert installation.log()[-1]["data"]["text"] == "I have it, and call them now."
    assert installation.private == []


def test_answers_that_somebody_typed_between_are_not_taken_for_the_next_writers(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", *FULL, "-m", "Since 14:07 UTC.\n\nWho has the number of the bank?")
    block = "From: {}\nSent: Friday, 20 November 2026 14:21\nTo: list\nSubject: Cards fail\n\n"
    quoted = mail.get_content().replace("of the bank?", "of the bank?\n\nI have it, and call them now.")
    first = f"See below.\n\n{block.format('Incidents <incident-bot@example.com>')}{quoted}"
    installation.ingest(mails.reply_to(mail, first, JAYLA, "bare"))
    installation.ingest(mails.reply_to(mail, f"Thanks, Jayla.\n\n{block.format(JAYLA)}{first}", BO, "bare"))
    notes = [entry["data"]["text"] for entry in installation.log() if entry["kind"].startswith("note")]
    assert notes == ["See below.\n\nI have it, and call them now.", "Thanks, Jayla."]


def test_answers_typed_between_the_quoted_lines_of_a_page_are_a_note(installation: Installation, mails: Mails) -> None:
    """Outlook on the web quotes below a block of fields, without any mark."""
    mail = installation.declare("Cards fail", *FULL, "-m", "Since 14:07 UTC.\n\nWho has the number of the bank?")
    rows = mail.get_content().replace("of the bank?", "of the bank?\nI have it, and call them now.").splitlines()
    block = "<div id='divRplyFwdMsg'>From: Incidents &lt;incident-bot@example.com&gt;<br>"
    block += "Sent: Friday, 20 November 2026 14:07<br>To: list<br>Subject: Cards fail</div>"
    page = f"<div></div><hr>{block}{''.join(f'<div>{row}</div>' for row in rows)}"
    raw = mails.new(
        page, sender=JAYLA, subject="Re: Cards fail", html=True, more=f"In-Reply-To: {mail['Message-ID']}\n"
    )
    outcome = installation.ingest(raw)
    assert outcome["outcome"] == "note"
    assert installation.log()[-1]["data"]["text"] == "I have it, and call them now."


def test_at_above_prose_says_when_it_happened(installation: Installation, mails: Mails) -> None:
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, "At: 14:07 UTC\n\nThe first alarm came in.", JAYLA))
    note = installation.log()[-1]
    assert (note["kind"], note["data"]["time"]) == ("note_added.v1", "2026-11-20T14:07:00Z")


@pytest.mark.parametrize("details", ["決" * 9_000, "The log says: no route to host. " * 1_000, "one\n" * 40_000])
def test_details_that_no_list_would_take_are_cut_and_the_rest_is_kept(installation: Installation, details: str) -> None:
    mail = installation.declare("Cards fail", "-m", details)
    text = mail.get_content()
    assert len(mail.as_bytes()) < 40_000
    assert "the rest is kept in the notes of this incident." in text
    kept = installation.show()["details"].partition("\n\nCut here")[0]
    notes = [entry["data"]["text"] for entry in installation.log() if entry["kind"] == "note_added.v1"]
    assert "".join("".join((kept, *notes)).split()) == "".join(details.split())


def test_a_long_declaration_by_hand_is_cut_and_not_refused(installation: Installation, mails: Mails) -> None:
    words = "The second gateway does not answer. " * 900
    outcome = installation.ingest(mails.new(f"Severity: 2\n\n{words}", sender=JAYLA, subject="Cards fail"))
    assert outcome["outcome"] == "applied"
    assert "the rest is kept in the notes" in installation.mails[-1].get_content()
    assert installation.show()["severity"] == 2


def test_a_long_line_refuses_no_declaration(installation: Installation) -> None:
    long = "Cards fail in all shops of the north " * 10
    mail = installation.declare(long.strip(), "--impact", long.strip(), "--severity", "2")
    assert str(mail["Subject"]).endswith("…")
    assert long.strip() in mail.get_content()
    notes = [entry["data"]["text"] for entry in installation.log() if entry["kind"] == "note_added.v1"]
    assert notes == [f"The impact in full: {long.strip()}"]


def test_what_is_too_long_to_keep_is_said(installation: Installation) -> None:
    file = installation.path / "core.txt"
    file.write_text("0123456789 " * 60_000)
    mail = installation.declare("Cards fail", "-F", str(file))
    assert "the rest is only where it was written." in mail.get_content()
