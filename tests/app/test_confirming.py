"""Changes that need confirmation, from the mail that asks for them to the answer that counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from incidentmail.app.held_commands import expire_due
from incidentmail.app.telling.mail_kinds import UNVERIFIED_AN_HOUR_MAX
from incidentmail.core.decision.proposals import OPEN_OF_ONE_MAX

if TYPE_CHECKING:
    from conftest import Installation, Mails

BOT, LIST = "incident-bot@example.com", "incidents@example.com"
BO, ALICIA, MARA = "Bo <bo@example.com>", "A. <alicia@example.com>", "Mara Lindqvist <mara@example.com>"
PEOPLE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n'
NAMING = "Alícia S. is incident commander."


@pytest.fixture
def named(installation: Installation) -> Installation:
    return installation.configure(PEOPLE)


@pytest.fixture
def strict(installation: Installation) -> Installation:
    """An installation that verifies senders by its mail server's results. The mails in this file have none."""
    return installation.configure(
        PEOPLE + '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
    )


def private(installation: Installation, address: str) -> EmailMessage:
    """Return the newest mail that went only to this address."""
    asked = [mail for mail in installation.private if mail["Auto-Submitted"] != "auto-replied"]
    return [mail for mail in asked if address in str(mail["To"])][-1]


def test_a_third_person_is_commander_when_that_person_answers_the_private_question(
    named: Installation, mails: Mails
) -> None:
    declaration = named.declare()
    outcome = named.ingest(mails.reply_to(declaration, NAMING, BO))
    assert (outcome["outcome"], named.show()["commander"]["name"]) == ("held", "Mara Lindqvist")
    assert [p["asks"] for p in named.show()["proposals"]] == ["make Alícia S. incident commander"]
    question = private(named, "alicia@example.com")
    assert "Bo K. <bo@example.com>" in question.get_content()
    assert named.ingest(mails.reply_to(question, "accept", ALICIA))["outcome"] == "applied"
    assert named.show()["commander"]["name"] == "Alícia S."
    assert (
        "named Alícia S. incident commander, after Mara Lindqvist, confirmed by Alícia S.,"
        in named.mails[-1].get_content()
    )
    again = named.ingest(mails.reply_to(private(named, "mara@example.com"), "accept", MARA))
    assert again["outcome"] == "refused" and "accepted already by Alícia S." in again["reason"]


def test_what_a_member_could_not_prove_is_done_when_he_answers_from_his_mailbox(
    strict: Installation, mails: Mails
) -> None:
    declaration = strict.declare()
    assert strict.ingest(mails.reply_to(declaration, "close", BO))["outcome"] == "held"
    question = private(strict, "bo@example.com")
    assert "Did you write this?" in question.get_content()
    assert strict.show()["status"] == "open"
    assert strict.ingest(mails.reply_to(question, "Accept.", BO))["outcome"] == "applied"
    assert strict.show("checkout")["status"] == "closed"


def test_an_answer_that_is_not_verified_accepts_nothing_for_somebody_whose_mail_otherwise_is(
    strict: Installation, mails: Mails
) -> None:
    """Others may see the address of the question: people answer to all, and forward what they do not understand."""
    passed = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n"
    declaration = strict.declare()
    strict.ingest(passed + mails.reply_to(declaration, "I am looking.", BO))
    assert strict.ingest(mails.reply_to(declaration, "close", BO))["outcome"] == "held"
    question = private(strict, "bo@example.com")
    outcome = strict.ingest(mails.reply_to(question, "accept", BO))
    assert outcome["outcome"] == "refused" and "could not be verified" in outcome["reason"]
    assert (strict.show()["status"], strict.show()["proposals"][0]["state"]) == ("open", "open")
    assert strict.ingest(passed + mails.reply_to(question, "accept", BO))["outcome"] == "applied"
    assert strict.show("checkout")["status"] == "closed"


