"""If a role is declined, the person who gave it is told, as the mail about the role promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO, ALICIA, MARA = "Bo <bo@example.com>", "A. <alicia@example.com>", "mara@example.com"
PEOPLE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n'


@pytest.fixture
def named(installation: Installation) -> Installation:
    return installation.configure(PEOPLE)


def told(installation: Installation) -> list[tuple[str, str]]:
    """Return recipient and text of each mail which says that somebody declines."""
    mails = [(str(mail["To"]), mail.get_content()) for mail in installation.private]
    return [(to, text) for to, text in mails if " declines " in text]


def test_who_named_an_expert_is_told_that_they_decline(named: Installation, mails: Mails) -> None:
    named.declare()
    named.ingest(mails.reply_to(named.mails[0], "Subject-matter experts: +Bo K. <bo@example.com>", ALICIA))
    (naming,) = [mail for mail in named.private if "bo@example.com" in str(mail["To"])]
    assert "Alícia S. has named you" in naming.get_content()
    assert named.ingest(mails.reply_to(naming, "decline", BO))["outcome"] == "applied"
    ((to, text),) = told(named)
    assert "alicia@example.com" in to
    assert text.startswith("Bo K. declines the role of subject-matter expert. ")
    assert "lead" not in text and "Checkout is rejecting card payments" in text
    assert named.show()["roles"] == {}


def test_a_role_from_the_terminal_is_declined_to_the_person_at_the_terminal(named: Installation, mails: Mails) -> None:
    declaration = named.declare("Cards fail", "--customer-liaison", BO, "--sme", BO)
    named.ingest(mails.reply_to(declaration, "decline", BO))
    ((to, text),) = told(named)
    assert MARA in to and "customer liaison and subject-matter expert" in text


def test_command_and_a_role_from_one_person_are_declined_in_one_mail(named: Installation, mails: Mails) -> None:
    declaration = named.declare("Cards fail", "--sme", BO)
    named.ok("handoff", BO)
    named.ingest(mails.reply_to(declaration, "decline", BO))
    ((to, text),) = told(named)
    assert MARA in to and "incident commander" in text and "subject-matter expert" in text
    assert "Until then you lead it." in text


def test_who_takes_themselves_off_a_role_that_they_took_tells_nobody(named: Installation, mails: Mails) -> None:
    declaration = named.declare()
    named.ingest(mails.reply_to(declaration, "Subject-matter experts: +Bo K. <bo@example.com>", BO))
    named.ingest(mails.reply_to(declaration, "Subject-matter experts: -Bo K. <bo@example.com>", BO))
    assert told(named) == []
    assert len(named.log()) == 4
    assert named.show()["roles"] == {}


def test_a_role_of_a_bare_name_is_declined_by_the_one_whom_the_configuration_calls_so(
    installation: Installation, mails: Mails
) -> None:
    declaration = installation.declare("Cards fail", "--customer-liaison", "Bo K.")
    installation.configure(PEOPLE)
    assert installation.ingest(mails.reply_to(declaration, "decline", BO))["outcome"] == "applied"
    ((to, text),) = told(installation)
    assert MARA in to and "customer liaison" in text
    assert installation.show()["roles"] == {}


def test_command_of_a_bare_name_is_declined_by_the_one_whom_the_configuration_calls_so(
    installation: Installation, mails: Mails
) -> None:
    declaration = installation.declare("Cards fail")
    installation.ok("handoff", "Bo K.", "--spoken")
    installation.configure(PEOPLE)
    assert installation.ingest(mails.reply_to(declaration, "decline", BO))["outcome"] == "applied"
    assert installation.show()["commander"]["address"] == MARA


@pytest.mark.parametrize(
    ("listed", "sender"),
    [
        pytest.param("", "Bo K. <bo@example.com>", id="nobody-is-listed"),
        pytest.param('"bo@example.com" = "Bo K."\n', "Bo K. <mallory@example.com>", id="another-address"),
        pytest.param('"bo@example.com" = "Bo K."\n"bo2@example.com" = "Bo K."\n', BO, id="two-people-of-that-name"),
    ],
)
def test_a_role_of_a_bare_name_is_not_declined_by_somebody_who_may_be_another(
    installation: Installation, mails: Mails, listed: str, sender: str
) -> None:
    declaration = installation.declare("Cards fail", "--customer-liaison", "Bo K.")
    installation.configure(f"[people]\n{listed}")
    assert installation.ingest(mails.reply_to(declaration, "decline", sender))["outcome"] == "refused"
    assert told(installation) == []
    assert list(installation.show()["roles"]) == ["customer_liaison"]
