"""Private mail to senders and to people named to a role, and the answer to a thread that declares nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from incidentmail.app.record import record
from incidentmail.app.telling.limit_reached import over_a_limit
from incidentmail.app.telling.private_mail import reserve
from incidentmail.core.events import CommandTransferred, Event, RoleChanged
from incidentmail.core.model import Holders, Person
from incidentmail.ledger.values import PrivateMail

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"
ALICIA = "Alícia S. <alicia@example.com>"


def told(installation: Installation) -> str:
    """Return the text of the only answer that was sent."""
    (mail,) = [mail for mail in installation.private if mail["Auto-Submitted"] == "auto-replied"]
    return str(mail.get_content())


def test_a_refusal_says_what_was_read_what_was_not_done_and_what_to_send(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, "Severity: five", JAYLA, message_id="<1@mua.example>"))
    assert told(installation) == (
        "Your reply changed nothing. Its words are kept as a note.\n\n"
        "> Severity: five\n"
        "Not taken: 'five' is no severity (1 critical, 2 serious, 3 moderate, 4 mild).\n"
        "Reply with: Severity: 1, 2, 3 or 4\n\n"
        "As it stands: severity 2 (serious), phase 1 (stopping the damage); incident commander Mara Lindqvist.\n\n"
        "Nobody else got this mail.\n"
    )


def test_an_answer_loops_with_nothing_and_threads_under_the_mail_it_answers(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(
        mails.reply_to(mail, "sev 9", JAYLA, message_id="<1@mua.example>", more="Reply-To: eve@evil.test\n")
    )
    (answer,) = installation.private
    assert (answer["To"], answer["Auto-Submitted"]) == ('"Jayla M." <jayla@example.com>', "auto-replied")
    assert (answer["X-Auto-Response-Suppress"], answer["In-Reply-To"]) == ("All", "<1@mua.example>")
    assert str(answer["References"]).split() == [str(mail["Message-ID"]), "<1@mua.example>"]
    assert str(answer["Reply-To"]).startswith("incident-bot+")
    (raw,) = [
        file.read_bytes()
        for file in (installation.path / "out" / "new").glob("*")
        if b"auto-replied" in file.read_bytes()
    ]
    assert b"Return-Path: <>" in raw


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "sev 9",
            "Read as severity 9. Not done: there is no severity 9. Reply 'sev' and a number: 1 (critical), 2 (serious)",
        ),
        ("Severity: 1\nSeverity: 2", "Not taken: this mail gives 'Severity' more than one value."),
        ("undo 7", "Read as undo 7. Not done: there is no update 7, only the declaration."),
        ("", "No words of your own were found in it"),
        ("Bo Keller is incident commander.", "Read as incident commander Bo Keller. Not done yet: "),
        ("decline", "Not done: nobody else gave you a role here"),
    ],
)
def test_each_shortfall_has_its_words(installation: Installation, mails: Mails, text: str, line: str) -> None:
    installation.ingest(mails.reply_to(installation.declare("Cards fail", "--severity", "2"), text, JAYLA))
    assert line in told(installation)


def test_what_was_carried_out_stands_beside_what_was_not(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, "Severity: 3\nPhase: 12\n\nThe bank was called.", JAYLA))
    text = told(installation)
    assert text.startswith("Part of your reply was not carried out.\n\n> Phase: 12\nRead as phase 12. Not done:")
    assert "\nCarried out: severity 3; the rest is kept as a note.\n" in text


def test_a_long_tale_of_errors_fits_on_a_screen(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    wrong = "\n".join(f"Phase: {'x' * 400}{number}" for number in range(30))
    installation.ingest(mails.reply_to(mail, wrong, JAYLA))
    text = told(installation)
    assert (text.count("\n> "), max(map(len, text.split("\n"))) < 340) == (8, True)
    assert "There are 22 more; begin with these." in text


def test_a_winmail_attachment_is_answered_and_not_silently_empty(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    raw = mails.reply_to(mail, "", JAYLA, "bare").replace(
        b"Content-Type: text/plain; charset=utf-8", b"Content-Type: application/ms-tnef; name=winmail.dat"
    )
    installation.ingest(raw)
    assert "It holds only a winmail.dat attachment, which no program but Outlook can read." in told(installation)


def test_html_that_is_not_parsed_is_answered_and_shown_in_the_inbox(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    html = f"<div {' '.join(f'a{n}' for n in range(9_000))}>sev 1</div>"
    raw = mails.reply_to(mail, html, JAYLA, "bare").replace(b"text/plain", b"text/html")
    assert installation.ingest(raw)["outcome"] == "refused"
    text = told(installation)
    assert "It is too large or too deeply nested to be read." in text
    assert "your words in plain text, at the very top" in text
    assert "html over HTML_ELEMENT_ATTRIBUTES_MAX" in installation.ok("inbox").out
    assert installation.show()["severity"] == 2


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("I want to give up command", "To offer it, begin a reply with Offer command to: and a name."),
        ("can someone set up a call?", "To set it, begin a reply with Venue: and a place or link."),
    ],
)
def test_a_wish_without_a_value_is_answered_with_the_line_that_takes_one(
    installation: Installation, mails: Mails, text: str, answer: str
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    assert installation.ingest(mails.reply_to(mail, text, JAYLA))["outcome"] == "note"
    assert answer in " ".join(told(installation).split())


def test_prose_that_names_another_state_is_answered_each_time(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    for number, text in enumerate(("I think this is severity 1 by now.", "To me it feels like sev 1, folks."), 1):
        assert installation.ingest(mails.reply_to(mail, text, JAYLA))["outcome"] == "note"
        assert len(installation.private) == number
        assert f'> {text}\nIt is still severity 2: "sev 1" has to be alone at the beginning.\nReply with: sev 1\n' in (
            newest(installation)
        )
    installation.ingest(mails.reply_to(mail, "should we go to severity 1?", BO))
    assert len(installation.private) == 3
    installation.ingest(mails.reply_to(mail, "Last month it was severity 1.", BO))
    assert len(installation.private) == 3


def test_a_thread_that_declares_nothing_is_asked_about_once_and_the_answer_declares_it(
    installation: Installation, mails: Mails
) -> None:
    text = "Is anybody else seeing this?\n\nImpact: some card payments"
    first = mails.new(text, sender=JAYLA, subject="Checkout is slow", message_id="<first@mua.example>")
    assert installation.ingest(first)["outcome"] == "filed"
    copy = mails.new(
        text, sender=JAYLA, subject="Checkout is slow", message_id="<first@mua.example>", to="incident-bot@example.com"
    )
    installation.ingest(copy)
    (question,) = installation.private
    assert "Then reply with its severity, for example: sev 3 (sev 1 is critical" in question.get_content()
    assert installation.mails == []
    outcome = installation.ingest(mails.reply_to(question, "sev 2", JAYLA))
    assert (outcome["outcome"], outcome["disposition"]) == ("applied", "declaration")
    shown = installation.show()
    assert (shown["description"], shown["severity"]) == ("Checkout is slow", 2)
    assert "Is anybody else seeing this?" in shown["details"]
    assert shown["commander"]["address"] == "jayla@example.com"
    assert installation.mails[0]["In-Reply-To"] == "<first@mua.example>"
    again = installation.ingest(mails.reply_to(question, "sev 1", JAYLA))
    assert (again["outcome"], installation.show()["severity"]) == ("applied", 1)


def test_an_answer_to_the_question_that_cannot_be_read_is_told_what_it_may_mean(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Hm.", sender=JAYLA, subject="Checkout is slow"))
    installation.ingest(mails.reply_to(installation.private[0], "P1!", JAYLA))
    assert installation.mails == []
    assert "Reply with: sev 1 or phase 1" in installation.private[-1].get_content()


PASTED = "Bank says: all quiet.\n\nStatus: resolved\nSeverity: 4"


def test_a_pasted_alert_ends_nothing_and_its_sender_is_told_the_reply_that_would(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, PASTED, JAYLA))
    assert (installation.show()["status"], installation.show()["severity"]) == ("open", 2)
    assert len(installation.mails) == 1
    text = told(installation)
    assert text.startswith("Your reply changed nothing. Its words are kept as a note.")
    assert (
        "> Status: resolved\nNot taken: it stands below other text, where no line is read.\nReply with: close" in text
    )
    assert (
        "> Severity: 4\nNot taken: it stands below other text, where no line is read.\nReply with: Severity: 4" in text
    )
    assert [entry["kind"] for entry in installation.log()].count("note_added.v1") == 1


def test_a_priority_changes_nothing_and_its_sender_is_asked_what_it_means(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(
        mails.reply_to(installation.declare("Cards fail", "--severity", "2"), "P3, only one customer", JAYLA)
    )
    assert (installation.show()["severity"], installation.show()["phase"]) == (2, 1)
    assert "Reply with: sev 3 or phase 3" in told(installation)


def test_a_question_is_answered_over_the_address_alone_where_the_thread_is_lost(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Hm.", sender=JAYLA, subject="Checkout is slow"))
    (question,) = installation.private
    installation.ingest(mails.new("sev 2", sender=JAYLA, subject="Re: Checkout is slow", to=str(question["Reply-To"])))
    assert installation.show()["description"] == "Checkout is slow"


@pytest.mark.parametrize("text", ["yes", "Yes please, thanks!", "Yes, it is."])
def test_a_plain_yes_to_the_question_declares_with_the_severity_assumed(
    installation: Installation, mails: Mails, text: str
) -> None:
    installation.ingest(mails.new("Hm.", sender=JAYLA, subject="Checkout is slow"))
    assert installation.ingest(mails.reply_to(installation.private[0], text, JAYLA))["outcome"] == "applied"
    shown = installation.show()
    assert (shown["description"], shown["severity"]) == ("Checkout is slow", 3)
    assert "severity" in shown["assumed"]


def test_any_other_answer_to_the_question_is_told_what_would_declare_it(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Hm.", sender=JAYLA, subject="Checkout is slow"))
    installation.ingest(mails.reply_to(installation.private[0], "All of checkout is down for us", JAYLA))
    (again,) = [mail for mail in installation.private if "still declares no incident" in mail.get_content()]
    assert "Reply with: sev 2" in again.get_content()
    installation.ingest(mails.reply_to(again, "sev 2", JAYLA))
    assert installation.show()["description"] == "Checkout is slow"


@pytest.mark.parametrize("text", ["no", "No, sorry, it works again.", "> yes", "Never mind, thanks"])
def test_a_no_to_the_question_declares_nothing_and_is_not_answered(
    installation: Installation, mails: Mails, text: str
) -> None:
    installation.ingest(mails.new("Hm.", sender=JAYLA, subject="Checkout is slow"))
    installation.ingest(mails.reply_to(installation.private[0], text, JAYLA))
    assert (len(installation.private), installation.ok("list", "--all", "--json").json) == (1, [])


def test_no_stranger_answers_the_question_in_a_members_name(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("Hm.", sender=JAYLA, subject="Checkout is slow"))
    assert (
        installation.ingest(mails.reply_to(installation.private[0], "sev 2", "Eve <eve@evil.test>"))["outcome"]
        == "refused"
    )
    assert installation.ok("list", "--all", "--json").json == []


def test_a_refused_declaration_is_declared_by_one_word_more(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("Severity: 9\n\nOne in five is declined.", sender=JAYLA, subject="Cards fail"))
    assert told(installation).startswith("No incident was declared by your mail.")
    installation.ingest(mails.reply_to(installation.private[0], "sev 2", JAYLA))
    assert (installation.show()["description"], installation.show()["severity"]) == ("Cards fail", 2)


def test_whoever_is_named_is_told_in_one_mail_and_nobody_who_named_themselves(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2", "--venue", "#x on Slack")
    text = f"Customer liaison: {BO}\nBusiness liaison: {BO}\nSME: me"
    assert installation.ingest(mails.reply_to(mail, text, JAYLA))["outcome"] == "applied"
    (news,) = (one for one in installation.private if "bo@example.com" in one["To"])
    first = news.get_content().split("\n")[0]
    assert first == (
        "Jayla M. <jayla@example.com> has named you customer liaison (customer questions)"
        " and business liaison (management questions) of this incident."
    )
    assert (news["To"], news["Auto-Submitted"]) == ('"Bo K." <bo@example.com>', "auto-generated")
    assert "people coordinate via #x on Slack" in news.get_content()


def test_declining_gives_back_every_role_and_the_command(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--severity", "2", "--customer-liaison", BO, "--sme", BO)
    installation.ok("update", "--commander", BO)
    assert [str(mail["To"]) for mail in installation.private] == ['"Bo K." <bo@example.com>'] * 2
    assert installation.ingest(mails.reply_to(installation.private[-1], "Decline.", BO))["outcome"] == "applied"
    shown = installation.show()
    assert shown["commander"]["address"] == "mara@example.com"
    assert "customer_liaison" not in shown["roles"]
    assert "customer_liaison" in shown["missing_roles"]
    assert "Mara Lindqvist is incident commander (was Bo K.)." in installation.mails[-1].get_content()


def test_what_one_took_oneself_is_not_declined(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, "taking command\n\nSME: me", JAYLA))
    assert installation.ingest(mails.reply_to(mail, "decline", JAYLA))["outcome"] == "refused"
    assert installation.show()["commander"]["address"] == "jayla@example.com"


def test_a_name_finds_who_has_a_part_under_it_and_else_is_asked_for(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, "Customer liaison: Alícia S.", JAYLA))
    assert "No address is known for: Alícia S. They have not been told." in told(installation)
    assert "Reply with: Customer liaison: Alícia S. <ADDRESS>" in told(installation)
    installation.ingest(mails.reply_to(mail, "SME: me", ALICIA))
    installation.ingest(mails.reply_to(mail, "Business liaison: alícia s.", JAYLA))
    assert installation.show()["roles"]["business_liaison"][0]["address"] == "alicia@example.com"
    assert len(installation.private) == 3  # the question, the checklist of the expert, and the news to Alícia


def test_a_muted_house_answers_nobody_and_says_so(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    installation.config.write_text(installation.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n"))
    reason = installation.ingest(mails.reply_to(mail, "Severity: five", JAYLA))["reason"]
    assert reason.endswith("its sender was not told (mute)")
    assert installation.private == []


@pytest.mark.parametrize("word", ["yes", "OK!", "no, sorry"])
def test_an_offer_answered_in_other_words_says_which_word_counts(
    installation: Installation, mails: Mails, word: str
) -> None:
    installation.declare("Cards fail")
    installation.ok("handoff", "bo@example.com")
    offer = installation.private[-1]
    assert installation.ingest(mails.reply_to(offer, word, BO))["outcome"] == "note"
    assert "command was offered to you" in newest(installation) and "\nReply with: accept\n" in newest(installation)
    assert installation.ingest(mails.reply_to(offer, "accept", BO))["outcome"] == "applied"
    assert installation.show()["commander"]["address"] == "bo@example.com"


def newest(installation: Installation) -> str:
    return str([mail for mail in installation.private if mail["Auto-Submitted"] == "auto-replied"][-1].get_content())


def test_a_short_reply_in_other_words_is_answered_with_the_words_that_do_it(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail")
    for text, reply in (("Resolved!", "phase 2"), ("taking this", "taking command"), ("Let's close it", "close")):
        assert installation.ingest(mails.reply_to(mail, text, JAYLA))["outcome"] == "note"
        assert f"\nReply with: {reply}\n" in newest(installation)
        installation.clock.tick(hours=1, minutes=1)
    installation.ingest(mails.reply_to(mail, "accept", JAYLA))
    assert "Not taken: no question waits for an answer in this incident." in newest(installation)
    installation.ok("handoff", "bo@example.com")
    installation.ingest(mails.reply_to(mail, "accept!", JAYLA))
    assert "the question went to bo@example.com, and its answer counts from that mailbox alone" in newest(installation)


def test_an_answer_offers_each_reply_as_a_tap_that_does_it(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    installation.ingest(mails.reply_to(mail, "Resolved!", JAYLA))
    (answer,) = (one for one in installation.private if one["Auto-Submitted"] == "auto-replied")
    (page,) = (part.get_content() for part in answer.walk() if part.get_content_type() == "text/html")
    assert "You wrote: Resolved!" in page
    labels = re.findall(r">Reply: ([^<]+)</a>", page)
    assert labels == ["phase 2", "phase 3", "close"]
    bodies = [unquote(body) for body in re.findall(r"[?&;]body=([^&\"]+)", page)]
    assert [body.strip() for body in bodies] == labels
    assert installation.ingest(mails.reply_to(mail, bodies[0], JAYLA))["outcome"] == "applied"
    assert installation.show()["phase"] == 2


def test_three_tries_that_differ_in_their_number_are_all_answered(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    for number in range(3, 6):
        installation.ingest(mails.reply_to(mail, f"undo {number}", JAYLA))
        assert f"there is no update {number}" in newest(installation)


def test_a_known_name_typed_small_is_a_name(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    installation.ingest(mails.reply_to(mail, "SME: me", "Bo <bo@example.com>"))
    for text in ("zoe is ic", "who is ic", "bo is ic?"):
        assert installation.ingest(mails.reply_to(mail, text, "Mara Lindqvist <mara@example.com>"))["outcome"] == "note"
    assert (
        installation.ingest(mails.reply_to(mail, "bo is ic", "Mara Lindqvist <mara@example.com>"))["outcome"]
        == "applied"
    )
    assert installation.show()["commander"]["address"] == "bo@example.com"
    assert installation.ingest(mails.reply_to(installation.mails[-1], "im ic", JAYLA))["outcome"] == "applied"
    assert installation.show()["commander"]["address"] == "jayla@example.com"


@pytest.mark.parametrize(
    ("kind", "together"), [("answer", 200), ("new_thread", 30), ("stranger", 20), ("outsider", 20)]
)
def test_all_addresses_together_get_only_so_many_mails_of_a_kind_an_hour(
    installation: Installation, kind: str, together: int
) -> None:
    with installation.context() as context, context.ledger.transaction() as tx:
        at = context.now()
        for number in range(together):
            address = f"a{number}@example.com"
            assert over_a_limit(tx, kind, address, None, at) is None
            tx.add_private_mail(PrivateMail(kind=kind, address=address, incident=None, at=at))
        assert str(over_a_limit(tx, kind, "new@example.com", None, at)) == f"{together} an hour to all together"
        assert over_a_limit(tx, kind, "new@example.com", None, at + timedelta(hours=1, seconds=1)) is None


@pytest.mark.parametrize(("kind", "hours"), [("stranger", 24)])
def test_an_address_gets_some_kinds_of_mail_only_once_in_a_while(
    installation: Installation, kind: str, hours: int
) -> None:
    with installation.context() as context, context.ledger.transaction() as tx:
        at, address = context.now(), "bo@example.com"
        tx.add_private_mail(PrivateMail(kind=kind, address=address, incident=None, at=at))
        assert str(over_a_limit(tx, kind, address, None, at + timedelta(hours=hours, seconds=-1))) == "told already"
        assert over_a_limit(tx, kind, address, None, at + timedelta(hours=hours, seconds=1)) is None


def test_the_same_words_of_one_person_are_answered_twice_an_hour_and_six_times_a_day(
    installation: Installation,
) -> None:
    """A second attempt is answered like the first; two programs that answer each other find an end."""
    with installation.context() as context, context.ledger.transaction() as tx:
        at, address = context.now(), "bo@example.com"
        for number in range(6):
            then = at + timedelta(hours=1, seconds=1) * (number // 2)
            assert over_a_limit(tx, "answer", address, None, then, "digest") is None
            tx.add_private_mail(PrivateMail(kind="answer", address=address, incident=None, at=then, digest="digest"))
            assert (over_a_limit(tx, "answer", address, None, then, "digest") is not None) == bool(number % 2)
        assert over_a_limit(tx, "answer", address, None, at + timedelta(hours=23), "digest") is not None
        assert over_a_limit(tx, "answer", address, None, at + timedelta(hours=23), "other") is None
        assert over_a_limit(tx, "answer", address, None, at + timedelta(hours=27), "digest") is None


@pytest.mark.parametrize(
    ("addresses", "hours", "made"), [(1, 5, 40), (7, 1, 60)],
    ids=["40 a day to one address", "60 an hour about one incident"],
)  # fmt: skip
def test_private_mail_of_all_kinds_together_has_an_end(
    installation: Installation, addresses: int, hours: int, made: int
) -> None:
    installation.declare("Cards fail")
    with installation.context() as context, context.ledger.transaction() as tx:
        (incident,) = tx.incidents(everything=False)
        serials = [
            reserve(tx, kind="briefing", to=[f"a{number}@example.com"], at=at, incident=incident.id).serial
            for at in (context.now() + timedelta(hours=2 * hour) for hour in range(hours))
            for number in range(addresses)
            for _ in range(10)
        ]
    assert [serial is not None for serial in serials] == [True] * made + [False] * 10


def test_who_is_named_to_two_roles_hears_of_the_one_that_is_still_theirs(installation: Installation) -> None:
    bo, ann = "Bo K. <bo@example.com>", "Ann <ann@example.com>"
    installation.declare("Cards fail")
    with installation.context() as context, context.ledger.transaction() as tx:
        incident = tx.incident(installation.show()["id"])
        assert incident is not None
        at, actor, held = context.now(), context.itself(), Holders(people=(Person.parse(bo),))
        named: list[Event] = [
            CommandTransferred(commander=Person.parse(bo), was=incident.commander),
            RoleChanged(role="customer_liaison", was=Holders(), holders=held),
        ]
        change = record(context, tx, incident.id, named, version=incident.version, actor=actor, at=at, caused_by=None)
        later = [CommandTransferred(commander=Person.parse(ann), was=Person.parse(bo))]
        record(context, tx, incident.id, later, version=change.incident.version, actor=actor, at=at, caused_by=None)
    installation.ok("flush")
    (to_bo,) = [mail for mail in installation.private if "bo@example.com" in str(mail["To"])]
    text = to_bo.get_content()
    assert "has named you customer liaison" in text and "commander" not in text.split("\n")[0]