@pytest.mark.parametrize(("more", "ends"), [("", False), (f", {LIST}", True), (", Bo's boss <jo@example.com>", True)])
def test_an_answer_to_all_that_is_neither_yes_nor_no_ends_the_question(
    strict: Installation, mails: Mails, more: str, ends: bool
) -> None:
    """Whoever gets it sees the address for the true answer, and could close the incident in Bo's name."""
    strict.ingest(mails.reply_to(strict.declare(), "close", BO))
    question = private(strict, "bo@example.com")
    count = len(strict.private)
    told = mails.reply_to(question, "I did not write this! Who was it?", BO, to=f"{question['Reply-To']}{more}")
    strict.ingest(told)
    assert strict.show()["proposals"][0]["state"] == ("rejected" if ends else "open")
    (answer,) = strict.private[count:]
    expected = "rejected what you asked for" if ends else "the question still waits for your answer"
    assert expected in answer.get_content()
    forged = strict.ingest(mails.reply_to(question, "accept", BO))
    assert (forged["outcome"], strict.show("checkout")["status"]) == (
        ("refused", "open") if ends else ("applied", "closed")
    )


@pytest.mark.parametrize("verified", [False, True])
def test_anybody_with_the_question_may_reject_it(strict: Installation, mails: Mails, verified: bool) -> None:
    passed = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n"
    declaration = strict.declare()
    strict.ingest((passed if verified else b"") + mails.reply_to(declaration, "I am looking.", BO))
    strict.ingest(mails.reply_to(declaration, "close", BO))
    assert strict.ingest(mails.reply_to(private(strict, "bo@example.com"), "reject", BO))["outcome"] == "applied"
    assert strict.show()["proposals"][0]["state"] == "rejected"


def test_whoever_is_asked_gets_the_question_and_no_second_mail_beside_it(strict: Installation, mails: Mails) -> None:
    strict.ingest(mails.reply_to(strict.declare(), "close", BO))
    (only,) = [mail for mail in strict.private if "bo@example.com" in str(mail["To"])]
    assert "Did you write this?" in only.get_content()


@pytest.mark.parametrize(
    "text", ["accept, thanks", "Yes, accept. Thank you very much, Mara", "I accept\n\nBest regards"]
)
def test_thanks_may_follow_the_word(strict: Installation, mails: Mails, text: str) -> None:
    strict.ingest(mails.reply_to(strict.declare(), "close", BO))
    assert strict.ingest(mails.reply_to(private(strict, "bo@example.com"), text, BO))["outcome"] == "applied"


@pytest.mark.parametrize("text", ["> accept, thanks", "accept, thanks but no", "accept, if it is true", "thanks"])
def test_quoted_or_with_anything_more_the_word_does_not_count(strict: Installation, mails: Mails, text: str) -> None:
    strict.ingest(mails.reply_to(strict.declare(), "close", BO))
    strict.ingest(mails.reply_to(private(strict, "bo@example.com"), text, BO))
    assert strict.show()["status"] == "open"


def test_the_question_goes_to_the_address_that_is_known_and_to_no_reply_to(strict: Installation, mails: Mails) -> None:
    strict.ingest(mails.reply_to(strict.declare(), "close", BO, more="Reply-To: bo@evil.example\n"))
    assert all("evil" not in str(mail) for mail in strict.private)
    assert str(private(strict, "bo@example.com")["To"]) == '"Bo K." <bo@example.com>'


def test_one_answer_proves_one_proposal_and_nothing_else(strict: Installation, mails: Mails) -> None:
    declaration = strict.declare()
    strict.ingest(mails.reply_to(declaration, "Venue: #one", BO))
    question = private(strict, "bo@example.com")
    strict.ingest(mails.reply_to(question, "close", BO))
    assert (strict.show()["status"], strict.show()["venue"]) == ("open", None)
    assert [p["state"] for p in strict.show()["proposals"]] == ["open", "open"]


