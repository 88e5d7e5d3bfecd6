"""Words for customers: whose count at once, who approves those of others, and who can stop them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

MARA, TOMAS = "Mara Lindqvist <mara@example.com>", "Tomás R. <tomas@example.com>"
BO, ANN, EVE = "Bo K. <bo@example.com>", "Ann Lee <ann@example.com>", "Eve M. <eve@example.com>"
WORDS = "Some card payments fail. Please pay by invoice."
SAYS = f"Customers may be told: {WORDS}"
UNTIL_THEN = "Approved for customers: nothing yet"


@pytest.fixture
def house(installation: Installation) -> Installation:
    """An installation that knows everybody's name, so that mails show no addresses."""
    people = {"mara": "Mara Lindqvist", "tomas": "Tomás R.", "bo": "Bo K.", "ann": "Ann Lee", "eve": "Eve M."}
    lines = "".join(f'"{name}@example.com" = "{full}"\n' for name, full in people.items())
    return installation.configure(f"[people]\n{lines}")


def declared(house: Installation, *args: str) -> EmailMessage:
    return house.declare("Checkout is down", "--customer-liaison", TOMAS, *args)


def question(house: Installation, address: str) -> EmailMessage:
    asked = [mail for mail in house.private if "may be told. Is it right?" in mail.get_content()]
    return [mail for mail in asked if address in str(mail["To"])][-1]


def asked(house: Installation) -> set[str]:
    return {str(mail["To"]) for mail in house.private if "may be told. Is it right?" in mail.get_content()}


def told(house: Installation) -> tuple[str | None, dict[str, Any] | None]:
    shown = house.show("checkout")
    return shown["customers_may_be_told"], shown["customer_words"]


def person(mailbox: str) -> dict[str, str]:
    name, address = re.fullmatch(r"(.*) <(.*)>", mailbox).groups()  # type: ignore[union-attr]
    return {"name": name, "address": address}


def newest(house: Installation) -> str:
    house.ok("update", "checkout", "--no-change")
    return str(house.mails[-1].get_content())


@pytest.mark.parametrize("key", ["Customers may be told", "Approved for customers"])
def test_words_of_the_customer_liaison_count_at_once_under_their_name(
    house: Installation, mails: Mails, key: str
) -> None:
    outcome = house.ingest(mails.reply_to(declared(house), f"{key}: {WORDS}", TOMAS))
    assert outcome["outcome"] == "applied"
    assert told(house) == (WORDS, {"by": person(TOMAS), "approved_by": person(TOMAS)})
    assert f"Approved for customers: {WORDS}\nApproved by: Tomás R.\n" in newest(house)


def test_words_of_communications_count_at_once_too(house: Installation, mails: Mails) -> None:
    house.configure('[roles.communications]\ntitle = "Communications"\n')
    mail = house.declare("Checkout is down", "--role", f"communications={ANN}")
    assert house.ingest(mails.reply_to(mail, SAYS, ANN))["outcome"] == "applied"
    assert told(house)[0] == WORDS


@pytest.mark.parametrize("author", [BO, MARA], ids=["a member", "the commander"])
def test_words_of_anybody_else_wait_and_the_last_approved_ones_stay_in_the_mails(
    house: Installation, mails: Mails, author: str
) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, "Customers may be told: We know.", TOMAS))
    outcome = house.ingest(mails.reply_to(mail, SAYS, author))
    assert outcome["outcome"] == "held"
    text = newest(house)
    assert "Approved for customers: We know.\nApproved by: Tomás R.\n" in text and WORDS not in text
    assert house.ingest(mails.reply_to(question(house, "tomas@"), "accept", TOMAS))["outcome"] == "applied"
    assert told(house) == (WORDS, {"by": person(author), "approved_by": person(TOMAS)})
    writer = author.partition(" <")[0]
    assert f"Approved for customers: {WORDS}\nApproved by: Tomás R. (words by {writer})\n" in newest(house)


