"""What looks like a secret is held at the terminal, and masked where nobody can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import House, Mails

KEY = "AKIA" + "ABCDEFGHIJKLMNOP"
JAYLA = "Jayla M. <jayla@example.com>"


@pytest.mark.parametrize(
    "args",
    [
        ("declare", "Cards fail", "-m", f"the key is {KEY}"),
        ("declare", f"{KEY} leaked"),
        ("declare", "Cards fail", "--impact", "password: hunter2"),
        ("declare", "Cards fail", "-m", f"the key is {KEY}", "--dry-run"),
    ],
)
def test_a_declaration_with_a_secret_is_held_and_its_span_is_shown(house: House, args: tuple[str, ...]) -> None:
    result = house.run(*args)
    assert result.code == 1
    assert "nothing was sent: this looks like a secret" in result.err
    assert "AKIA****" in result.err or "hunt****" in result.err or "****" in result.err
    assert KEY not in result.err
    assert "--allow-secret" in result.err
    assert (house.mails, house.ok("list", "--all", "--json").json) == ([], [])


def test_an_override_sends_it_and_is_on_record(house: House) -> None:
    house.ok("declare", "Cards fail", "-m", f"the key is {KEY}", "--allow-secret")
    assert KEY in house.mails[0].get_content()
    assert [e["data"]["text"] for e in house.log() if e["kind"] == "note_added.v1"] == [
        "Sent on purpose with what looks like a secret: AWS access key."
    ]


@pytest.mark.parametrize(
    "args", [("update", "-m"), ("update", "--venue"), ("note",), ("close", "-m"), ("retract", "-m")]
)
def test_every_command_that_takes_words_holds_them(house: House, args: tuple[str, ...]) -> None:
    house.declare()
    before = house.show()
    assert house.run(*args, f"token: {KEY}").code == 1
    assert house.show() == before
    assert house.run(*args, f"token: {KEY}", "--allow-secret").code == 0


def test_what_is_repeated_from_a_mail_is_masked(house: House, mails: Mails) -> None:
    mail = house.declare("Cards fail", "--severity", "2")
    house.ingest(mails.reply_to(mail, f"sev 1\n\nThe old key {KEY} still works.\npassword: hunter22", JAYLA))
    said = house.mails[-1].get_content()
    assert "The old key AKIA**** still works." in said
    assert "password: hunt****" in said
    assert KEY not in str(house.log())


def test_a_declaration_by_hand_is_masked_in_what_we_write(house: House, mails: Mails) -> None:
    house.ingest(mails.new(f"Severity 2.\n\nThe key {KEY} is out.", sender=JAYLA, subject="A key leaked"))
    assert "The key AKIA**** is out." in house.mails[-1].get_content()
    assert KEY not in house.mails[-1].as_string()
