"""Which state the writer of a reply knew: a table of situations, derived from the rule and not from the code.

Mara declares at 14:20 in severity 2, phase 1. Everybody here is a deputy, so that nobody has to ask the commander
whether the incident is over. Each step is a minute and what somebody does then. `@N` is the mail that a reply names:
one of our numbers, `none`, or `private` for the newest private mail to its writer. `~HH:MM` is its Date, if that is
not the time of its arrival.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Installation, Mails, Sink

PEOPLE = {name: f"{name.title()} <{name}@example.com>" for name in ("ann", "bo", "cy")}
STEP = re.compile(r"(?P<at>\d\d:\d\d) (?P<who>\w+)(?: @(?P<to>\w+))?(?: ~(?P<date>\S+))?: (?P<text>.*)")

# The steps before; the step that counts; what becomes of it.
SITUATIONS: dict[str, tuple[list[str], str, str]] = {
    # The same fact.
    "milder, and nothing has changed": ([], "14:40 bo @0: sev 3", "applied"),
    "milder, in answer to the mail that told of the change": (["14:40 ann @0: sev 1"], "14:41 bo @1: sev 3", "applied"),
    "milder, in answer to the mail before the change": (["14:40 ann @0: sev 1"], "14:41 bo @0: sev 3", "held"),
    "milder, hours after a change that it does not know": (["14:40 ann @0: sev 1"], "20:00 bo @0: sev 3", "held"),
    "milder, a day after it": (["14:40 ann @0: sev 1"], "+1 14:45 bo @0: sev 3", "held"),
    "what was known, said again, is milder than the present": (["14:40 ann @0: sev 1"], "14:41 bo @0: sev 2", "held"),
    "milder than the present, worse than what was known": (
        ["14:30 ann @0: sev 3", "14:40 ann @1: sev 1"], "14:41 bo @1: sev 2", "held"),
    "worse than the present": (["14:40 ann @0: sev 3"], "14:41 bo @0: sev 1", "applied"),
    "worse than the present, milder than what was known": (["14:40 ann @0: sev 4"], "14:41 bo @0: sev 3", "applied"),
    "milder, and only the phase has changed": (["14:40 ann @0: phase 2"], "14:41 bo @0: sev 3", "applied"),
    "milder, and only the commander has changed": (["14:40 ann @0: taking command"], "14:41 bo @0: sev 3", "applied"),
    "a later phase, and the phase has changed": (["14:40 ann @0: phase 2"], "14:41 bo @0: phase 3", "held"),
    "an earlier phase is no ending": (["14:40 ann @0: phase 2"], "14:41 bo @0: phase 0", "applied"),
    "changed, and changed back": (["14:40 ann @0: sev 1", "14:41 ann @1: sev 2"], "14:45 bo @0: sev 3", "held"),
    "a change that no mail has told yet": (["14:40 ann @0: phase 2"], "14:40 bo @0: phase 3", "held"),
    "two changes, of which the reply knows the first": (
        ["14:40 ann @0: sev 3", "14:50 ann @1: sev 1"], "14:55 bo @1: sev 4", "held"),
    "two changes, of which the reply knows both": (
        ["14:40 ann @0: sev 3", "14:50 ann @1: sev 1"], "14:55 bo @2: sev 4", "applied"),
    "the terminal changed it": (["14:40 mara: update --severity 1"], "14:41 bo @0: sev 3", "held"),
    # Ending.
    "close, and nothing has changed": ([], "14:40 bo @0: close", "applied"),
    "close, and the severity got worse": (["14:40 ann @0: sev 1"], "14:41 bo @0: close", "held"),
    "retract, and the severity got worse": (["14:40 ann @0: sev 1"], "14:41 bo @0: retract", "held"),
    "a later phase, and the severity got worse": (["14:40 ann @0: sev 1"], "14:41 bo @0: phase 3", "held"),
    "close, and the severity got milder": (["14:40 ann @0: sev 3"], "14:41 bo @0: close", "applied"),
    "close, and the phase is a later one": (["14:40 ann @0: phase 2"], "14:41 bo @0: close", "applied"),
    "close, and the venue has changed": (["14:40 ann @0: Venue: #two"], "14:41 bo @0: close", "applied"),
    "close, and a note was written": (["14:40 ann @0: It fails in the EU too."], "14:41 bo @0: close", "applied"),
    "close, and somebody took command": (["14:40 ann @0: taking command"], "14:41 bo @0: close", "held"),
    "close by who was given command": (["14:40 mara @0: Bo is incident commander."], "14:45 bo @0: close", "applied"),
    "close, and it was closed and opened again": (
        ["14:40 ann @0: close", "14:50 cy @1: reopen"], "14:55 bo @0: close", "held"),
    "a later phase, and it was closed and opened again": (
        ["14:40 ann @0: close", "14:50 cy @1: reopen"], "14:55 bo @0: phase 2", "held"),
    "close, hours after the severity got worse": (["14:40 ann @0: sev 1"], "23:00 bo @0: close", "held"),
    "retract what somebody else has closed": (["14:40 ann @0: close"], "14:50 bo @0: retract", "held"),
    "close what is closed": (["14:40 ann @0: close"], "14:50 bo @0: close", "note"),
    # A hand-over.
    "taking command, and nothing has changed": ([], "14:40 bo @0: taking command", "applied"),
    "taking command, and somebody took it": (["14:40 ann @0: taking command"], "14:41 bo @0: taking command", "held"),
    "taking command, and the severity got worse": (["14:40 ann @0: sev 1"], "14:41 bo @0: taking command", "applied"),
    "naming a commander, and somebody took command": (
        ["14:40 ann @0: taking command"], "14:41 mara @0: Bo is incident commander.", "held"),
    # What is never held.
    "reopening": (
        ["14:40 ann @0: close", "14:41 cy @1: reopen", "14:42 ann @2: close"], "14:50 bo @1: reopen", "applied"),
    "a note": (["14:40 ann @0: sev 1"], "14:50 bo @0: All is well in the US.", "note"),
    "no change": (["14:40 ann @0: sev 1"], "14:50 bo @0: no change", "applied"),
    "a venue": (["14:40 ann @0: Venue: #two"], "14:50 bo @0: Venue: #three", "applied"),
    "a reply that names the present value": (["14:40 ann @0: sev 1"], "14:50 bo @0: sev 1 -> sev 3", "applied"),
    "a reply that names the present value in words": (
        ["14:40 ann @0: sev 1"], "14:50 bo @0: from sev 1 to sev 3", "applied"),
    "a reply that names another value than the present": (
        ["14:40 ann @0: sev 1"], "14:50 bo @0: sev 2 -> sev 3", "held"),
    "a reason that mentions numbers names no value": (
        ["14:40 ann @0: sev 1"], "14:50 bo @0: sev 3, from 1 to 2 errors an hour", "held"),
    "close with a reason": (["14:40 ann @0: sev 1"], "14:50 bo @0: close: all payments work again", "held"),
    "another line of it names the present severity": (
        ["14:40 ann @0: sev 1"], "14:50 bo @0: sev 1, phase 2", "applied"),
    "another line of it names another severity than the present": (
        ["14:40 ann @0: sev 1"], "14:50 bo @0: sev 2, phase 2", "held"),
    # Who has shown that they know.
    "the author of the change": (["14:40 bo @0: sev 1"], "14:50 bo @0: sev 3", "applied"),
    "the author of the newest change": (["14:40 ann @0: sev 3", "14:45 bo @1: sev 1"], "14:50 bo @0: sev 3", "applied"),
    "the author of an older change": (["14:40 bo @0: sev 3", "14:45 ann @1: sev 1"], "14:50 bo @0: sev 3", "held"),
    "who has written a note since": (
        ["14:40 ann @0: sev 1", "14:45 bo @0: I see it."], "14:50 bo @0: sev 3", "applied"),
    "who wrote a note before": (["14:39 bo @0: I see it.", "14:40 ann @0: sev 1"], "14:50 bo @0: sev 3", "held"),
    "who was asked already about another change": (
        ["14:40 ann @0: sev 1", "14:45 bo @0: phase 2"], "14:50 bo @0: close", "held"),
    "who has set a venue since": (["14:40 ann @0: sev 1", "14:45 bo @0: Venue: #two"], "14:50 bo @0: close", "applied"),
    "somebody else who has written since": (
        ["14:40 ann @0: sev 1", "14:45 cy @0: I see it."], "14:50 bo @0: close", "held"),
    "who was asked already, and writes the same again": (
        ["14:40 ann @0: sev 1", "14:45 bo @0: sev 3"], "14:50 bo @0: sev 3", "held"),
    "who was asked already with a note beside it": (
        ["14:40 ann @0: sev 1", "14:45 bo @0: sev 3, payments work again"], "14:50 bo @0: sev 3", "held"),
    "who answers the question with the same words": (
        ["14:40 ann @0: sev 1", "14:45 bo @0: sev 3"], "14:50 bo @private: sev 3", "applied"),
    "who answers the question with yes": (
        ["14:40 ann @0: sev 1", "14:45 bo @0: sev 3"], "14:50 bo @private: yes", "applied"),
    "who answers the question with yes, after a note of somebody else": (
        ["14:40 ann @0: sev 1", "14:45 bo @0: sev 3", "14:46 ann @1: It fails."], "14:50 bo @private: yes", "applied"),
    "who answers the question with yes, after another change that it did not show": (
        ["14:30 ann @0: sev 3", "14:45 bo @0: sev 4", "14:48 ann @1: sev 1"], "14:50 bo @private: yes", "refused"),
    "who says the same again to the newest mail, after that": (
        ["14:30 ann @0: sev 3", "14:45 bo @0: sev 4", "14:48 ann @1: sev 1", "14:50 bo @private: yes"],
        "14:52 bo @2: sev 4", "applied"),
    "who answers the question with no": (
        ["14:40 ann @0: sev 1", "14:45 bo @0: sev 3"], "14:50 bo @private: no", "applied"),
    # Undo names its state.
    "undo of the newest update, in answer to an old mail": (["14:40 ann @0: sev 1"], "14:50 bo @0: undo 1", "applied"),
    "undo of an older update, of which nothing changed again": (
        ["14:40 ann @0: phase 2", "14:45 cy @1: sev 1"], "14:50 bo @0: undo 1", "applied"),
    "undo of an update that changed again": (
        ["14:40 ann @0: sev 1", "14:45 cy @1: sev 3"], "14:50 bo @2: undo 1", "held"),
    "undo, and then yes": (
        ["14:40 ann @0: sev 1", "14:45 cy @1: sev 3", "14:50 bo @2: undo 1"], "14:55 bo @private: yes", "applied"),
    "undo a second time": (["14:40 ann @0: sev 1", "14:45 bo @1: undo 1"], "14:50 bo @2: undo 1", "refused"),
    # No mail of ours is named: the Date says it.
    "no mail is named, long after the change": (["14:40 ann @0: sev 1"], "14:50 bo @none: close", "applied"),
    "no mail is named, a minute after the change": (["14:40 ann @0: sev 1"], "14:41 bo @none: close", "held"),
    "no mail is named, and it is an hour late": (["14:40 ann @0: sev 1"], "15:40 bo @none ~14:35: close", "held"),
    "no mail is named, late, and written after the change": (
        ["14:40 ann @0: sev 1"], "15:40 bo @none ~14:45: close", "applied"),
    "no mail is named, and its Date is to come": (["14:40 ann @0: sev 1"], "14:50 bo @none ~17:50: close", "applied"),
    "no mail is named, and its Date is before the incident": (
        ["14:40 ann @0: sev 1"], "14:50 bo @none ~13:50: close", "applied"),
    "no mail is named, and its Date is years old": (
        ["14:40 ann @0: sev 1"], "14:50 bo @none ~2019-11-20T14:30: close", "applied"),
    # Late mail.
    "a late mail that names an old one": (["14:40 ann @0: sev 1"], "15:40 bo @0 ~14:35: sev 3", "held"),
    "a late mail of who has written since": (
        ["14:40 ann @0: sev 1", "14:45 bo @1: I see it."], "15:40 bo @0 ~14:35: sev 3", "held"),
    "a late mail of the author of the newest change": (
        ["14:40 bo @0: sev 1"], "15:40 bo @0 ~14:35: sev 3", "applied"),
    "the author of the newest change, whose clock is slow": (
        ["14:40 bo @0: sev 1"], "14:45 bo @0 ~14:30: close", "applied"),
    "a late mail of the author of the newest change, after one of somebody else": (
        ["14:38 ann @0: sev 1", "14:40 bo @1: sev 2"], "15:40 bo @0 ~14:35: sev 3", "held"),
    "a late mail that makes it worse": (["14:40 ann @0: sev 3"], "15:40 bo @0 ~14:35: sev 1", "applied"),
    "three mails from a tunnel": (
        ["14:40 ann @0: sev 1", "15:40 bo @0 ~14:35: I see it."], "15:40 bo @0 ~14:36: close", "held"),
    "the clock of the sender is a minute slow": (
        ["14:40 ann @0: sev 1", "14:45 bo @0: I see it."], "14:45 bo @0 ~14:44: close", "applied"),
}  # fmt: skip


@pytest.fixture
def house(installation: Installation) -> Installation:
    people = "\n".join(f'"{name}@example.com" = "{name.title()}"' for name in PEOPLE)
    installation.configure(f'[people]\n{people}\n[roles.deputy]\ntitle = "Deputy"\n')
    deputies = [part for who in PEOPLE.values() for part in ("--role", f"deputy={who}")]
    installation.declare("Checkout is rejecting card payments", "--severity", "2", "--phase", "1", *deputies)
    return installation


def take(house: Installation, mails: Mails, step: str) -> dict[str, Any]:
    """Carry out a step at its time, and return the outcome of its mail."""
    days = timedelta(days=step.startswith("+1 "))
    found = STEP.fullmatch(step.removeprefix("+1 "))
    assert found, step
    house.clock.now = moment(found["at"]) + days
    if found["to"] is None:
        return dict(house.ok(*found["text"].split(), "--json").json)
    who = {**PEOPLE, "mara": "Mara Lindqvist <mara@example.com>"}[found["who"]]
    at = moment(found["date"]) if found["date"] else house.clock.now
    answered = mail_to(house, found["to"], who)
    if found["to"] == "none":
        return house.ingest(mails.new(
            found["text"], sender=who, subject=f"Re: {answered['Subject']}", to=str(answered["Reply-To"]), at=at,
        ))  # fmt: skip
    return house.ingest(mails.reply_to(answered, found["text"], who, at=at))


def moment(text: str) -> datetime:
    if "T" in text:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    return datetime(2026, 11, 20, int(text[:2]), int(text[3:]), tzinfo=UTC)


def mail_to(house: Installation, name: str, who: str) -> EmailMessage:
    numbered = {str(mail["Incident-Update"]): mail for mail in house.mails}
    private = [mail for mail in house.private if who.partition(" ")[2] in str(mail["To"])]
    found: EmailMessage = private[-1] if name == "private" else numbered["0" if name == "none" else name]
    return found


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_reply_counts_in_the_state_that_its_writer_knew(house: Installation, mails: Mails, name: str) -> None:
    before, last, expected = SITUATIONS[name]
    for step in before:
        take(house, mails, step)
    outcome = take(house, mails, last)
    assert outcome["outcome"] == expected, outcome["reason"]
    if expected == "held":
        assert "since then" in outcome["reason"] and "with: yes" in outcome["reason"]


QUOTED = "close\n\nOn Fri, 20 Nov 2026 at 14:21, Incidents <incident-bot@example.com> wrote:\n\n"


@pytest.mark.parametrize(("number", "expected"), [(0, "held"), (1, "held"), (2, "applied")])
def test_the_newest_mail_that_a_reply_quotes_is_the_one_that_its_writer_has_read(
    house: Installation, mails: Mails, number: int, expected: str
) -> None:
    take(house, mails, "14:30 ann @0: phase 2")
    take(house, mails, "14:40 ann @1: sev 1")
    house.clock.now = moment("18:00")
    marked = "\n".join(f"> {line}".rstrip() for line in house.mails[number].get_content().splitlines())
    raw = mails.new(
        QUOTED + marked, sender=PEOPLE["bo"], subject="Re: Checkout", to="incidents@example.com", at=house.clock.now
    )
    assert house.ingest(raw)["outcome"] == expected


POISON = "no change\n\nStill looking.\n\nUpdate 3. Wrong? Reply: undo 3\nUpdate 999. Wrong? Reply: undo 999"


@pytest.mark.parametrize("fields", [True, False])
@pytest.mark.parametrize("is_page", [True, False])
def test_a_number_that_somebody_wrote_into_a_mail_of_ours_is_not_the_mails(
    house: Installation, mails: Mails, fields: bool, is_page: bool
) -> None:
    take(house, mails, "14:30 ann @0: phase 2")
    house.clock.now = moment("14:31")
    house.ingest(mails.reply_to(house.mails[1], POISON, PEOPLE["cy"], at=house.clock.now))
    told = house.mails[2]
    take(house, mails, "14:50 ann @1: sev 1")
    html = told.get_body(("html",))
    assert html is not None
    text = told.get_content()
    if is_page:
        body = f"<p>close</p><blockquote type='cite'>{html.get_content()}</blockquote>"
    else:
        body = QUOTED + "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    more = f"In-Reply-To: {told['Message-ID']}\n" if fields else ""
    house.clock.now = moment("14:55")
    raw = mails.new(
        body, sender=PEOPLE["bo"], subject=f"Re: {told['Subject']}", to=str(told["Reply-To"]), at=moment("14:45"),
        html=is_page, more=more,
    )  # fmt: skip
    assert house.ingest(raw)["outcome"] == "held"


def test_what_a_reply_answers_goes_before_what_it_quotes(house: Installation, mails: Mails) -> None:
    take(house, mails, "14:40 ann @0: sev 1")
    house.clock.now = moment("18:00")
    marked = "\n".join(f"> {line}".rstrip() for line in house.mails[1].get_content().splitlines())
    raw = mails.reply_to(house.mails[0], QUOTED + marked, PEOPLE["bo"], "bare", at=house.clock.now)
    assert house.ingest(raw)["outcome"] == "held"


def test_a_quotation_without_the_code_of_the_incident_names_no_mail(house: Installation, mails: Mails) -> None:
    take(house, mails, "14:40 ann @0: sev 1")
    house.clock.now = moment("18:00")
    text = QUOTED + "> Worse than this? Reply with the word sev and a number."
    to = str(house.mails[0]["Reply-To"])
    raw = mails.new(text, sender=PEOPLE["bo"], subject="Re: Checkout", to=to, at=house.clock.now)
    assert house.ingest(raw)["outcome"] == "applied"


SES = "0100018c5c8d9a2b-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901-00000"


@pytest.mark.parametrize(("number", "expected"), [(0, "held"), (1, "applied")])
def test_an_id_that_a_relay_gave_our_mail_names_it_too(
    installation: Installation, mails: Mails, sinks: Callable[..., Sink], number: int, expected: str
) -> None:
    sink = sinks()
    installation.configure('[roles.deputy]\ntitle = "Deputy"\n', relay=sink.url)
    sink.after_data = f"250 Ok {SES}0"
    deputy = f"deputy={PEOPLE['bo']}"
    installation.ok("declare", "Checkout is rejecting card payments", "--severity", "2", "--role", deputy)
    sink.after_data = f"250 Ok {SES}1"
    installation.clock.tick(minutes=20)
    installation.ok("update", "--severity", "1")
    installation.clock.tick(hours=5)
    to, thread = str(sink.mails[0]["Reply-To"]), f"In-Reply-To: <{SES}{number}@eu-west-1.amazonses.com>\n"
    raw = mails.new("close", sender=PEOPLE["bo"], subject="Re: Checkout", to=to, at=installation.clock.now, more=thread)
    assert installation.ingest(raw)["outcome"] == expected


def test_the_question_shows_both_facts_and_asks_for_one_word(house: Installation, mails: Mails) -> None:
    take(house, mails, "14:40 ann @0: sev 1")
    take(house, mails, "14:41 bo @0: close")
    question = mail_to(house, "private", PEOPLE["bo"]).get_content()
    assert question.startswith("Do you still want this? Something changed while you wrote.")
    assert "> close it\n" in question
    assert "> it answers the declaration, and since then Ann changed severity from 2 to 1 at 14:40 UTC" in question
    assert "reply: yes" in question
    assert house.show()["status"] == "open"
    assert take(house, mails, "14:42 bo @private: Yes, thanks")["outcome"] == "applied"
    assert house.show("checkout")["status"] == "closed"


def test_nobody_else_can_answer_it(house: Installation, mails: Mails) -> None:
    take(house, mails, "14:40 ann @0: sev 1")
    take(house, mails, "14:41 bo @0: close")
    question = mail_to(house, "private", PEOPLE["bo"])
    assert house.ingest(mails.reply_to(question, "yes", PEOPLE["cy"], at=house.clock.now))["outcome"] != "applied"
    assert house.show()["status"] == "open"


def test_an_undo_that_was_confirmed_puts_back_the_old_value(house: Installation, mails: Mails) -> None:
    take(house, mails, "14:40 ann @0: sev 1")
    take(house, mails, "14:45 cy @1: sev 3")
    take(house, mails, "14:50 bo @2: undo 1")
    assert house.show()["severity"] == 3
    take(house, mails, "14:55 bo @private: yes")
    assert house.show()["severity"] == 2


def test_an_undo_whose_fact_changed_once_more_before_the_yes_is_not_carried_out(
    house: Installation, mails: Mails
) -> None:
    for step in ("14:40 ann @0: sev 1", "14:45 cy @1: sev 3", "14:50 bo @2: undo 1", "14:52 cy @2: sev 4"):
        take(house, mails, step)
    outcome = take(house, mails, "14:55 bo @private: yes")
    assert (outcome["outcome"], house.show()["severity"]) == ("refused", 4)