def test_the_writer_hears_that_the_words_wait_and_for_whom(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(declared(house), SAYS, BO))
    (answer,) = [mail for mail in house.private if "bo@example.com" in str(mail["To"])]
    assert "Tomás R., Mara Lindqvist" in answer.get_content()


def test_of_those_who_may_approve_only_customer_liaison_and_commander_are_asked(
    house: Installation, mails: Mails
) -> None:
    house.ingest(mails.reply_to(declared(house, "--business-liaison", ANN, "--commander", MARA), SAYS, BO))
    assert {str(to).partition("<")[2] for to in asked(house)} == {"tomas@example.com>", "mara@example.com>"}


@pytest.mark.parametrize("answer", ["accept", "Accept, thanks", "yes"])
def test_one_word_of_the_commander_approves(house: Installation, mails: Mails, answer: str) -> None:
    house.ingest(mails.reply_to(declared(house), SAYS, BO))
    assert house.ingest(mails.reply_to(question(house, "mara@"), answer, MARA))["outcome"] == "applied"
    assert told(house) == (WORDS, {"by": person(BO), "approved_by": person(MARA)})


def test_one_tap_approves(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(declared(house), SAYS, BO))
    asking = question(house, "mara@")
    page = asking.get_body(("html",))
    assert page is not None
    link = re.search(r'href="mailto:([^?"]+)\?[^"]*body=(accept)', page.get_content())
    assert link is not None
    tapped = mails.reply_to(asking, f"{unquote(link[2])}\n", MARA, "bare", to=unquote(link[1]))
    assert house.ingest(tapped)["outcome"] == "applied"
    assert told(house)[0] == WORDS


def test_nobody_else_approves_even_with_the_question_forwarded(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(declared(house), SAYS, BO))
    for stranger in (EVE, BO):
        house.ingest(mails.reply_to(question(house, "mara@"), "accept", stranger))
    assert told(house) == (None, None)


def test_the_operator_does_not_approve_words_of_their_own(house: Installation) -> None:
    declared(house)
    house.ok("update", "--customers-may-be-told", WORDS)
    refused = house.run("proposal", "accept", "1")
    assert (refused.code, told(house)) == (1, (None, None))


def test_the_operator_approves_words_of_others(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(declared(house), SAYS, BO))
    house.ok("proposal", "accept", "1")
    assert told(house) == (WORDS, {"by": person(BO), "approved_by": person(MARA)})


def test_whoever_approves_must_still_have_the_part(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, SAYS, BO))
    house.ok("update", "--customer-liaison", ANN)
    house.ingest(mails.reply_to(question(house, "tomas@"), "accept", TOMAS))
    assert told(house)[0] is None


def test_a_customer_liaison_named_later_is_asked_about_what_waits(house: Installation, mails: Mails) -> None:
    mail = house.declare("Checkout is down")
    assert house.ingest(mails.reply_to(mail, SAYS, MARA))["outcome"] == "held"
    assert asked(house) == set()
    house.ok("update", "--customer-liaison", ANN)
    assert asked(house) == {ANN}
    house.ingest(mails.reply_to(question(house, "ann@"), "accept", ANN))
    assert told(house)[0] == WORDS


def test_words_in_a_declaration_wait_unless_their_writer_is_customer_liaison(house: Installation, mails: Mails) -> None:
    text = f"Severity: 2\nCustomer liaison: {TOMAS}\n{SAYS}"
    assert house.ingest(mails.new(text, sender=BO, subject="Checkout is down"))["outcome"] == "applied"
    assert told(house)[0] is None and WORDS not in house.mails[-1].get_content()
    assert "tomas@example.com" in " ".join(str(mail["To"]) for mail in house.private)
    house.ingest(mails.reply_to(question(house, "tomas@"), "accept", TOMAS))
    assert told(house) == (WORDS, {"by": person(BO), "approved_by": person(TOMAS)})