# An answer to the question that Alícia got; none of these is hers.
FALSE: dict[str, Callable[[EmailMessage, Mails], bytes]] = {
    "somebody else with her mail forwarded": lambda mail, mails: mails.reply_to(mail, "accept", BO),
    "a stranger with her mail": lambda mail, mails: mails.reply_to(mail, "accept", "Eve <eve@evil.example>"),
    "her out-of-office": lambda mail, mails: mails.reply_to(
        mail, "accept", ALICIA, more="Auto-Submitted: auto-replied\n"
    ),
    "her name without the address that she was told": lambda mail, mails: mails.reply_to(
        mail, "accept", ALICIA, to=f"{str(mail['Reply-To']).partition('.p')[0]}.abcdefghij@example.com"
    ),
    "her name at the tool's own address": lambda mail, mails: mails.reply_to(mail, "accept", ALICIA, to=BOT),
    "the word in a quotation": lambda mail, mails: mails.reply_to(mail, "> accept", ALICIA),
    "the word in a sentence": lambda mail, mails: mails.reply_to(mail, "I may accept later.", ALICIA),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_proposal_is_not_answered_by(named: Installation, mails: Mails, name: str) -> None:
    named.ingest(mails.reply_to(named.declare(), NAMING, BO))
    raw = FALSE[name](private(named, "alicia@example.com"), mails)
    named.ingest(raw)
    assert named.show()["commander"]["name"] == "Mara Lindqvist"
    assert [p["state"] for p in named.show()["proposals"]] == ["open"]


def test_the_answer_counts_where_the_mail_server_lower_cases_and_the_thread_is_lost(
    named: Installation, mails: Mails
) -> None:
    named.ingest(mails.reply_to(named.declare(), NAMING, BO))
    to = str(private(named, "alicia@example.com")["Reply-To"]).upper()
    outcome = named.ingest(mails.new("accept", sender=ALICIA, subject="Re: something", to=to))
    assert outcome["outcome"] == "applied"
    assert named.show()["commander"]["name"] == "Alícia S."


def test_no_leads_to_nothing_and_whoever_asked_is_told(named: Installation, mails: Mails) -> None:
    named.ingest(mails.reply_to(named.declare(), NAMING, BO))
    named.ingest(mails.reply_to(private(named, "alicia@example.com"), "reject", ALICIA))
    assert [p["state"] for p in named.show()["proposals"]] == ["rejected"]
    assert "Alícia S. rejected what you asked for" in private(named, "bo@example.com").get_content().replace(
        "A.", "Alícia S."
    )


def test_what_nobody_answers_expires_and_whoever_asked_is_told(named: Installation, mails: Mails) -> None:
    named.ingest(mails.reply_to(named.declare(), NAMING, BO))
    named.clock.tick(hours=24)
    with named.context() as context:
        assert len(expire_due(context)) == 1
        assert expire_due(context) == []
    named.ok("update", "--no-change")
    assert [p["state"] for p in named.show()["proposals"]] == ["expired"]
    assert "Nobody confirmed what you asked for in time" in private(named, "bo@example.com").get_content()
    late = named.ingest(mails.reply_to(private(named, "alicia@example.com"), "accept", ALICIA))
    assert late["outcome"] == "refused"
    assert [line["kind"] for line in named.log()].count("proposal_expired.v1") == 1


def test_how_long_they_wait_is_the_organisations_to_say(installation: Installation, mails: Mails) -> None:
    installation.configure(PEOPLE + '[incident]\nproposals_expire_after = "30m"\n')
    installation.ingest(mails.reply_to(installation.declare(), NAMING, BO))
    assert installation.show()["proposals"][0]["expires_at"] == "2026-11-20T14:50:00Z"


def test_a_reply_that_crosses_waits_for_its_own_author(named: Installation, mails: Mails) -> None:
    declaration = named.declare()
    named.ingest(mails.reply_to(declaration, "phase 2", ALICIA))
    named.clock.tick(minutes=3)
    outcome = named.ingest(mails.reply_to(declaration, "phase 3", BO))
    assert outcome["outcome"] == "held"
    changed = "since then Alícia S. changed phase from 1 to 2 at 14:20 UTC"
    assert f"it answers the declaration, and {changed}" in outcome["reason"]
    assert named.ingest(mails.reply_to(private(named, "bo@example.com"), "accept", BO))["outcome"] == "applied"
    assert named.show("checkout")["phase"] == 3


def test_an_end_that_was_held_is_not_accepted_once_it_has_become_worse(strict: Installation, mails: Mails) -> None:
    declaration = strict.declare("Checkout is down", "--severity", "3")
    assert strict.ingest(mails.reply_to(declaration, "close", BO))["outcome"] == "held"
    question = private(strict, "bo@example.com")
    strict.clock.tick(minutes=5)
    strict.ingest(mails.reply_to(declaration, "Severity: 2", ALICIA))
    strict.clock.tick(minutes=5)
    late = strict.ingest(mails.reply_to(question, "accept", BO))
    assert (late["outcome"], strict.show()["status"]) == ("refused", "open")
    assert "since you were asked, Alícia S. changed severity from 3 to 2" in late["reason"]


def test_a_commander_is_not_named_by_a_yes_from_before_somebody_took_command(named: Installation, mails: Mails) -> None:
    declaration = named.declare()
    named.ingest(mails.reply_to(declaration, NAMING, BO))
    question = private(named, "alicia@example.com")
    named.clock.tick(minutes=5)
    named.ingest(mails.reply_to(named.mails[-1], "taking command", "Ines <ines@example.com>"))
    named.clock.tick(minutes=5)
    late = named.ingest(mails.reply_to(question, "accept", ALICIA))
    assert (late["outcome"], named.show()["commander"]["name"]) == ("refused", "Ines")


def test_a_reply_to_another_persons_reply_answers_the_mail_that_one_answered(named: Installation, mails: Mails) -> None:
    declaration = named.declare()
    named.ingest(mails.reply_to(declaration, "phase 2", ALICIA))
    thread = f"In-Reply-To: <x@mua.example>\nReferences: {declaration['Message-ID']} <x@mua.example>\n"
    raw = mails.new("phase 3", sender=BO, subject="Re: Checkout", to=str(declaration["Reply-To"]), more=thread)
    assert named.ingest(raw)["outcome"] == "held"


def test_a_worse_severity_crosses_and_applies(named: Installation, mails: Mails) -> None:
    declaration = named.declare("Checkout is down", "--severity", "3")
    named.ingest(mails.reply_to(declaration, "sev 2", ALICIA))
    assert named.ingest(mails.reply_to(declaration, "sev 1", BO))["outcome"] == "applied"
    assert named.ingest(mails.reply_to(declaration, "sev 4", ALICIA))["outcome"] == "held"
    assert named.show()["severity"] == 1


def test_an_offer_that_is_declined_is_told_to_whoever_made_it(named: Installation, mails: Mails) -> None:
    named.declare()
    named.ok("handoff", "Bo K. <bo@example.com>")
    assert named.ingest(mails.reply_to(private(named, "bo@example.com"), "decline", BO))["outcome"] == "applied"
    told = private(named, "mara@example.com").get_content()
    assert "Bo K. declines to be incident commander" in told


def test_command_that_was_declined_goes_back_and_the_list_is_told(named: Installation, mails: Mails) -> None:
    declaration = named.declare()
    named.ok("handoff", "Bo K. <bo@example.com>", "--spoken")
    named.ingest(mails.reply_to(declaration, "decline", BO))
    assert named.show()["commander"]["name"] == "Mara Lindqvist"
    assert any("(was Bo K.)" in mail.get_content() for mail in named.mails)


def test_the_operator_lists_accepts_and_rejects(named: Installation, mails: Mails) -> None:
    declaration = named.declare()
    named.ingest(mails.reply_to(declaration, NAMING, BO))
    named.ingest(mails.reply_to(declaration, "Bo K. is incident commander.", ALICIA))
    assert [line["number"] for line in named.ok("proposal", "list", "--json").lines] == [1, 2]
    assert "Bo K. wants to make Alícia S. incident commander" in named.ok("proposal").out
    assert "proposal 1 waits until" in named.ok("show").out
    done = named.ok("proposal", "accept", "1", "--json").json
    assert done["events"] == ["command_transferred.v1", "proposal_accepted.v1"]
    named.ok("proposal", "reject", "2")
    assert named.ok("proposal").out == ""
    states = [line["state"] for line in named.ok("proposal", "list", "--all", "--json").lines]
    assert states == ["accepted", "rejected"]
    refused = named.run("proposal", "accept", "1")
    assert refused.code == 1 and "accepted already" in refused.err


def test_what_waited_too_long_ends_even_while_no_mail_is_sent(named: Installation, mails: Mails) -> None:
    named.ingest(mails.reply_to(named.declare(), NAMING, BO))
    named.clock.now += timedelta(days=2)
    with named.context() as context:
        expire_due(context.muted())
    assert [p["state"] for p in named.show()["proposals"]] == ["expired"]


def test_nobody_is_flooded_with_questions_or_with_proposals_that_wait(strict: Installation, mails: Mails) -> None:
    declaration = strict.declare()
    for number in range(14):
        strict.ingest(mails.reply_to(declaration, f"Venue: #room-{number}", BO))
    assert len(strict.show()["proposals"]) == OPEN_OF_ONE_MAX
    to_bo = [mail for mail in strict.private if "bo@example.com" in str(mail["To"])]
    assert len(to_bo) == UNVERIFIED_AN_HOUR_MAX + 1
    assert "no more of them come before" in to_bo[-1].get_content()


def test_a_stranger_who_was_named_commander_is_asked_nothing_and_confirms_nothing(
    strict: Installation, mails: Mails
) -> None:
    strict.ingest(mails.reply_to(strict.declare(), "Commander: Eve <eve@evil.example>", BO))
    assert all("eve@evil.example" not in str(mail["To"]) for mail in strict.private)
    question = private(strict, "mara@example.com")
    outcome = strict.ingest(mails.reply_to(question, "accept", "Eve <eve@evil.example>"))
    assert (outcome["outcome"], strict.show()["commander"]["name"]) == ("refused", "Mara Lindqvist")


def test_an_answer_that_our_server_says_is_forged_confirms_nothing(strict: Installation, mails: Mails) -> None:
    strict.ingest(mails.reply_to(strict.declare(), "close", BO))
    answer = mails.reply_to(private(strict, "bo@example.com"), "accept", BO)
    forged = b"Authentication-Results: mx.example.com; dmarc=fail header.from=example.com\n" + answer
    assert (strict.ingest(forged)["outcome"], strict.show()["status"]) == ("refused", "open")
    assert strict.ingest(answer)["outcome"] == "applied"
    assert strict.show("checkout")["status"] == "closed"


def test_an_answer_to_the_question_that_is_no_yes_and_no_no_is_told_so(strict: Installation, mails: Mails) -> None:
    declaration = strict.declare()
    for _ in range(2):
        strict.ingest(mails.reply_to(declaration, "close", BO))
    told = [mail.get_content() for mail in strict.private if mail["Auto-Submitted"] == "auto-replied"]
    assert [text.partition("\n")[0] for text in told] == ["Nothing has changed yet: it waits for your own word."]
    question = private(strict, "bo@example.com")
    for words in ("Yes, once the bank agrees", "accept, but wait an hour"):
        assert strict.ingest(mails.reply_to(question, words, BO))["outcome"] == "note"
        answer = strict.private[-1].get_content()
        assert f"> {words.partition(chr(10))[0]}\nNot taken as a yes or a no" in answer
        assert "\nReply with: accept\n" in answer
    assert strict.ingest(mails.reply_to(question, "accept", BO))["outcome"] == "applied"
    assert strict.show("checkout")["status"] == "closed"


def test_what_waits_for_another_persons_word_says_so(named: Installation, mails: Mails) -> None:
    named.ingest(mails.reply_to(named.declare(), NAMING, BO))
    told = [mail.get_content() for mail in named.private if mail["Auto-Submitted"] == "auto-replied"]
    assert told[-1].startswith("Nothing has changed yet: somebody else must agree first.")


def test_after_a_mute_nobody_is_asked_about_what_expired_and_who_asked_for_it_is_told(
    named: Installation, mails: Mails
) -> None:
    mail = named.declare("Cards fail")
    loud = named.config.read_text()
    named.config.write_text(loud.replace("[mail]\n", "[mail]\nmute = true\n"))
    named.ingest(mails.reply_to(mail, NAMING, BO))
    named.clock.tick(hours=25)
    named.ingest(mails.new("Lunch?", sender=BO, subject="Lunch", to="somebody@example.com"))
    assert [proposal["state"] for proposal in named.show()["proposals"]] == ["expired"]
    named.config.write_text(loud)
    named.ok("flush")
    (news,) = [mail for mail in named.private if "bo@example.com" in str(mail["To"])]
    assert "Nobody confirmed what you asked for in time" in news.get_content()


def test_who_offered_command_is_named_in_the_offer_and_hears_of_a_no_even_after_a_mute(
    named: Installation, mails: Mails
) -> None:
    named.declare("Cards fail", "--commander", "Alícia <alicia@example.com>")
    before = len(named.private)
    named.ok("handoff", "Bo K. <bo@example.com>")
    (offer,) = named.private[before:]
    assert "Mara Lindqvist asks you to be incident commander" in offer.get_content()
    assert "Then Mara Lindqvist is told" in " ".join(offer.get_content().split())
    loud = named.config.read_text()
    named.config.write_text(loud.replace("[mail]\n", "[mail]\nmute = true\n"))
    named.ingest(mails.reply_to(offer, "decline", "Bo K. <bo@example.com>"))
    assert len(named.private) == before + 1
    named.config.write_text(loud)
    named.ok("flush")
    (told,) = named.private[before + 1 :]
    assert "mara@example.com" in str(told["To"]) and "Bo K. declines to be incident commander" in told.get_content()


def test_who_declines_command_is_told_of_once_and_nobody_is_offered_it_back(named: Installation, mails: Mails) -> None:
    declaration = named.declare()
    named.ok("handoff", "Bo K. <bo@example.com>", "--spoken")
    before = len(named.private)
    named.ingest(mails.reply_to(declaration, "decline", BO))
    (told,) = named.private[before:]
    assert "mara@example.com" in str(told["To"])
    assert told.get_content() == (
        "Bo K. declines to be incident commander of this incident. Please ask somebody else.\n\n"
        "> Checkout is rejecting card payments\n\nUntil then you lead it.\n"
    )


def test_who_gives_back_a_role_is_told_of_once_to_who_gave_it(named: Installation, mails: Mails) -> None:
    declaration = named.declare("Cards fail", "--customer-liaison", "Bo K. <bo@example.com>")
    before = len(named.private)
    named.ingest(mails.reply_to(declaration, "decline", BO))
    (told,) = named.private[before:]
    assert "mara@example.com" in str(told["To"])
    assert told.get_content().startswith("Bo K. declines the role of customer liaison. Please ask somebody else.\n")
    assert named.show()["roles"] == {}


def test_an_answer_to_a_private_mail_declines_only_what_that_mail_speaks_of(named: Installation, mails: Mails) -> None:
    declaration = named.declare("Cards fail", "--commander", "bo@example.com")
    command = private(named, "bo@example.com")
    for role in ("Customer liaison", "SME"):
        named.clock.tick(minutes=1)
        named.ingest(mails.reply_to(declaration, f"{role}: bo@example.com", MARA))
    named.ingest(mails.reply_to(private(named, "bo@example.com"), "decline", BO))
    assert (list(named.show()["roles"]), named.show()["commander"]["name"]) == (["customer_liaison"], "Bo K.")
    named.ingest(mails.reply_to(command, "decline", BO))
    assert (list(named.show()["roles"]), named.show()["commander"]["name"]) == (["customer_liaison"], "Mara Lindqvist")


def test_command_that_was_exercised_is_no_open_offer(named: Installation, mails: Mails) -> None:
    """The word that declines a role does not take command from somebody who leads."""
    declaration = named.declare("Cards fail", "--commander", "bo@example.com")
    named.clock.tick(minutes=1)
    named.ingest(mails.reply_to(declaration, "phase 2", BO))
    named.ok("update", "--customer-liaison", "bo@example.com")
    assert named.ingest(mails.reply_to(private(named, "bo@example.com"), "decline", BO))["outcome"] == "applied"
    assert (named.show()["roles"], named.show()["commander"]["name"]) == ({}, "Bo K.")
    again = named.ingest(mails.reply_to(declaration, "decline", BO))
    assert again["outcome"] == "refused" and named.show()["commander"]["name"] == "Bo K."


@pytest.mark.parametrize("act", ["phase 2", "I see it too."])
def test_a_commander_who_has_acted_is_no_longer_assumed(named: Installation, mails: Mails, act: str) -> None:
    declaration = named.declare()
    assert "Mara Lindqvist is incident commander (not confirmed)." in declaration.get_content()
    named.clock.tick(minutes=1)
    named.ingest(mails.reply_to(declaration, "sev 2", BO))
    assert "Mara Lindqvist is incident commander (not confirmed)." in named.mails[-1].get_content()
    assert "commander" in named.show()["assumed"]
    named.ingest(mails.reply_to(declaration, act, "Mara Lindqvist <mara@example.com>"))
    named.clock.tick(minutes=1)
    named.ingest(mails.reply_to(declaration, "sev 1", BO))
    assert "Mara Lindqvist is incident commander." in named.mails[-1].get_content()
    assert "incident commander" in named.ok("show").out and "commander (not confirmed)" not in named.ok("show").out
    assert "commander" not in named.show()["assumed"]
