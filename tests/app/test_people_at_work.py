"""Additional roles, people who join and leave, and the checklist that comes with a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from email.message import EmailMessage

    from conftest import Installation, Mails

BO, ALICIA, MARA = "Bo K. <bo@example.com>", "Alícia S. <alicia@example.com>", "Mara Lindqvist <mara@example.com>"
PEOPLE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n'


@pytest.fixture
def house(installation: Installation) -> Installation:
    return installation.configure(PEOPLE)


def to(installation: Installation, address: str) -> list[EmailMessage]:
    return [mail for mail in installation.private if address in str(mail["To"])]


def holders(installation: Installation) -> dict[str, list[str]]:
    return {key: [person["name"] for person in people] for key, people in installation.show()["roles"].items()}


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Deputy: Bo K.", "deputy"),
        ("I am the customer liaison.", "customer_liaison"),
        ("I am the scribe.", "scribe"),
        ("Comms: Bo K.", "communications"),
        ("Incident owner: me", "incident_owner"),
        ("joining as SME", "subject_matter_experts"),
        ("I'm joining as the scribe, thanks", "scribe"),
        ("I'll be deputy", "deputy"),
        ("taking communications", "communications"),
    ],
)
def test_a_role_is_taken_in_these_words(house: Installation, mails: Mails, text: str, role: str) -> None:
    assert house.ingest(mails.reply_to(house.declare(), text, BO))["outcome"] == "applied"
    assert holders(house) == {role: ["Bo K."]}
    house.ok("update", "--no-change")
    assert "Bo K." in house.mails[-1].get_content()


def test_a_role_that_nobody_holds_is_in_no_mail(house: Installation) -> None:
    text = house.declare("Cards fail", "-s", "1").get_content()
    assert "Scribe" not in text and "Deputy" not in text and "Customer liaison: needed" in text


def test_who_takes_a_role_gets_its_checklist_once(house: Installation, mails: Mails) -> None:
    declaration = house.declare()
    house.ingest(mails.reply_to(declaration, "joining as scribe", BO))
    (mail,) = to(house, "bo@example.com")
    assert mail.get_content().startswith("You are scribe (the timeline) of this incident now. This is what it means:\n")
    assert "> - Write down who does what, and until when." in mail.get_content()
    house.ingest(mails.reply_to(declaration, "leaving", BO))
    house.ingest(mails.reply_to(declaration, "joining as scribe", BO))
    assert sum("This is what it means" in one.get_content() for one in to(house, "bo@example.com")) == 1


def test_who_is_named_gets_the_checklist_in_the_same_mail(house: Installation) -> None:
    house.declare("Cards fail", "--role", f"deputy={BO}")
    (mail,) = to(house, "bo@example.com")
    assert "has named you deputy" in mail.get_content() and "> - Watch the time" in mail.get_content()


def test_who_takes_command_gets_the_commanders_checklist(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(house.declare(), "taking command", BO))
    (mail,) = to(house, "bo@example.com")
    assert "> - You decide, and others do. Do not repair anything yourself." in mail.get_content()


def test_an_organisation_has_a_checklist_of_its_own(house: Installation, mails: Mails) -> None:
    folder = house.path / "templates" / "checklist"
    folder.mkdir(parents=True)
    (folder / "legal.txt.j2").write_text("- Ask outside counsel.\n")
    text = house.config.read_text()
    house.config.write_text(f'templates = "{house.path}/templates"\n{text}[roles.legal]\ntitle = "Counsel"\n')
    house.ingest(mails.reply_to(house.declare(), "joining as counsel", BO))
    assert "> - Ask outside counsel." in to(house, "bo@example.com")[-1].get_content()


def test_people_join_and_leave_without_a_role(house: Installation, mails: Mails) -> None:
    declaration = house.declare()
    assert house.ingest(mails.reply_to(declaration, "joining", BO))["outcome"] == "applied"
    assert [one["person"]["name"] for one in house.show()["engaged"]] == ["Bo K."]
    assert "Also at work Bo K. (since 14:20 UTC)" in " ".join(house.ok("show").out.split())
    assert "You are listed as at work here." in to(house, "bo@example.com")[-1].get_content()
    house.ingest(mails.reply_to(declaration, "Leaving.", BO))
    assert house.show()["engaged"] == []
    assert len(house.mails) == 1


def test_who_leaves_gives_back_their_roles(house: Installation, mails: Mails) -> None:
    declaration = house.declare("Cards fail", "--sme", BO, "--sme", ALICIA)
    house.ingest(mails.reply_to(declaration, "leaving", BO))
    assert holders(house) == {"subject_matter_experts": ["Alícia S."]}


def test_a_commander_does_not_just_leave(house: Installation, mails: Mails) -> None:
    outcome = house.ingest(mails.reply_to(house.declare(), "leaving", MARA))
    assert outcome["outcome"] == "refused"
    assert "you have command" in to(house, "mara@example.com")[-1].get_content()


def test_a_new_commander_leaves_the_experts_only_if_another_one_remains(house: Installation, mails: Mails) -> None:
    declaration = house.declare("Cards fail", "--sme", BO, "--sme", ALICIA)
    house.ingest(mails.reply_to(declaration, "taking command", BO))
    assert holders(house) == {"subject_matter_experts": ["Alícia S."]}
    house.ingest(mails.reply_to(declaration, "taking command", ALICIA))
    assert holders(house) == {"subject_matter_experts": ["Alícia S."]}


def test_the_terminal_gives_and_shows_roles(house: Installation) -> None:
    house.declare("Cards fail", "-s", "1")
    house.ok("role", "scribe", BO)
    house.ok("role", "sme", "Alícia S.")
    house.ok("role", "SME", BO)
    house.ok("role", "sme", "Alícia S.", "--remove")
    house.ok("role", "business liaison", "not needed")
    house.ok("join")
    assert holders(house) == {"scribe": ["Bo K."], "subject_matter_experts": ["Bo K."]}
    shown = " ".join(house.ok("role").out.split())
    assert "Customer liaison needed" in shown and "Also at work Mara Lindqvist" in shown
    listed = house.ok("role", "--json").json
    assert [one["key"] for one in listed["roles"] if one["needed"]] == ["customer_liaison"]
    assert [one["key"] for one in listed["roles"] if one["not_needed"]] == ["business_liaison"]
    house.ok("join", "--as", "communications")
    assert holders(house)["communications"] == ["Mara Lindqvist"]


def test_a_role_that_does_not_exist_is_said(house: Installation) -> None:
    house.declare()
    result = house.run("role", "piper", BO)
    assert result.code == 2 and "the roles are customer_liaison, " in result.err
    assert house.run("leave").code == 1
