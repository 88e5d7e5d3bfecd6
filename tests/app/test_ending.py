"""A severity 1 or 2 incident is ended by its leaders alone; if others want to end it, the commander is asked."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from incidentmail.app.held_commands import expire_due
from incidentmail.app.sending.flush import flush
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

MARA, BO, ALICIA = "Mara Lindqvist <mara@example.com>", "Bo K. <bo@example.com>", "Alícia S. <alicia@example.com>"
DEE = "Dee D. <dee@example.com>"
PEOPLE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n'
DEPUTY = '[roles.deputy]\ntitle = "Deputy"\n'
RESULTS = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
PASS = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n"
STYLE = ListStyle(address="incidents@example.com", prefix="[incidents]")
QUESTION = "Bo K. <bo@example.com> says that this incident is over. May it end?"
OTHER_QUESTION = "Bo K. <bo@example.com> asks for a change. Has this been agreed?"


def declare(installation: Installation, *args: str, severity: int = 1, config: str = "") -> EmailMessage:
    """Declare an incident by Mara that Alícia leads."""
    installation.configure(PEOPLE + config)
    return installation.declare("Checkout is down", "--severity", str(severity), "--commander", ALICIA, *args)


def reply(
    installation: Installation, mails: Mails, mail: EmailMessage, text: str, by: str, *, proof: bytes = b""
) -> dict[str, Any]:
    return installation.ingest(proof + mails.reply_to(mail, text, by, at=installation.clock.now))


def to(installation: Installation, who: str) -> list[EmailMessage]:
    return [mail for mail in installation.private if who.partition("<")[2].rstrip(">") in str(mail["To"])]


def questions(installation: Installation, who: str) -> list[EmailMessage]:
    return [mail for mail in to(installation, who) if mail.get_content().startswith((QUESTION, OTHER_QUESTION))]


def states(installation: Installation) -> list[str]:
    return [proposal["state"] for proposal in installation.show("checkout")["proposals"]]


FORMS = {
    "close": ("close", "closed"),
    "closing, with thanks": ("Closing this, thanks everybody", "closed"),
    "close with a reason": ("close: all payments work again", "closed"),
    "a line": ("Status: closed", "closed"),
    "retract": ("retract", "retracted"),
    "retract with a reason": ("retract, it was a test", "retracted"),
    "a line that retracts": ("Status: retracted", "retracted"),
}


@pytest.mark.parametrize("severity", [1, 2])
@pytest.mark.parametrize("form", FORMS)
def test_in_every_form_the_end_of_a_severe_incident_waits_for_its_commander(
    installation: Installation, mails: Mails, form: str, severity: int
) -> None:
    text, ended = FORMS[form]
    declared = declare(installation, severity=severity)
    assert reply(installation, mails, declared, text, BO)["outcome"] == "held"
    assert installation.show()["status"] == "open"
    (question,) = questions(installation, ALICIA)
    assert question.get_content().startswith(QUESTION)
    assert not questions(installation, MARA)
    assert reply(installation, mails, question, "accept", ALICIA)["outcome"] == "applied"
    assert installation.show("checkout")["status"] == ended
    assert states(installation) == ["accepted"]


def tapped(mail: EmailMessage, word: str, mails: Mails, by: str) -> bytes:
    """Return the mail that a tap on `Reply: word` opens, sent unchanged."""
    html = mail.get_body(("html",))
    assert html is not None
    links = LexborHTMLParser(html.get_content()).css("a.answer")
    (url,) = [str(link.attributes["href"]) for link in links if link.text() == f"Reply: {word}"]
    parts, query = urlsplit(url), parse_qs(urlsplit(url).query)
    more = f"In-Reply-To: {query['In-Reply-To'][0]}\n"
    body = query["body"][0].replace("\r\n", "\n")
    return mails.new(body, sender=by, subject=query["subject"][0], to=unquote(parts.path), more=more)


@pytest.mark.parametrize(
    ("word", "status", "state"), [("accept", "closed", "accepted"), ("reject", "open", "rejected")]
)
def test_the_commander_answers_the_question_with_one_tap(
    installation: Installation, mails: Mails, word: str, status: str, state: str
) -> None:
    declared = declare(installation)
    reply(installation, mails, declared, "close: all payments work", BO)
    (question,) = questions(installation, ALICIA)
    installation.ingest(tapped(question, word, mails, ALICIA))
    assert installation.show("checkout")["status"] == status
    assert states(installation) == [state]


@pytest.mark.parametrize("words", ["decline", "Declined.", "I decline, refunds fail", "no, decline", "no thanks"])
def test_whoever_declines_what_was_asked_rejects_it(installation: Installation, mails: Mails, words: str) -> None:
    declared = declare(installation)
    reply(installation, mails, declared, "close: all payments work", BO)
    (question,) = questions(installation, ALICIA)
    assert reply(installation, mails, question, words, ALICIA)["outcome"] == "applied"
    assert (installation.show("checkout")["status"], states(installation)) == ("open", ["rejected"])
    assert installation.show("checkout")["commander"]["name"] == "Alícia S."  # who did not decline command


@pytest.mark.parametrize(("word", "leader"), [("accept", "Bo K."), ("decline", "Alícia S.")])
def test_an_offer_of_command_is_answered_with_one_tap(
    installation: Installation, mails: Mails, word: str, leader: str
) -> None:
    declare(installation)
    installation.ok("handoff", BO)
    (offer,) = to(installation, BO)
    assert installation.ingest(tapped(offer, word, mails, BO))["outcome"] == "applied"
    assert installation.show()["commander"]["name"] == leader


def test_the_page_of_a_question_says_what_its_text_says(installation: Installation, mails: Mails) -> None:
    reply(installation, mails, declare(installation), "close", BO)
    (question,) = questions(installation, ALICIA)
    html = question.get_body(("html",))
    assert html is not None
    tree = LexborHTMLParser(html.get_content())
    for gone in tree.css("[role=group], [data-beside], style, title"):
        gone.decompose()
    assert tree.body is not None
    text = " ".join(line.removeprefix("> ") for line in question.get_content().splitlines())
    assert tree.body.text(separator=" ").split() == text.split()


@pytest.mark.parametrize("who", [ALICIA, MARA, DEE], ids=["commander", "declarer", "deputy"])
def test_whoever_leads_it_ends_it_at_once(installation: Installation, mails: Mails, who: str) -> None:
    declared = declare(installation, "--role", f"deputy={DEE}", config=DEPUTY)
    assert reply(installation, mails, declared, "close", who)["outcome"] == "applied"
    assert installation.show("checkout")["status"] == "closed"


def test_the_operator_ends_it_at_once(installation: Installation) -> None:
    declare(installation)
    installation.ok("retract", "-m", "It was the monitoring.")
    assert installation.show("checkout")["status"] == "retracted"


def test_a_milder_incident_is_ended_by_any_member(installation: Installation, mails: Mails) -> None:
    assert reply(installation, mails, declare(installation, severity=3), "close", BO)["outcome"] == "applied"


def test_the_sender_reads_for_whom_it_waits_and_what_to_do_if_nobody_answers(
    installation: Installation, mails: Mails
) -> None:
    reply(installation, mails, declare(installation), "close", BO)
    (told,) = [mail.get_content() for mail in to(installation, BO)]
    assert told.startswith("Nothing has changed yet: somebody else must agree first.")
    assert (
        "in severity 1, only its incident commander, the person who declared it or a deputy whom one of them named "
        "can end an incident alone"
    ) in told
    assert "It waits as proposal 1. Alícia S. is asked, and one word ends it; if nobody answers, take command" in told


def test_the_reason_is_in_the_question_and_in_the_follow_up_under_its_authors_name(
    installation: Installation, mails: Mails
) -> None:
    declared = declare(installation)
    reply(installation, mails, declared, "close: all payments work again", BO)
    (question,) = questions(installation, ALICIA)
    assert "> close it: all payments work again\n" in question.get_content()
    reply(installation, mails, question, "accept", ALICIA)
    text = installation.mails[-1].get_content()
    assert text.startswith("Incident closed.") and "all payments work again" in text
    assert "\n\nBo K." in text and "confirmed by Alícia S." in text


def test_a_secret_in_the_reason_is_masked(installation: Installation, mails: Mails) -> None:
    reply(installation, mails, declare(installation), "close: the new password: hunter2hunter2 works", BO)
    (question,) = questions(installation, ALICIA)
    assert "hunter2hunter2" not in question.get_content() + str(installation.show()["proposals"])


def test_a_no_changes_nothing_and_the_sender_hears_of_it(installation: Installation, mails: Mails) -> None:
    reply(installation, mails, declare(installation), "close", BO)
    reply(installation, mails, questions(installation, ALICIA)[0], "no", ALICIA)
    assert (installation.show()["status"], states(installation)) == ("open", ["rejected"])
    assert "Alícia S. rejected what you asked for." in to(installation, BO)[-1].get_content()


def test_without_an_answer_it_expires_and_the_sender_hears_of_it(installation: Installation, mails: Mails) -> None:
    reply(installation, mails, declare(installation), "close", BO)
    installation.clock.tick(hours=25)
    with installation.context() as context:
        expire_due(context)
        flush(context)
    assert (installation.show()["status"], states(installation)) == ("open", ["expired"])
    assert "Nobody confirmed what you asked for in time." in to(installation, BO)[-1].get_content()


def test_the_answer_counts_from_the_commanders_mailbox_alone(installation: Installation, mails: Mails) -> None:
    reply(installation, mails, declare(installation), "close", BO)
    (question,) = questions(installation, ALICIA)
    for who in (BO, DEE, MARA):
        assert reply(installation, mails, question, "accept", who)["outcome"] != "applied"
    assert installation.show()["status"] == "open"


def test_show_and_the_list_of_proposals_name_the_commander(installation: Installation, mails: Mails) -> None:
    reply(installation, mails, declare(installation), "close: all is well", BO)
    for command in (("show",), ("proposal", "list")):
        shown = installation.ok(*command).out
        assert "Bo K. wants to close it: all is well" in shown and "Alícia S. can accept it: " in shown
    assert "1 proposal waits" in installation.run("status").out


def test_asking_again_asks_the_commander_once(installation: Installation, mails: Mails) -> None:
    declared = declare(installation)
    for text in ("close", "close: it works again", "Status: closed"):
        assert reply(installation, mails, declared, text, BO)["outcome"] == "held"
    assert len(questions(installation, ALICIA)) == 1 and states(installation) == ["open"]


@pytest.mark.parametrize("level", ["member", "verified"])
def test_it_waits_whatever_the_permissions_say(installation: Installation, mails: Mails, level: str) -> None:
    declared = declare(installation, config=f'{RESULTS}[permissions]\nclose = "{level}"\n')
    assert reply(installation, mails, declared, "close", BO, proof=PASS)["outcome"] == "held"
    assert questions(installation, ALICIA) and not questions(installation, BO)


def test_an_unverified_sender_is_not_asked_besides(installation: Installation, mails: Mails) -> None:
    """The commander's word says more than a proof of who asked."""
    declared = declare(installation, config=RESULTS)
    assert reply(installation, mails, declared, "close", BO)["outcome"] == "held"
    assert "Did you write this?" not in "".join(mail.get_content() for mail in to(installation, BO))
    reply(installation, mails, questions(installation, ALICIA)[0], "accept", ALICIA)
    assert installation.show("checkout")["status"] == "closed"


