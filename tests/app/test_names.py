"""Nobody can pass for another person, and people who took a role by mail are shown with their address."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

PEOPLE = '[people]\n"jayla@example.com" = "Jayla M."\n'
BO, MARA, ZOE = "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>", "Zoe T. <zoe@example.com>"


def first_line(installation: Installation) -> str:
    return str(installation.mails[-1].get_content()).partition("\n")[0]


@pytest.mark.parametrize(
    "name",
    [
        "Jayla M.", "jayla m", "J\u0430yla M.", "Jayla\u3164M.", "M., Jayla",
        "\U0001d409\U0001d41a\U0001d432\U0001d425\U0001d41a M.",
        "boss@example.com", "www.evil.test", "\u2800", "Incidents", "Mara Lindqvist", "M\u0430ra Lindqv\u0456st",
    ],
    ids=ascii,
)  # fmt: skip
def test_nobody_takes_command_under_anothers_name(installation: Installation, mails: Mails, name: str) -> None:
    mail = installation.configure(PEOPLE).declare()
    installation.ingest(mails.reply_to(mail, "taking command", f'"{name}" <eve@example.com>'))
    assert "eve@example.com is incident commander" in first_line(installation)
    assert installation.show()["commander"] == {"name": "eve@example.com", "address": "eve@example.com"}


@pytest.mark.parametrize(
    "name",
    [
        "Nobody", "N\u043ebody", "Incident closed", "Severity 4", "Severity 10", "All clear", "Operator", "Phase 3",
        "Incident commander", "Customer liaison", "Mara", "Mara L", "Mara L.", "M. Lindqvist", "Mara Lindquist",
        "Mara Lindqvi5t", "Lindqvist", "MaraLindquist", "Jayla", "\u041c\u0430ra", "Nobody now", "Mara's deputy",
        "Mara. Incident closed",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_statement_or_a_name_near_a_known_one_is_no_name(installation: Installation, mails: Mails, name: str) -> None:
    mail = installation.configure(PEOPLE).declare()
    installation.ingest(mails.reply_to(mail, "taking command", f'"{name}" <eve@example.com>'))
    assert first_line(installation).partition(" is incident")[0].endswith(" eve@example.com")


@pytest.mark.parametrize(
    "name", ["Mara Olsson", "Maria L. Berg", "Al Clear", "Ann Lee", "Over Olsen", "Ida No", "Noa Nobre"]
)
def test_another_person_of_a_similar_name_keeps_it(installation: Installation, mails: Mails, name: str) -> None:
    mail = installation.configure(PEOPLE).declare()
    installation.ingest(mails.reply_to(mail, "taking command", f'"{name}" <eve@example.com>'))
    assert f"{name} <eve@example.com> is incident commander" in first_line(installation)


def test_who_wrote_first_under_a_name_keeps_it_from_nobody(installation: Installation, mails: Mails) -> None:
    """Two members with one name: neither can be told by it, so both are shown by address."""
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, "I look at the gateway.", BO))
    installation.ingest(mails.reply_to(mail, "taking command", "B\u043e K. <eve@example.com>"))
    assert "eve@example.com is incident commander" in first_line(installation)


def test_an_address_in_a_line_gets_no_name_of_another(installation: Installation, mails: Mails) -> None:
    mail = installation.configure(PEOPLE).declare()
    installation.ingest(mails.reply_to(mail, "SME: Jayla M. <eve@example.com>", BO))
    assert installation.show()["roles"]["subject_matter_experts"] == [
        {"name": "eve@example.com", "address": "eve@example.com"}
    ]


def test_who_takes_command_by_mail_is_shown_with_the_address_among_the_roles(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, "taking command", BO))
    text = installation.mails[-1].get_content()
    assert "Bo K. <bo@example.com> is incident commander" in first_line(installation)
    assert "\nIncident commander: Bo K. <bo@example.com>\n" in text


def test_who_wrote_before_takes_command_under_the_name_alone(installation: Installation, mails: Mails) -> None:
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, "I look at the gateway.", BO))
    installation.ingest(mails.reply_to(mail, "taking command", BO))
    assert "Bo K. is incident commander" in first_line(installation)


def test_two_copies_of_one_mail_do_not_make_its_author_known(installation: Installation, mails: Mails) -> None:
    raw = mails.reply_to(installation.declare(), "taking command", BO, message_id="<b1@mua.example>")
    installation.ingest(raw)
    installation.ingest(b"List-Post: <mailto:incidents@example.com>\n" + raw)
    installation.ok("update", "-m", "Still looking.")
    assert "Bo K. <bo@example.com> is incident commander" in first_line(installation)


def test_who_takes_a_role_by_mail_is_shown_with_the_address(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Checkout is down", "--severity", "2", "--sme", "Zoe <zoe@example.com>")
    installation.ingest(mails.reply_to(mail, f"Customer liaison: {BO}", BO))
    installation.ingest(mails.reply_to(mail, "sev 1", BO))
    text = installation.mails[-1].get_content()
    assert "\nCustomer liaison: Bo K. <bo@example.com> (customer questions)\n" in text
    assert "\nSubject-matter experts: Zoe\n" in text
    assert "Incident commander:" not in text


def test_a_commander_named_by_mail_whom_nobody_knows_is_shown_with_the_address_at_once(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, f"Commander: {ZOE}", MARA))
    assert "Zoe T. <zoe@example.com> is incident commander" in first_line(installation)


def test_what_shows_addresses_is_read_back_by_a_standby(
    installation: Installation, installations: Callable[[], Installation], mails: Mails
) -> None:
    mail = installation.declare("Checkout is down", "--severity", "2")
    installation.ingest(mails.reply_to(mail, f"Customer liaison: {BO}", BO))
    installation.ingest(mails.reply_to(mail, f"Commander: {ZOE}", MARA))
    other = installations()
    other.config.write_text(installation.config.read_text().replace(str(installation.path), str(other.path)))
    shutil.copy(installation.path / "key", other.path / "key")
    for raw in installation.wire:
        assert other.ingest(raw)["outcome"] == "applied"
    for name in ("commander", "roles", "severity"):
        assert other.show()[name] == installation.show()[name]


STRICT = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
PROVEN = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n"
EVE_AS_BO = "Bo K. <eve@example.com>"


@pytest.mark.parametrize("text", ["Customer liaison: Bo K.", "Bo K. is incident commander."])
def test_a_name_in_from_is_no_key_by_which_others_find_an_address(
    installation: Installation, mails: Mails, text: str
) -> None:
    """Eve wrote under Bo's name before Bo did: what is meant for Bo does not go to her."""
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, "I look at the gateway.", EVE_AS_BO))
    installation.ingest(mails.reply_to(mail, text, MARA))
    assert [sent for sent in installation.private if "eve@" in str(sent["To"])] == []
    assert "No address is known for: Bo K." in installation.private[-1].get_content()


