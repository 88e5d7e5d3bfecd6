"""A message that begins something new declares, or its writer is asked. It changes no incident that it mentions."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"
BOT, LIST = "incident-bot@example.com", "incidents@example.com"
STATED = "Severity: 1\nI am incident commander.\n\nNobody can log in."
FORWARDED = (
    "---------- Forwarded message ---------\nFrom: Anna <anna@shop.example>\nDate: Fri, 20 Nov 2026 at 14:05\n"
    "Subject: Cannot pay\nTo: <help@example.com>\n\nSeverity: 4\nI am incident commander.\n"
)


def plus_of(mail: EmailMessage) -> str:
    return next(part.strip() for part in str(mail["Reply-To"]).split(",") if "+" in part)


def code_of(mail: EmailMessage) -> str:
    return str(mail.get_content().rstrip("\n").split("\n")[-1])


def count(installation: Installation) -> int:
    return len(installation.ok("list", "--all", "--json").json)


def said(installation: Installation) -> str:
    return " ".join(installation.private[-1].get_content().split())


# Another subject


def test_an_address_from_an_address_book_does_not_make_it_an_answer(installation: Installation, mails: Mails) -> None:
    declared = installation.declare()
    to = f"{LIST}, {plus_of(declared)}"
    installation.ingest(mails.new(STATED, sender=JAYLA, subject="Login is down", to=to))
    assert (count(installation), installation.show("checkout")["severity"]) == (2, 3)
    outcome = installation.ingest(mails.new("Who knows?", sender=JAYLA, subject="Search is slow", to=to))
    assert (outcome["outcome"], outcome["incident"]) == ("filed", None)
    assert "If it is about that one, send your words again" in said(installation)


def test_a_cited_code_does_not_make_it_an_answer_but_a_quoted_one_does(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare()
    cited = f"{STATED} Perhaps related to {code_of(declared)}"
    installation.ingest(mails.new(cited, sender=JAYLA, subject="Login is down"))
    assert (count(installation), installation.show("checkout")["severity"]) == (2, 3)
    quoted = "\n".join(f"> {line}" for line in declared.get_content().splitlines())
    outcome = installation.ingest(mails.new(f"sev 1\n\n{quoted}", sender=JAYLA, subject="Checkout is rejecting cards"))
    assert (outcome["outcome"], outcome["rule"]) == ("applied", "code")


@pytest.mark.parametrize(
    "subject", ["sev 1", "SEV1!!", "(no subject)", "", "[EXTERNAL] Checkout is rejecting card payments"]
)
def test_a_command_or_the_old_subject_is_no_other_subject(
    installation: Installation, mails: Mails, subject: str
) -> None:
    declared = installation.declare()
    installation.ingest(mails.new("sev 1", sender=JAYLA, subject=subject, to=plus_of(declared)))
    assert (count(installation), installation.show()["severity"]) == (1, 1)


def test_an_old_mail_answered_about_something_new_declares_if_nothing_is_quoted(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare()
    answers = f"In-Reply-To: {declared['Message-ID']}\nReferences: {declared['Message-ID']}\n"
    installation.ingest(mails.new(STATED, sender=JAYLA, subject="Login is down", more=answers))
    assert (count(installation), installation.show("checkout")["severity"]) == (2, 3)


def test_a_quotation_below_another_subject_is_asked_about_and_changes_nothing(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare()
    quoted = "\n".join(f"> {line}" for line in declared.get_content().splitlines())
    answers = f"In-Reply-To: {declared['Message-ID']}\n"
    raw = mails.new(f"{STATED}\n\n{quoted}", sender=JAYLA, subject="NEW: Login is down", more=answers)
    assert installation.ingest(raw)["outcome"] == "filed"
    assert (count(installation), installation.show()["severity"]) == (1, 3)
    assert "Reply with: sev 1" in said(installation)
    installation.ingest(mails.reply_to(installation.private[-1], "yes", JAYLA))
    assert (installation.show("login")["severity"], installation.show("checkout")["severity"]) == (1, 3)


def test_a_subject_changed_a_little_and_a_reply_mark_keep_it_an_answer(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare()
    answers = f"In-Reply-To: {declared['Message-ID']}\n"
    for subject in ("Checkout is rejecting card payments - worse", "Checkout update", "Re: something else"):
        raw = mails.new("A note.", sender=JAYLA, subject=subject, more=answers)
        assert installation.ingest(raw)["outcome"] == "note"
    assert count(installation) == 1


# Forwarded mail, and answers in other threads


@pytest.mark.parametrize("mark", ["Fwd:", "FW:", "WG:", "TR :", "RV:", "I:", "PD:", "[EXTERNAL] Fwd:"])
def test_a_forwarded_mail_declares_if_the_words_above_it_do(
    installation: Installation, mails: Mails, mark: str
) -> None:
    text = f"Severity: 2\nI am incident commander.\n\n{FORWARDED}"
    installation.ingest(mails.new(text, sender=JAYLA, subject=f"{mark} Cannot pay"))
    shown = installation.show()
    assert (shown["description"], shown["severity"], shown["details"]) == ("Cannot pay", 2, "")


def test_what_a_forwarded_mail_says_is_asked_about_and_never_obeyed(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new(f"see below\n\n{FORWARDED}", sender=JAYLA, subject="Fwd: SEV2: Cannot pay"))
    assert (count(installation), len(installation.private)) == (0, 1)
    assert "> Fwd: SEV2: Cannot pay" in installation.private[0].get_content()
    without_mark = mails.new("Severity: 1\nI am incident commander.", sender=JAYLA, subject="WG: Alarm")
    assert installation.ingest(without_mark)["outcome"] == "filed"
    assert (count(installation), len(installation.private)) == (0, 2)
    assert "Reply with: sev 1" in said(installation)


def test_a_bare_command_in_an_unknown_thread_is_asked_about(installation: Installation, mails: Mails) -> None:
    raw = mails.new("sev 1", sender=JAYLA, subject="Re: Digest", more="In-Reply-To: <d@lists.example>\n")
    assert installation.ingest(raw)["outcome"] == "filed"
    assert "Reply with: sev 1" in said(installation)
    thanks = mails.new("Thanks!", sender=JAYLA, subject="Re: Lunch", more="In-Reply-To: <l@mua.example>\n")
    installation.ingest(thanks)
    assert len(installation.private) == 1


# A severity in the subject


@pytest.mark.parametrize(
    "subject", ["SEV 1: checkout returns 500", "[SEV1] checkout returns 500", "Sev-1 - checkout returns 500"]
)
@pytest.mark.parametrize("text", ["", "Since noon."])
def test_a_severity_in_the_subject_declares_and_the_thread_keeps_its_subject(
    installation: Installation, mails: Mails, subject: str, text: str
) -> None:
    installation.ingest(mails.new(text, sender=JAYLA, subject=subject))
    shown = installation.show()
    assert (shown["id"], shown["description"]) == ("2026-11-20-checkout-returns-500", "checkout returns 500")
    assert (shown["severity"], shown["assumed"], shown["details"]) == (1, ["phase", "commander"], text)
    (mail,) = installation.mails
    assert mail["Subject"] == f"Re: {subject}"
    assert "Description: checkout returns 500\n" in mail.get_content()


def test_sent_only_to_us_the_thread_is_called_by_the_description(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("", sender=JAYLA, subject="SEV 1: checkout returns 500", to=BOT))
    assert installation.mails[0]["Subject"] == "checkout returns 500"


def test_a_text_that_states_another_severity_counts_and_the_difference_is_asked_about(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Severity: 2", sender=JAYLA, subject="SEV 1: checkout returns 500"))
    assert installation.show()["severity"] == 2
    assert "Reply with: sev 1" in said(installation)


@pytest.mark.parametrize(
    ("subject", "text", "offer", "severity"),
    [
        ("SEV1 checkout", "It returns 500.", "sev 1", 1),
        ("Checkout returns 500", "Since noon.\n\nSeverity: 1", "sev 1", 1),
        ("Checkout returns 500", "We have a sev 2 here I guess", "sev 2", 2),
        ("P1: checkout returns 500", "", "sev 1", 3),
        ("Checkout returns 500", "Schweregrad 2, denke ich", "sev 2", 2),
        ("SEV1: is checkout down?", "", "sev 1", 1),
    ],
)
def test_what_only_seems_to_be_a_severity_is_quoted_and_a_yes_means_it(
    installation: Installation, mails: Mails, subject: str, text: str, offer: str, severity: int
) -> None:
    assert installation.ingest(mails.new(text, sender=JAYLA, subject=subject))["outcome"] == "filed"
    assert f"Reply with: {offer}" in said(installation)
    assert "it does not begin with a severity" not in said(installation)
    installation.ingest(mails.reply_to(installation.private[-1], "yes", JAYLA))
    assert installation.show()["severity"] == severity


def test_no_limit_of_a_day_keeps_such_a_question_back(installation: Installation, mails: Mails) -> None:
    for number in range(4):
        installation.ingest(
            mails.new("Severity two, maybe.", sender=JAYLA, subject=f"Checkout fails in shop {number}a")
        )
    assert len(installation.private) == 4


def test_a_mail_of_a_monitoring_program_does_not_declare(installation: Installation, mails: Mails) -> None:
    for sender in ("Alerts <alerts@example.com>", "nagios@example.com"):
        installation.ingest(mails.new("Host db1", sender=sender, subject="[SEV1] cpu high"))
    pasted = "Severity: 1\nHost: db1\nService: mysql\nState: CRITICAL"
    installation.ingest(mails.new(pasted, sender=JAYLA, subject="db1 is down"))
    assert (count(installation), len(installation.private)) == (0, 3)


# One question for each thread


def test_each_thread_is_asked_about_once_and_not_once_a_day(installation: Installation, mails: Mails) -> None:
    first = mails.new(
        "Is somebody looking at the VPN?", sender=JAYLA, subject="VPN", to=BOT, message_id="<v@mua.example>"
    )
    for raw in (first, first, mails.new("Orders fail!", sender=JAYLA, subject="Orders")):
        installation.ingest(raw)
    installation.clock.tick(days=2)
    again = "In-Reply-To: <v@mua.example>\nReferences: <v@mua.example>\n"
    installation.ingest(mails.new("Hello?", sender=JAYLA, subject="Re: VPN", to=BOT, more=again))
    assert [mail["Subject"] for mail in installation.private] == ["Re: VPN", "Re: Orders"]


def test_an_answer_to_us_alone_in_an_unknown_thread_is_asked_about(installation: Installation, mails: Mails) -> None:
    more = "In-Reply-To: <x@mua.example>\n"
    installation.ingest(mails.new("Can you look at this?", sender=JAYLA, subject="Re: VPN", to=BOT, more=more))
    assert len(installation.private) == 1


# Absence in the subject


@pytest.mark.parametrize("subject", ["Away: booking returns errors", "Out of office: nobody can open the doors"])
def test_an_absence_in_the_subject_is_no_absence_notice_if_the_mail_declares(
    installation: Installation, mails: Mails, subject: str
) -> None:
    assert installation.ingest(mails.new(STATED, sender=JAYLA, subject=subject))["outcome"] == "applied"


def test_an_ordinary_word_that_also_begins_absence_notices_is_asked_about(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Nobody can book.", sender=JAYLA, subject="Away: booking returns errors"))
    assert len(installation.private) == 1
    notice = mails.new("I am away until Monday. For sev 1 call Bo.", sender=BO, subject="Away: lunch")
    assert installation.ingest(notice)["outcome"] == "automatic"
    assert len(installation.private) == 1


@pytest.mark.parametrize(
    "subject",
    [
        "Out of office: Re: Login",
        "Away: Checkout is rejecting card payments",
        "Abwesend",
        "AUTO: Jayla is out of the office (returning Monday)",
    ],
)
def test_an_absence_notice_stays_one_whatever_it_says(installation: Installation, mails: Mails, subject: str) -> None:
    installation.declare()
    assert installation.ingest(mails.new(STATED, sender=JAYLA, subject=subject))["outcome"] == "automatic"


# Drills, and the same declaration twice


@pytest.mark.parametrize(
    "subject",
    ["[drill] Search is down", "Drill: Search is down", "ÜBUNG - Search is down", "Search is down (exercise)"],
)
def test_a_drill_mark_in_the_subject_makes_it_a_drill(installation: Installation, mails: Mails, subject: str) -> None:
    installation.ingest(mails.new("Severity: 2", sender=JAYLA, subject=subject))
    shown = installation.show()
    assert (shown["drill"], shown["description"]) == (True, "Search is down")


def test_at_the_terminal_too_and_the_real_thing_is_another_incident(installation: Installation) -> None:
    installation.ok("declare", "[drill] Search is down")
    installation.ok("declare", "Search is down")
    assert [one["drill"] for one in installation.ok("list", "--all", "--json").json].count(True) == 1
    assert count(installation) == 2


def test_a_second_declaration_loses_nothing_that_it_says_besides(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("Severity: 2\n\nSince noon.", sender=JAYLA, subject="Search is down"))
    again = mails.new("Severity: 1\nVenue: #search\n\nAlso the shop.", sender=JAYLA, subject="Search is down")
    assert installation.ingest(again)["outcome"] == "applied"
    shown = installation.show()
    assert (count(installation), shown["severity"], shown["venue"]) == (1, 1, "#search")
    assert any(entry["data"].get("text") == "Also the shop." for entry in installation.log())
    assert (
        installation.ingest(mails.new("Severity: 1", sender=JAYLA, subject="Search is down"))["outcome"] == "duplicate"
    )


def test_at_the_terminal_it_loses_nothing_either(installation: Installation) -> None:
    installation.ok("declare", "Search is down", "--severity", "2")
    installation.ok("declare", "Search is down", "--severity", "1", "-m", "Also the shop.", "--venue", "#search")
    shown = installation.show()
    assert (count(installation), shown["severity"], shown["venue"]) == (1, 1, "#search")
    assert "Also the shop." in installation.mails[-1].get_content()


# Closed incidents


@pytest.mark.parametrize(
    "text", ["It's back, sev 1", "Can somebody reopen this?", "Orders are failing again", "sev 1", "Tritt wieder auf"]
)
def test_who_says_that_a_closed_incident_is_back_is_asked_whether_to_reopen(
    installation: Installation, mails: Mails, text: str
) -> None:
    declared = installation.declare()
    installation.ok("close")
    installation.ingest(mails.reply_to(declared, text, JAYLA))
    assert installation.show("checkout")["status"] == "closed"
    assert "reopen" in said(installation)


def test_a_note_after_the_end_is_kept_in_silence(installation: Installation, mails: Mails) -> None:
    declared = installation.declare()
    installation.ok("close")
    before = len(installation.private)
    assert installation.ingest(mails.reply_to(declared, "Everything is back to normal.", JAYLA))["outcome"] == "note"
    assert len(installation.private) == before


# Names


@pytest.mark.parametrize("value", ["Moreno, Jayla", "Moreno, Jayla and Bo K.", "Bo K., Moreno, Jayla"])
def test_last_and_first_name_of_somebody_known_are_one_person(
    installation: Installation, mails: Mails, value: str
) -> None:
    declared = installation.declare()
    installation.ingest(mails.reply_to(declared, "I see it too.", '"Moreno, Jayla" <jayla@example.com>'))
    installation.ingest(mails.reply_to(declared, f"Customer liaison: {value}", BO))
    people = installation.show()["roles"]["customer_liaison"]
    assert "Moreno, Jayla" in [one["name"] for one in people]
    assert len(people) == value.count("Bo") + 1


@pytest.mark.parametrize(
    "text",
    [
        "Moreno, Jayla is incident commander.",
        "Moreno, Jayla is now incident commander.",
        "Hi all,\n\nMoreno, Jayla is incident commander.",
        "sev 1, Moreno, Jayla is incident commander.",
    ],
)
def test_a_sentence_names_somebody_known_by_last_and_first_name(
    installation: Installation, mails: Mails, text: str
) -> None:
    people = '[people]\n"jayla@example.com" = "Moreno, Jayla"\n'
    declared = installation.configure(people).declare()
    installation.ingest(mails.reply_to(declared, text, "Mara Lindqvist <mara@example.com>"))
    assert installation.show()["commander"] == {"name": "Moreno, Jayla", "address": "jayla@example.com"}


@pytest.mark.parametrize(
    "text",
    ["Moreno, Jayla is incident commander?", "Moreno, Jayla is incident commander, maybe.", "Bo, Jayla is commander."],
)
def test_what_is_doubted_or_said_to_somebody_names_nobody(installation: Installation, mails: Mails, text: str) -> None:
    people = '[people]\n"jayla@example.com" = "Moreno, Jayla"\n"bo@example.com" = "Bo"\n'
    declared = installation.configure(people).declare()
    installation.ingest(mails.reply_to(declared, text, "Mara Lindqvist <mara@example.com>"))
    assert installation.show()["commander"]["address"] == "mara@example.com"