def test_an_unverified_commander_confirms_from_their_own_mailbox(installation: Installation, mails: Mails) -> None:
    declared = declare(installation, config=RESULTS)
    assert reply(installation, mails, declared, "close", ALICIA)["outcome"] == "held"
    (question,) = to(installation, ALICIA)[-1:]
    assert "Did you write this?" in question.get_content()
    assert reply(installation, mails, question, "accept", ALICIA)["outcome"] == "applied"


def test_a_copy_that_proves_who_wrote_it_changes_nothing_about_that(installation: Installation, mails: Mails) -> None:
    declared = declare(installation, config=RESULTS)
    raw = mails.reply_to(declared, "close", BO)
    assert installation.ingest(list_copy(raw, STYLE))["outcome"] == "held"
    assert installation.ingest(PASS + raw)["outcome"] == "duplicate"
    assert (installation.show()["status"], states(installation)) == ("open", ["open"])
    assert len(questions(installation, ALICIA)) == 1


def test_an_undo_that_would_close_it_waits_too(installation: Installation, mails: Mails) -> None:
    declare(installation)
    for word in ("close", "reopen"):
        installation.ok(word, "checkout")
    assert reply(installation, mails, installation.mails[-1], "undo 2", BO)["outcome"] == "held"
    assert installation.show()["status"] == "open"
    reply(installation, mails, questions(installation, ALICIA)[0], "accept", ALICIA)
    assert installation.show("checkout")["status"] == "closed"