def test_a_writer_of_this_incident_who_was_verified_is_found_by_name(installation: Installation, mails: Mails) -> None:
    mail = installation.configure(STRICT).declare()
    installation.ingest(PROVEN + mails.reply_to(mail, "I look at the gateway.", BO))
    installation.ingest(mails.reply_to(mail, "So do I.", EVE_AS_BO))
    installation.ingest(PROVEN + mails.reply_to(mail, "So do I.", EVE_AS_BO))
    installation.ingest(PROVEN + mails.reply_to(mail, "Bo K. is incident commander.", MARA))
    assert installation.show()["commander"] == {"name": "Bo K.", "address": "bo@example.com"}


def test_a_later_claimant_does_not_make_a_known_name_ambiguous(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Checkout is down", "--sme", BO)
    for text in ("I look at the gateway.", "Customer liaison: me"):
        installation.ingest(mails.reply_to(mail, text, EVE_AS_BO))
    installation.ingest(mails.reply_to(mail, "Bo K. is incident commander.", MARA))
    assert installation.show()["commander"] == {"name": "Bo K.", "address": "bo@example.com"}


def test_a_question_shows_the_address_of_who_is_named(installation: Installation, mails: Mails) -> None:
    """The name that somebody else wrote beside an address is a claim, and the reader decides by it."""
    mail = installation.configure(PEOPLE).declare()
    installation.ingest(mails.reply_to(mail, "Bo K. <bo.k+x@example.com> is incident commander.", ZOE))
    (question,) = [sent for sent in installation.private if "mara@example.com" in str(sent["To"])]
    assert "> make Bo K. <bo.k+x@example.com> incident commander" in question.get_content()
    installation.ingest(mails.reply_to(question, "accept", MARA))
    assert "confirmed by Mara Lindqvist," in installation.mails[-1].get_content()


def test_who_confirmed_something_is_shown_with_the_address(installation: Installation, mails: Mails) -> None:
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, f"{BO} is incident commander.", ZOE))
    (question,) = [sent for sent in installation.private if "bo@example.com" in str(sent["To"])]
    installation.ingest(mails.reply_to(question, "accept", BO))
    assert "confirmed by Bo K. <bo@example.com>," in installation.mails[-1].get_content()


def test_who_names_somebody_is_shown_to_them_with_the_address(installation: Installation, mails: Mails) -> None:
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, f"SME: +{BO}", ZOE))
    assert "Zoe T. <zoe@example.com> has named you" in installation.private[-1].get_content()
