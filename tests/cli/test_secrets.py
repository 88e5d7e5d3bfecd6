"""Text that looks like a secret is held back at the terminal, and masked if nobody can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

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
def test_a_declaration_with_a_secret_is_held_and_its_span_is_shown(
    installation: Installation, args: tuple[str, ...]
) -> None:
    result = installation.run(*args)
    assert result.code == 1
    assert "nothing was sent: this looks like a secret" in result.err
    assert "AKIA****" in result.err or "hunt****" in result.err or "****" in result.err
    assert KEY not in result.err
    assert "--allow-secret" in result.err
    assert (installation.mails, installation.ok("list", "--all", "--json").json) == ([], [])


def test_an_override_sends_it_and_is_on_record(installation: Installation) -> None:
    installation.ok("declare", "Cards fail", "-m", f"the key is {KEY}", "--allow-secret")
    assert KEY in installation.mails[0].get_content()
    assert [e["data"]["text"] for e in installation.log() if e["kind"] == "note_added.v1"] == [
        "Sent on purpose with what looks like a secret: AWS access key."
    ]


@pytest.mark.parametrize(
    "args", [("update", "-m"), ("update", "--venue"), ("note",), ("close", "-m"), ("retract", "-m")]
)
def test_every_command_that_takes_words_holds_them(installation: Installation, args: tuple[str, ...]) -> None:
    installation.declare()
    before = installation.show()
    assert installation.run(*args, f"token: {KEY}").code == 1
    assert installation.show() == before
    assert installation.run(*args, f"token: {KEY}", "--allow-secret").code == 0


def test_what_is_repeated_from_a_mail_is_masked(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, f"sev 1\n\nThe old key {KEY} still works.\npassword: hunter22", JAYLA))
    said = installation.mails[-1].get_content()
    assert "The old key AKIA**** still works." in said
    assert "password: hunt****" in said
    assert KEY not in str(installation.log())


def test_a_declaration_by_hand_is_masked_in_what_we_write(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new(f"Severity 2.\n\nThe key {KEY} is out.", sender=JAYLA, subject="A key leaked"))
    assert "The key AKIA**** is out." in installation.mails[-1].get_content()
    assert KEY not in installation.mails[-1].as_string()