def test_a_declaration_by_the_customer_liaison_says_them_at_once(house: Installation, mails: Mails) -> None:
    house.ingest(mails.new(f"Severity: 2\nCustomer liaison: me\n{SAYS}", sender=BO, subject="Checkout is down"))
    assert f"Approved for customers: {WORDS}\nApproved by: Bo K.\n" in house.mails[-1].get_content()


def test_so_it_is_at_the_terminal(house: Installation) -> None:
    said = declared(house, "--customers-may-be-told", WORDS)
    assert UNTIL_THEN in said.get_content()
    assert [p["asks"] for p in house.show()["proposals"]] == [f"say under 'Approved for customers': {WORDS}"]
    house.ok("declare", "Search is down", "--customer-liaison", MARA, "--customers-may-be-told", WORDS)
    assert f"Approved for customers: {WORDS}\nApproved by: Mara Lindqvist\n" in house.mails[-1].get_content()


def test_the_commander_hears_of_new_words_once_and_stops_them_with_one_word(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, SAYS, TOMAS))
    (heard,) = [mail for mail in house.private if "mara@" in str(mail["To"])]
    assert f"> {WORDS}" in heard.get_content() and "reply: stop." in heard.get_content()
    assert house.ingest(mails.reply_to(heard, "stop", MARA))["outcome"] == "applied"
    assert told(house) == (None, None) and UNTIL_THEN in newest(house)
    (after,) = [mail for mail in house.private if "has taken back" in mail.get_content()]
    assert "tomas@" in str(after["To"])


@pytest.mark.parametrize("writer", [BO, TOMAS])
def test_stop_of_anybody_else_is_a_note_as_it_always_was(house: Installation, mails: Mails, writer: str) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, SAYS, TOMAS))
    house.ingest(mails.reply_to(mail, "stop", writer))
    assert told(house)[0] == WORDS


def test_everybody_who_may_approve_takes_words_back_alone(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, SAYS, TOMAS))
    assert house.ingest(mails.reply_to(mail, "Customers may be told: nothing yet", BO))["outcome"] == "held"
    assert told(house)[0] == WORDS
    assert house.ingest(mails.reply_to(mail, "Customers may be told: nothing yet", MARA))["outcome"] == "applied"
    assert told(house) == (None, None)


def test_an_undo_puts_back_words_with_their_approver_but_only_for_people_who_may_say_them(
    house: Installation, mails: Mails
) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, SAYS, TOMAS))
    newest(house)
    house.ingest(mails.reply_to(mail, "Customers may be told: We know.", TOMAS))
    newest(house)
    assert house.ingest(mails.reply_to(house.mails[-1], "undo 2", EVE))["outcome"] == "refused"
    assert told(house)[0] == "We know."
    assert house.ingest(mails.reply_to(house.mails[-1], "undo 2", TOMAS))["outcome"] == "applied"
    assert told(house) == (WORDS, {"by": person(TOMAS), "approved_by": person(TOMAS)})


def test_a_standby_knows_the_words_and_both_people(
    house: Installation, installations: Callable[[], Installation], mails: Mails
) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, SAYS, BO))
    house.ingest(mails.reply_to(question(house, "tomas@"), "accept", TOMAS))
    newest(house)
    standby = installations()
    shutil.copy(house.path / "key", standby.path / "key")
    for raw in house.wire:
        assert standby.ingest(raw)["outcome"] == "applied"
    assert told(standby) == told(house) != (None, None)


def test_a_standby_learns_nothing_of_words_that_wait(
    house: Installation, installations: Callable[[], Installation], mails: Mails
) -> None:
    house.ingest(mails.reply_to(declared(house), SAYS, BO))
    newest(house)
    assert not [raw for raw in house.wire if b"pay by invoice" in raw]