# Command passes on while it waits.
def test_a_new_commander_is_asked_and_the_old_one_is_not_heard_any_more(
    installation: Installation, mails: Mails
) -> None:
    declared = declare(installation)
    reply(installation, mails, declared, "close: all is well", BO)
    (old,) = questions(installation, ALICIA)
    installation.clock.tick(minutes=5)
    reply(installation, mails, declared, "taking command", DEE)
    (new,) = questions(installation, DEE)
    assert [p["confirmers"][0]["address"] for p in installation.show()["proposals"]] == ["dee@example.com"]
    installation.clock.tick(minutes=1)
    assert reply(installation, mails, old, "accept", ALICIA)["outcome"] == "refused"
    assert reply(installation, mails, new, "accept", DEE)["outcome"] == "applied"
    assert installation.show("checkout")["status"] == "closed"


def test_who_asked_and_takes_command_then_is_not_asked_and_ends_it(installation: Installation, mails: Mails) -> None:
    declared = declare(installation)
    for text in ("close", "taking command"):
        reply(installation, mails, declared, text, BO)
    assert not questions(installation, BO)
    assert reply(installation, mails, installation.mails[-1], "close", BO)["outcome"] == "applied"


def test_who_was_commander_when_asked_for_a_proof_and_is_not_any_more_ends_nothing(
    installation: Installation, mails: Mails
) -> None:
    declared = declare(installation, config=RESULTS)
    reply(installation, mails, declared, "close", ALICIA)
    question = to(installation, ALICIA)[-1]
    installation.ok("handoff", DEE, "--spoken")
    outcome = reply(installation, mails, question, "accept", ALICIA)
    assert outcome["outcome"] == "refused" and "ask Dee D. to end it" in outcome["reason"]
    assert installation.show()["status"] == "open"


