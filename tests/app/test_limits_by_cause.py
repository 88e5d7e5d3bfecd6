"""Nobody can use up the private mail of others: mail that a person makes due for others is charged to that person."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
import reports

from incidentmail.app.sending.flush import flush
from incidentmail.app.telling.limit_reached import over_a_limit
from incidentmail.app.telling.mail_kinds import (
    ADDRESS_AN_HOUR_MAX,
    AUTHOR_AN_HOUR_MAX,
    AUTHOR_TO_ONE_AN_HOUR_MAX,
    HOST_AN_HOUR_MAX,
    WARNINGS_AN_HOUR_MAX,
)
from incidentmail.app.telling.private_mail import ALARMS_OF_A_KIND_AN_HOUR_MAX
from incidentmail.core.decision.proposals import OPEN_OF_ONE_MAX
from incidentmail.ledger.values import PrivateMail

if TYPE_CHECKING:
    from conftest import Installation, Mails

MARA, BO, EVE = "Mara Lindqvist <mara@example.com>", "Bo K. <bo@example.com>", "Eve M. <eve@example.com>"
LIST, OPERATOR = "incidents@example.com", "postmaster@example.com"


def to(installation: Installation, part: str) -> list[EmailMessage]:
    return [mail for mail in installation.private if part in str(mail["To"])]


def reply(installation: Installation, mails: Mails, mail: EmailMessage, text: str, sender: str) -> dict[str, object]:
    return installation.ingest(mails.reply_to(mail, text, sender, at=installation.clock.now))


def ask_for_many_commanders(installation: Installation, mails: Mails, mail: EmailMessage, number: int = 20) -> None:
    names = ("Zoe", "Abe", "Ida", "Kim", "Lou", "Max", "Ned", "Oda", "Pia", "Roy")
    for one in range(number):
        name = f"{names[one % 10]} {('Xson', 'Yson')[one // 10]}"
        reply(installation, mails, mail, f"{name} is incident commander.", EVE)


def test_one_persons_proposals_do_not_keep_the_commander_from_answers(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    ask_for_many_commanders(installation, mails, mail)
    assert len(to(installation, "mara@example.com")) == OPEN_OF_ONE_MAX
    for number in range(ADDRESS_AN_HOUR_MAX):
        reply(installation, mails, mail, f"undo {70 + number}", MARA)
        assert f"> undo {70 + number}" in to(installation, "mara@example.com")[-1].get_content()


def test_one_persons_proposals_do_not_keep_others_from_making_some(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    ask_for_many_commanders(installation, mails, mail)
    outcome = reply(installation, mails, mail, "Ines Ny is incident commander.", BO)
    assert outcome["outcome"] == "held" and "not told" not in str(outcome["reason"])
    assert "Ines Ny" in to(installation, "mara@example.com")[-1].get_content()


def test_who_asks_for_too_much_is_told_so(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    ask_for_many_commanders(installation, mails, mail, OPEN_OF_ONE_MAX + 1)
    text = to(installation, "eve@example.com")[-1].get_content()
    assert "5 things that you asked for wait already" in text and "Wait until these are answered" in text


@pytest.mark.parametrize("local", ["eve+{}", "p{}"], ids=["one mailbox", "many people"])
def test_one_mail_does_not_use_up_the_private_mail_of_an_incident(
    installation: Installation, mails: Mails, local: str
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    people = ", ".join(f"{local.format(number)}@example.com" for number in range(30))
    for key in ("SME", "Customer liaison"):
        reply(installation, mails, mail, f"{key}: {people}", EVE)
    assert len(installation.private) <= AUTHOR_AN_HOUR_MAX + 2, "two are answers to Eve"
    reply(installation, mails, mail, "catch up", MARA)
    assert len(to(installation, "mara@example.com")) == 1
    installation.ok("handoff", BO)
    assert len(to(installation, "bo@example.com")) == 1


def test_one_person_sends_another_only_a_few_private_mails(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    for number in range(AUTHOR_TO_ONE_AN_HOUR_MAX + 2):
        for sign in "+-":
            reply(installation, mails, mail, f"SME: {sign}bo+{number}@example.com", MARA)
    assert len(to(installation, "bo+")) == AUTHOR_TO_ONE_AN_HOUR_MAX, HOST_AN_HOUR_MAX


def test_one_persons_threads_leave_questions_for_everybody_else(installation: Installation, mails: Mails) -> None:
    for number in range(31):
        sender = f"Eve <eve+{number}@example.com>"
        installation.ingest(mails.new("Lunch is served.", sender=sender, subject=f"Lunch {number} is served"))
    assert len(to(installation, "eve+")) <= 2 * ADDRESS_AN_HOUR_MAX
    installation.ingest(mails.new("All cards are refused.", sender=BO, subject="Checkout rejects cards"))
    assert len(to(installation, "bo@example.com")) == 1


ANN = [f"Ann {number} <ann{number}@example.com>" for number in range(70)]


def test_who_writes_under_many_names_has_one_budget_and_replies_to_our_mail_have_their_own(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare("Cards fail", "--severity", "2")
    for sender in ANN:
        subject = f"Checkout of {sender} fails"
        installation.ingest(mails.new("Severity 2.\n\nSeverity: five", sender=sender, subject=subject))
    sent = to(installation, "ann")
    assert sum("Severity: five" in mail.get_content() for mail in sent) == HOST_AN_HOUR_MAX
    assert len(sent) <= HOST_AN_HOUR_MAX + 20, "the others are told that two may have declared the same"
    assert "from one host that nothing proves" in last_reason(installation)
    for sender in (*ANN[:5], BO):
        reply(installation, mails, declared, "undo 99", sender)
    assert len(to(installation, "bo@example.com")) == 1
    assert len(to(installation, "ann")) == len(sent) + 5


def last_reason(installation: Installation) -> str:
    return str(installation.ok("inbox", "--all", "--json").lines[-1]["reason"])


@pytest.fixture
def strict(installation: Installation) -> Installation:
    return installation.configure('[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n')


PROVEN = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n"


@pytest.mark.parametrize(
    "forged",
    [
        [f"undo {number}" for number in range(30, 50)],
        [f"Venue: #room-{number}" for number in range(20)],
        ["Severity: five"] * 5,
    ],
    ids=["refused", "held", "the same words again"],
)
def test_who_writes_in_the_commanders_name_does_not_use_up_the_commanders_answers(
    strict: Installation, mails: Mails, forged: list[str]
) -> None:
    mail = strict.declare("Cards fail", "--severity", "2")
    for text in forged:
        reply(strict, mails, mail, text, MARA)
    before = len(to(strict, "mara@example.com"))
    assert before <= 6
    strict.ingest(mails.reply_to(mail, "undo 99", MARA, at=strict.clock.now, more=PROVEN))
    assert "> undo 99" in to(strict, "mara@example.com")[-1].get_content()


@pytest.fixture
def org(installation: Installation) -> Installation:
    return installation.configure(f'[operator]\naddress = "{OPERATOR}"\n')


def alarms_about(org: Installation, part: str) -> list[str]:
    return [str(mail["Subject"]) for mail in to(org, OPERATOR) if part in str(mail["Subject"])]


def test_forged_reports_do_not_use_up_the_alarm_about_the_list(org: Installation) -> None:
    mail = org.declare()
    for number in range(11):
        org.ingest(reports.dsn(mail, f"nobody{number}@evil.example"))
    org.ingest(reports.dsn(mail, LIST))
    assert len(alarms_about(org, LIST)) == 1
    assert len(alarms_about(org, "evil.example")) == ALARMS_OF_A_KIND_AN_HOUR_MAX


def test_people_whose_mail_fails_do_not_use_up_the_alarm_about_the_list(org: Installation) -> None:
    """Anybody may be named to a role, also under an address that does not exist."""
    mail = org.declare()
    for number in range(9):
        address = f"nobody{number}@example.com"
        org.ok("handoff", address)
        (offer,) = to(org, address)
        org.ingest(reports.dsn(offer, address))
    org.ingest(reports.dsn(mail, LIST))
    assert len(alarms_about(org, LIST)) == 1
    assert len(alarms_about(org, "nobody")) == ALARMS_OF_A_KIND_AN_HOUR_MAX


def test_how_many_alarms_were_kept_back_is_told_once_an_hour(org: Installation) -> None:
    mail = org.declare()
    for number in range(11):
        org.ingest(reports.dsn(mail, f"nobody{number}@evil.example"))
    assert alarms_about(org, "More") == ["More has failed: 1 more"]
    for _ in range(2):
        org.clock.tick(minutes=61)
        with org.context() as context:
            flush(context)
        assert alarms_about(org, "More") == ["More has failed: 1 more", "More has failed: 5 more"]
    assert "> Mail failed for good: 5 more" in to(org, OPERATOR)[-1].get_content()


def test_a_flood_of_ones_own_making_hides_no_question_from_the_commander(
    installation: Installation, mails: Mails
) -> None:
    """Otherwise somebody could use up their budget, and then say to customers what they like without being stopped."""
    mail = installation.declare("Cards fail", "--severity", "3")
    for number in range(6):
        lines = "\n".join(f"Action: look here @w{number}{letter}@example.com" for letter in "abcd")
        installation.ingest(mails.reply_to(mail, lines, "Eve <eve@example.com>"))
    before = len(installation.private)
    installation.ingest(mails.reply_to(mail, "Customers may be told: pay elsewhere", "Eve <eve@example.com>"))
    asked = [one for one in installation.private[before:] if "mara@example.com" in str(one["To"])]
    assert ["pay elsewhere" in one.get_content() for one in asked] == [True]


def busy(installation: Installation) -> None:
    """Let Mara get all the private mail that others may make due for her in an hour."""
    with installation.context() as context, context.ledger.transaction() as tx:
        at, to_mara = context.now(), "mara@example.com"
        for number in range(10):
            cause = f"member m{number}@example.com"
            assert over_a_limit(tx, "tasks", to_mara, None, at, cause=cause) is None
            tx.add_private_mail(PrivateMail(kind="tasks", address=to_mara, incident=None, at=at, cause=cause))
        over = over_a_limit(tx, "tasks", to_mara, None, at, cause="member eve@example.com")
    assert over is not None and over.reason == "10 an hour to one address"


def test_a_commander_who_has_had_all_other_mail_still_gets_proposals(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    busy(installation)
    outcome = reply(installation, mails, mail, "Ines Ny is incident commander.", EVE)
    assert outcome["outcome"] == "held" and "not told" not in str(outcome["reason"])
    assert "Ines Ny" in to(installation, "mara@example.com")[-1].get_content()


def test_somebody_who_has_had_all_other_mail_is_still_offered_command(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2", "--commander", BO)
    busy(installation)
    assert "was not told" not in installation.ok("handoff", MARA).err
    assert "asks you to be incident commander" in to(installation, "mara@example.com")[-1].get_content()


def test_a_commander_who_has_had_all_other_mail_is_still_told_of_a_missed_update(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1")
    installation.clock.tick(minutes=20)
    busy(installation)
    installation.clock.tick(minutes=15)
    installation.ok("flush")
    assert "was not sent. Nobody else can be asked." in to(installation, "mara@example.com")[-1].get_content()


def test_warnings_have_a_limit_of_their_own(installation: Installation) -> None:
    with installation.context() as context, context.ledger.transaction() as tx:
        at, to_mara = context.now(), "mara@example.com"
        for number in range(WARNINGS_AN_HOUR_MAX):
            cause = f"member eve{number % 2}@example.com"
            assert over_a_limit(tx, "question", to_mara, None, at, cause=cause) is None
            tx.add_private_mail(PrivateMail(kind="question", address=to_mara, incident=None, at=at, cause=cause))
        one = over_a_limit(tx, "offer", to_mara, None, at, cause="member eve0@example.com")
        every = over_a_limit(tx, "offer", to_mara, None, at, cause="member ida@example.com")
    assert one is not None and one.reason == "10 an hour to one address because of one person"
    assert every is not None and every.again_at == at + timedelta(hours=1)