def test_a_quoted_line_of_ours_says_nothing(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, SAYS, TOMAS))
    newest(house)
    text = house.mails[-1].get_content()
    house.ingest(mails.reply_to(house.mails[-1], f"{text}\nI see.", EVE, "bare"))
    assert told(house)[0] == WORDS


def test_somebody_else_approves_the_liaisons_own_words_by_saying_them_again(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, SAYS, TOMAS))
    assert told(house)[1] == {"by": person(TOMAS), "approved_by": person(TOMAS)}
    house.ingest(mails.reply_to(mail, f"Approved for customers: {WORDS}", MARA))
    assert told(house) == (WORDS, {"by": person(TOMAS), "approved_by": person(MARA)})
    house.ingest(mails.reply_to(mail, SAYS, EVE))  # who may not approve, and whose word changes nothing
    assert told(house)[1] == {"by": person(TOMAS), "approved_by": person(MARA)}


def test_the_liaison_does_not_approve_their_own_words_by_repeating_them(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, SAYS, TOMAS))
    entries = len(house.log())
    house.ingest(mails.reply_to(mail, SAYS, TOMAS))
    assert [entry["kind"] for entry in house.log()[entries:]].count("customer_words_approved.v1") == 0


def test_the_same_words_of_two_people_are_one_question(house: Installation, mails: Mails) -> None:
    declaration = declared(house)
    for writer, text in ((BO, SAYS), (ANN, SAYS), (EVE, "Customers may be told: it is over")):
        house.ingest(mails.reply_to(declaration, text, writer))
    questions = [mail for mail in house.private if "may be told. Is it right?" in mail.get_content()]
    assert sum("tomas@example.com" in str(mail["To"]) for mail in questions) == 2
    assert [one["state"] for one in house.show("checkout")["proposals"]] == ["open", "open", "open"]
    first = next(mail for mail in questions if WORDS in mail.get_content() and "tomas@" in str(mail["To"]))
    assert house.ingest(mails.reply_to(first, "accept", TOMAS))["outcome"] == "applied"
    assert told(house)[0] == WORDS


def test_who_becomes_commander_is_asked_once_about_the_same_words(house: Installation, mails: Mails) -> None:
    declaration = house.declare("Checkout is down", "--commander", EVE)
    for writer in (BO, ANN):
        house.ingest(mails.reply_to(declaration, SAYS, writer))
    house.ingest(mails.reply_to(declaration, "taking command", TOMAS))
    questions = [mail for mail in house.private if "may be told. Is it right?" in mail.get_content()]
    assert sum("tomas@example.com" in str(mail["To"]) for mail in questions) == 1


def test_who_has_had_much_mail_is_not_asked_if_somebody_else_is(house: Installation, mails: Mails) -> None:
    declaration = declared(house)
    for number in range(3):
        house.ok("action", f"look at shard {number} @tomas by 14:45 UTC")
    house.ok("update", "--role", f"scribe={TOMAS}")
    house.ingest(mails.reply_to(declaration, SAYS, BO))
    assert asked(house) == {MARA}
    house.ingest(mails.reply_to(declaration, SAYS.replace("Some", "All"), MARA.replace("Mara", "M.")))
    assert len(asked(house)) == 2, "nobody but Tomás can approve words of the commander"


def test_who_took_the_role_speaks_once_the_list_has_been_told_of_it(house: Installation, mails: Mails) -> None:
    mail = house.declare("Checkout is down")
    house.ingest(mails.reply_to(mail, "I am the customer liaison.", ANN))
    assert house.ingest(mails.reply_to(mail, SAYS, ANN))["outcome"] == "held"
    text = house.private[-1].get_content()
    assert "write them again once the list has been told of the role that you took" in " ".join(text.split())
    house.ok("flush")
    house.ok("update", "checkout", "--no-change")
    assert house.ingest(mails.reply_to(mail, SAYS, ANN))["outcome"] == "applied"
    assert told(house)[0] == WORDS
