"""Hostile, careless and unlucky mail must not stall us, speak in our name, take over threads, or raise false alarms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from steps import steps
from waiting_mail import apply_all

from incidentmail.app.receiving.apply import accept_mails
from incidentmail.app.sending.announce import announce
from incidentmail.app.sending.deliver import deliver
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"


def test_a_two_line_command_that_repeats_an_earlier_mail_is_meant_at_the_beginning_of_an_answer_to_ours(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    installation.ingest(mails.reply_to(mail, "Severity: 1\nPhase: 2", JAYLA))
    installation.ok("update", "--severity", "3", "--phase", "1")
    assert installation.ingest(mails.reply_to(mail, "Severity: 1\nPhase: 2", JAYLA, "bare"))["outcome"] == "applied"
    assert installation.show()["severity"] == 1  # the later phase waits: somebody else has set it since


def test_what_a_member_writes_stands_in_our_follow_up_as_their_words(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    text = "sev 2\n\nIt spreads.\n\nIncident closed. Severity 4 (mild), phase 3.\n\nUpdate 9. Wrong? Reply: undo 9"
    installation.ingest(mails.reply_to(mail, text, JAYLA))
    body = installation.mails[-1].get_content()
    assert "\n\n  Incident closed. Severity 4 (mild), phase 3.\n\n  Update 9. Wrong? Reply: undo 9\n" in body


def test_a_name_cannot_speak_a_sentence_of_its_own(installation: Installation, mails: Mails) -> None:
    sender = '"Severity 4, phase 3. Incident closed. Mara" <jayla@example.com>'
    installation.ingest(mails.new("Severity 2. I am incident commander.", sender=sender, subject="Cards fail"))
    first = installation.mails[-1].get_content().split("\n")[0]
    assert "jayla@example.com is incident commander." in first


def test_a_list_of_thousands_of_names_is_refused_in_steps_that_grow_with_its_length(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail")

    def ingest(count: int) -> None:
        names = ", ".join(f"A{number}" for number in range(count))
        line = installation.ingest(mails.reply_to(mail, f"SME: {names}", JAYLA))
        assert (line["outcome"], f"{count} people are more than 30" in line["reason"]) == ("refused", True)

    few, many = (steps(lambda count=count: ingest(count)) for count in (2_250, 9_000))  # type: ignore[misc]
    assert many <= 5 * few
    forty = "\n".join(f"SME: +b{number}@example.com" for number in range(40))
    declared = mails.new(f"Severity 2.\n{forty}", sender=JAYLA, subject="Another")
    assert "more than 30 people" in installation.ingest(declared)["reason"]


INVENTED = [f"{first} {last}" for last in ("Achieng", "Berg", "Costa") for first in ("Ada", "Ben", "Cleo", "Dov")]


@pytest.mark.parametrize("form", ["one line", "a line each", "a declaration"])
def test_one_mail_fills_a_role_with_five_invented_names_and_its_sender_is_told_who_was_kept(
    installation: Installation, mails: Mails, form: str
) -> None:
    line = f"SME: zoe@example.com, {', '.join(INVENTED)}"
    lines = "\n".join(f"SME: +{name}" for name in ("zoe@example.com", *INVENTED))
    text = lines if form == "a line each" else line
    if form == "a declaration":
        told = installation.ingest(mails.new(f"Severity 2.\n{text}", sender=JAYLA, subject="Cards fail"))
    else:
        told = installation.ingest(mails.reply_to(installation.declare("Cards fail"), text, JAYLA))
    held = [person["name"] for person in installation.show()["roles"]["subject_matter_experts"]]
    assert held == ["zoe@example.com", *INVENTED[:5]]
    assert told["outcome"] == "applied"
    assert f"at most 5 people without an address to a role: {', '.join(INVENTED[:5])};" in told["reason"]
    answer = installation.private[-1].get_content()
    assert "left out" in answer and INVENTED[4] in answer


def test_people_with_an_address_and_people_who_hold_the_role_are_not_counted(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail")
    for names in (INVENTED[:5], INVENTED[:10]):
        told = installation.ingest(mails.reply_to(mail, f"SME: {', '.join(names)}", JAYLA))
        assert (told["outcome"], told["reason"]) == ("applied", None)
    team = ", ".join(f"Team {number} <t{number}@example.com>" for number in range(9))
    assert installation.ingest(mails.reply_to(mail, f"Scribe: {team}", JAYLA))["reason"] is None


def test_a_severity_that_is_back_where_the_list_knows_it_is_no_change(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    with installation.context() as context:
        for text in ("sev 4", "sev 3", "phase 2"):
            accept_mails(context, [(mails.reply_to(mail, text, JAYLA, "bare"), Envelope(way="pipe"))])
        apply_all(context)
        announce(context, early=True)
        deliver(context)
    first = installation.mails[-1].get_content().split("\n")[0]
    assert first.startswith("Severity 3 (moderate), phase 2 (resolving; was 1).")


def test_an_incident_that_ends_promises_nothing_more_and_undo_promises_again(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "3", "--next-update", "+30m")
    installation.ok("close")
    assert "Next update" not in installation.mails[-1].get_content()
    assert installation.show("cards")["next_update_at"] is None
    installation.ok("undo", "cards", "1")
    assert (installation.show()["status"], installation.show()["next_update_at"]) == ("open", "2026-11-20T14:50:00Z")


def test_a_strangers_copy_of_our_mail_binds_no_other_thread_to_the_incident(
    installation: Installation, mails: Mails
) -> None:
    installation.declare("Cards fail", "--severity", "3")
    replayed = re.sub(rb"(?m)^Message-ID:.*", b"Message-ID: <lunch@example.com>", installation.wire[0])
    with installation.context() as context:
        accept_mails(context, [(replayed, Envelope(way="smtp", peer="203.0.113.9", reverse_path="eve@evil.test"))])
        assert apply_all(context)[0].outcome == "filed"  # what came no trusted way is not read
    lunch = mails.new("sev 4", sender=JAYLA, subject="Re: lunch", more="In-Reply-To: <lunch@example.com>\n")
    assert installation.ingest(lunch)["outcome"] == "filed"
    assert installation.show()["severity"] == 3


def test_nor_does_one_that_our_own_server_passed_on_where_senders_are_verified(
    installation: Installation, mails: Mails
) -> None:
    installation.configure('[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n')
    installation.declare("Cards fail", "--severity", "3")
    mine = b"Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=eve@evil.test\n"
    listed = b"List-Post: <mailto:incidents@example.com>\n"
    for number, head in enumerate((mine, mine + listed)):
        ids = b"Message-ID: <lunch%d@example.com>" % number
        replayed = head + re.sub(rb"(?m)^Message-ID:.*", ids, installation.wire[0])
        assert installation.ingest(replayed)["outcome"] == "duplicate"
        lunch = f"In-Reply-To: <lunch{number}@example.com>\n"
        assert (
            installation.ingest(mails.new("sev 4", sender=JAYLA, subject="Re: lunch", more=lunch))["outcome"] == "filed"
        )
    returned = listed + re.sub(rb"(?m)^Message-ID:.*", b"Message-ID: <list@example.com>", installation.wire[0])
    assert installation.ingest(returned)["outcome"] == "duplicate"
    answer = mails.new("sev 1", sender=JAYLA, subject="Re: x", more="In-Reply-To: <list@example.com>\n")
    assert (installation.ingest(answer)["outcome"], installation.show()["severity"]) == ("applied", 1)


def test_a_copy_that_lost_its_thread_does_not_keep_the_threaded_one_out(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    threaded = mails.reply_to(mail, "sev 1", JAYLA, "bare")
    bare = re.sub(rb"(?m)^(In-Reply-To|References|To):.*\n", b"", threaded)
    assert installation.ingest(bare)["outcome"] == "filed"
    assert installation.ingest(threaded)["outcome"] == "applied"


def test_of_a_long_text_no_more_is_remembered_than_a_note_holds(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    text = "The gateway declines one in five card payments.\n" * 1_000
    assert installation.ingest(mails.reply_to(mail, text, JAYLA, "bare"))["outcome"] == "refused"
    with installation.context() as context, context.ledger.snapshot() as view:
        _, _, texts = view.words_after(installation.show()["id"], 0)
    assert max(len(text) for _, text in texts) <= 20_000


def test_mails_with_neither_id_nor_date_are_told_apart_by_their_header(
    installation: Installation, mails: Mails
) -> None:
    first = installation.declare("Cards fail", "--severity", "3")
    bare = [
        re.sub(
            rb"(?m)^(Message-ID|Date): .*\n", b"", mails.reply_to(mail, text, JAYLA, "bare", more=f"X-N: {number}\n")
        )
        for number, (mail, text) in enumerate(((first, "phase 2"), (first, "phase 1"), (first, "phase 2")))
    ]
    outcomes = []
    for raw in bare:
        outcomes.append(installation.ingest(raw)["outcome"])
        installation.clock.tick(minutes=11)
    assert outcomes == ["applied"] * 3
    assert installation.ingest(bare[-1])["outcome"] == "duplicate"


def test_a_description_that_reads_like_the_state_is_refused_and_a_declaration_has_it_in_quotation_marks(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    for text in ("Description: Incident closed", "Impact: Severity 4 (mild), phase 3.", "Need: a pizza. All clear"):
        told = installation.ingest(mails.reply_to(mail, text, JAYLA))
        assert (told["outcome"], "sentence of ours" in told["reason"]) == ("refused", True)
        assert text in installation.private[-1].get_content()
    assert installation.show()["description"] == "Cards fail"
    declared = "Severity: 2\n\nInvoices fail too.\n\nIncident closed. Severity 4.\n"
    installation.ingest(mails.new(declared, sender=JAYLA, subject="False alarm", to="incident-bot@example.com"))
    told_to_list = installation.mails[-1]
    assert told_to_list["Subject"] == '"False alarm"'
    assert '\n"Incident closed. Severity 4."\n' in told_to_list.get_content()
    assert told_to_list.get_content().startswith("Severity 2 ")


def test_the_subject_of_a_thread_stays_and_the_description_below_it_is_in_quotation_marks(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Severity: 2", sender=JAYLA, subject="Incident closed"))
    told = installation.mails[-1]
    assert told["Subject"] == "Re: Incident closed"
    assert '\nDescription: "Incident closed"\n' in told.get_content()
    installation.ingest(
        mails.new("Severity: 2", sender=JAYLA, subject="Incident closed", to="incident-bot@example.com")
    )
    assert len(installation.ok("list", "--json").json) == 1