# The severity changes while it waits.
def test_it_still_waits_if_the_severity_gets_milder_and_then_its_sender_may_end_it(
    installation: Installation, mails: Mails
) -> None:
    declared = declare(installation)
    reply(installation, mails, declared, "close", BO)
    installation.ok("update", "--severity", "3")
    assert (installation.show()["status"], states(installation)) == ("open", ["open"])
    installation.clock.tick(minutes=5)
    assert reply(installation, mails, installation.mails[-1], "close", BO)["outcome"] == "applied"


def test_a_yes_to_a_question_from_before_the_severity_rose_is_not_carried_out(
    installation: Installation, mails: Mails
) -> None:
    declared = declare(installation, severity=2)
    reply(installation, mails, declared, "close", BO)
    (question,) = questions(installation, ALICIA)
    installation.clock.tick(minutes=5)
    reply(installation, mails, declared, "sev 1", DEE)
    installation.clock.tick(minutes=5)
    outcome = reply(installation, mails, question, "accept", ALICIA)
    assert outcome["outcome"] == "refused" and "since you were asked, Dee D. changed severity" in outcome["reason"]


def test_a_member_whose_close_waited_for_a_proof_ends_nothing_that_became_severe(
    installation: Installation, mails: Mails
) -> None:
    declared = declare(installation, severity=3, config=RESULTS)
    reply(installation, mails, declared, "close", BO)
    question = to(installation, BO)[-1]
    installation.ok("update", "--severity", "1")
    outcome = reply(installation, mails, question, "accept", BO)
    assert outcome["outcome"] == "refused" and "ask Alícia S. to end it" in outcome["reason"]
    assert installation.show()["status"] == "open"


def test_a_commander_who_ends_it_otherwise_has_answered(installation: Installation, mails: Mails) -> None:
    declared = declare(installation)
    reply(installation, mails, declared, "close", BO)
    reply(installation, mails, declared, "close", ALICIA)
    assert states(installation) == ["accepted"]
    installation.clock.tick(hours=25)
    with installation.context() as context:
        assert not expire_due(context)


# A commander whom nobody reaches.
def test_if_the_commander_is_only_a_name_the_other_leaders_are_asked(installation: Installation, mails: Mails) -> None:
    installation.configure(PEOPLE + DEPUTY)
    declared = installation.declare(
        "Checkout is down", "--severity", "1", "--commander", "Bea Known", "--role", f"deputy={DEE}"
    )
    reply(installation, mails, declared, "close", BO)
    assert questions(installation, MARA) and questions(installation, DEE)
    assert reply(installation, mails, questions(installation, DEE)[0], "accept", DEE)["outcome"] == "applied"


def test_if_the_commander_is_nobodys_member_the_declarer_is_asked(installation: Installation, mails: Mails) -> None:
    installation.configure(PEOPLE)
    outside = "Vi Vendor <vi@vendor.example>"
    declared = installation.declare("Checkout is down", "--severity", "1", "--commander", outside)
    reply(installation, mails, declared, "close", BO)
    (question,) = questions(installation, MARA)
    assert not questions(installation, outside)
    assert reply(installation, mails, question, "accept", MARA)["outcome"] == "applied"


def test_if_the_question_does_not_reach_the_commander_the_others_are_asked_and_the_sender_hears_of_it(
    installation: Installation, mails: Mails, sinks: Callable[..., Sink]
) -> None:
    sink = sinks()
    installation.configure(PEOPLE, relay=sink.url)
    installation.ok("declare", "Checkout is down", "--severity", "1", "--commander", ALICIA)
    sink.replies["alicia@example.com"] = "550 5.1.1 no such mailbox"
    declared = sink.mails[0]
    reply(installation, mails, declared, "close", BO)
    with installation.context() as context:
        flush(context)
    (question,) = (mail for mail in sink.mails if QUESTION in mail.get_content())
    assert "mara@example.com" in str(question["To"])
    assert any("550 5.1.1" in mail.get_content() for mail in sink.mails if "bo@example.com" in str(mail["To"]))
    assert reply(installation, mails, question, "accept", MARA)["outcome"] == "applied"


def test_the_two_worst_steps_of_another_scale_are_severe(installation: Installation, mails: Mails) -> None:
    scale = "".join(f'[[severity]]\nlevel = {level}\nname = "step {level}"\n' for level in (0, 1, 2, 3))
    declared = declare(installation, severity=1, config=scale + "[incident]\ndefault_severity = 2\n")
    assert reply(installation, mails, declared, "close", BO)["outcome"] == "held"
    installation.ok("update", "--severity", "2")
    installation.clock.tick(minutes=5)
    assert reply(installation, mails, installation.mails[-1], "close", BO)["outcome"] == "applied"


@pytest.mark.parametrize("words", ["Reply: accept", "reply with: accept", '"accept"', "Accept"])
def test_the_words_of_the_button_count_as_the_answer(installation: Installation, mails: Mails, words: str) -> None:
    reply(installation, mails, declare(installation), "close", BO)
    (question,) = questions(installation, ALICIA)
    assert reply(installation, mails, question, words, ALICIA)["outcome"] == "applied"
    assert installation.show("checkout")["status"] == "closed"


def test_the_words_of_an_offers_button_count_too(installation: Installation, mails: Mails) -> None:
    declare(installation)
    installation.ok("handoff", BO)
    (offer,) = to(installation, BO)
    assert reply(installation, mails, offer, "Reply: accept", BO)["outcome"] == "applied"
    assert installation.show()["commander"]["name"] == "Bo K."


EVE = "Eve M. <eve@example.com>"


@pytest.mark.parametrize("verify", [True, False], ids=["verified", "nobody is verified"])
@pytest.mark.parametrize("end", ["close: it is over", "retract", "undo 1"])
def test_a_deputy_who_named_themselves_ends_no_severe_incident_alone(
    installation: Installation, mails: Mails, verify: bool, end: str
) -> None:
    trust = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n' if verify else ""
    proof = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n" if verify else b""
    installation.configure(trust)
    mail = installation.declare("Cards fail", "--severity", "1", "--commander", ALICIA)
    if end.startswith("undo"):
        installation.ok("close", "-m", "It works.")
        installation.ok("reopen", "-m", "It does not.")
    assert installation.ingest(proof + mails.reply_to(mail, "Deputy: me", EVE))["outcome"] == "applied"
    end = end.replace("undo 1", "undo 2")
    outcome = installation.ingest(proof + mails.reply_to(installation.mails[-1], end, EVE))
    assert (outcome["outcome"], installation.show()["status"]) == ("held", "open")
    assert "a deputy whom one of them named" in str(outcome["reason"])


def test_a_deputy_whom_the_commander_named_ends_it_and_names_another(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "1", "--commander", ALICIA)
    installation.ingest(mails.reply_to(mail, f"Deputy: {DEE}", ALICIA))
    installation.ingest(mails.reply_to(mail, f"Deputy: +{EVE}", DEE))
    assert installation.ingest(mails.reply_to(mail, "close: it is over", EVE))["outcome"] == "applied"
    assert installation.show("cards")["status"] == "closed"


def test_deputies_who_named_themselves_do_not_agree_with_each_other(installation: Installation, mails: Mails) -> None:
    """The commander is only assumed, so everybody who leads is asked whether it is over."""
    mail = installation.declare("Cards fail", "--severity", "1")
    for who in (EVE, "Mal O. <mal@example.com>"):
        installation.ingest(mails.reply_to(mail, f"Deputy: +{who}", who))
    installation.ingest(mails.reply_to(mail, "close: it is over", EVE))
    for question in [one for one in installation.private if "mal@example.com" in str(one["To"])]:
        installation.ingest(mails.reply_to(question, "accept", "Mal O. <mal@example.com>"))
    assert installation.show()["status"] == "open"
