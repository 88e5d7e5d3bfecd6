"""A role that is required but not held is offered to the people on call, and never assigned."""

from __future__ import annotations

import stat
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

ANN, BO, MARA = "Ann Lee <ann@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"
NEEDED = "Customer liaison (customer questions) is needed"
LIAISON = ("--business-liaison", "Di <di@example.com>", "--commander", MARA)


def mails_to(installation: Installation, address: str, words: str = NEEDED) -> list[EmailMessage]:
    found = [mail for mail in installation.private if address in str(mail["To"])]
    return [mail for mail in found if words in mail.get_content()]


def later(installation: Installation, minutes: float) -> None:
    for _ in range(round(minutes)):
        installation.clock.tick(minutes=1)
        installation.ok("flush")


def on_call(installation: Installation, script: str, more: str = "") -> None:
    """Write a shell script as the organisation's on-call command."""
    command = installation.path / "on-call"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    installation.configure(f'[duty]\noncall_command = "{command}"\n{more}')


def names(*addresses: str) -> str:
    return "\n".join(f"echo '{address}'" for address in addresses)


def test_it_is_offered_after_five_minutes_to_whom_the_command_names_first(installation: Installation) -> None:
    on_call(installation, names(ANN, BO))
    installation.declare("Cards fail", "--severity", "2", *LIAISON, "-m", "Half of them.")
    later(installation, 4)
    assert mails_to(installation, "ann") == []
    later(installation, 1)
    (mail,) = mails_to(installation, "ann")
    text = mail.get_content()
    assert "and nobody holds it. Can you do it?" in text and "> Half of them." in text
    assert "Reply with: accept" in text and "Reply with: decline" in text
    assert mails_to(installation, "bo") == []
    assert installation.show()["missing_roles"] == ["customer_liaison"]
    assert "offered to ann@example.com" in installation.ok("show").out


def test_the_command_is_told_the_role_the_severity_and_the_incident(installation: Installation) -> None:
    on_call(installation, f'echo "$@" >> {installation.path}/asked\n{names(ANN)}')
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    later(installation, 8)
    assert (installation.path / "asked").read_text() == "customer_liaison 2 2026-11-20-cards-fail\n"


def test_one_word_accepts_it_and_the_writer_hears_that(installation: Installation, mails: Mails) -> None:
    on_call(installation, names(ANN, BO))
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    later(installation, 5)
    (mail,) = mails_to(installation, "ann")
    assert installation.ingest(mails.reply_to(mail, "accept", ANN, at=installation.clock.now))["outcome"] == "applied"
    assert installation.show()["missing_roles"] == []
    later(installation, 30)
    assert (
        len(mails_to(installation, "ann", "You are customer liaison (customer questions) of this incident now.")) == 1
    )
    assert mails_to(installation, "bo") == [] and len(mails_to(installation, "ann")) == 1


def test_one_word_declines_it_and_the_next_person_is_asked(installation: Installation, mails: Mails) -> None:
    on_call(installation, names(ANN, BO))
    declared = installation.declare("Cards fail", "--severity", "2", *LIAISON)
    installation.ingest(mails.reply_to(declared, f"SME: +{ANN}", MARA))
    later(installation, 5)
    (mail,) = mails_to(installation, "ann")
    installation.ingest(mails.reply_to(mail, "decline", ANN, at=installation.clock.now))
    later(installation, 1)
    assert len(mails_to(installation, "bo")) == 1
    assert installation.show()["roles"]["subject_matter_experts"][0]["name"] == "Ann Lee"
    assert [offer["state"] for offer in installation.show()["offers"]] == ["declined", "open"]


def test_the_next_one_is_asked_after_ten_minutes_and_the_first_may_still_accept(
    installation: Installation, mails: Mails
) -> None:
    on_call(installation, names(ANN, BO))
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    later(installation, 14)
    assert mails_to(installation, "bo") == []
    later(installation, 1)
    assert len(mails_to(installation, "bo")) == 1
    installation.ingest(mails.reply_to(mails_to(installation, "ann")[0], "accept", ANN, at=installation.clock.now))
    assert installation.show()["roles"]["customer_liaison"][0]["address"] == "ann@example.com"


def test_an_offer_is_repeated_after_ten_minutes_and_ends_after_an_hour(
    installation: Installation, mails: Mails
) -> None:
    on_call(installation, names(ANN))
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    later(installation, 64)
    assert len(mails_to(installation, "ann")) == 2
    assert installation.show()["offers"][0]["state"] == "open"
    later(installation, 1)
    assert installation.show()["offers"][0]["state"] == "unanswered"
    mail = mails_to(installation, "ann")[0]
    installation.ingest(mails.reply_to(mail, "accept", ANN, at=installation.clock.now))
    assert installation.show()["missing_roles"] == ["customer_liaison"]


def test_two_roles_are_offered_to_two_people(installation: Installation) -> None:
    on_call(installation, names(ANN, BO))
    installation.declare("Cards fail", "--severity", "2", "--commander", MARA)
    later(installation, 5)
    offers = [(offer["role"], offer["to"]["address"]) for offer in installation.show()["offers"]]
    assert offers == [("customer_liaison", "ann@example.com"), ("business_liaison", "bo@example.com")]


def test_the_commander_is_asked_if_nobody_takes_it(installation: Installation, mails: Mails) -> None:
    on_call(installation, names(ANN))
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    later(installation, 16)
    (mail,) = mails_to(installation, "mara")
    assert "ann@example.com did not take it. You can name somebody." in mail.get_content()
    installation.ingest(mails.reply_to(mail, "Customer liaison: not needed", MARA, at=installation.clock.now))
    assert installation.show()["missing_roles"] == []
    later(installation, 60)
    assert len(mails_to(installation, "mara")) == 1


def test_a_worse_severity_does_not_begin_again_with_the_people_who_were_asked(installation: Installation) -> None:
    on_call(installation, names(ANN, BO))
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    later(installation, 6)
    installation.ok("update", "--severity", "1")
    later(installation, 9)
    assert [len(mails_to(installation, name)) for name in ("ann", "bo")] == [2, 1]  # ann: the offer and its repetition


def test_a_person_who_gives_a_role_back_is_not_asked_to_take_it_again(installation: Installation, mails: Mails) -> None:
    on_call(installation, names(ANN, BO))
    declared = installation.declare("Cards fail", "--severity", "2", *LIAISON)
    installation.ingest(mails.reply_to(declared, "I am the customer liaison.", ANN, at=installation.clock.now))
    installation.clock.tick(minutes=20)
    installation.ingest(mails.reply_to(declared, "leaving", ANN, at=installation.clock.now))
    later(installation, 6)
    assert [len(mails_to(installation, name)) for name in ("ann", "bo")] == [0, 1]


def test_without_a_command_the_commander_is_told_once(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    later(installation, 30)
    (mail,) = mails_to(installation, "mara")
    assert "Nobody could be asked." in mail.get_content()


def test_command_that_nobody_has_confirmed_is_offered_to_the_pool(installation: Installation, mails: Mails) -> None:
    installation.configure('[duty]\ncommanders = ["ann@example.com", "bo@example.com"]\n')
    installation.declare("Cards fail", "--severity", "2", *LIAISON[:2])
    later(installation, 5)
    assert len(mails_to(installation, "ann", "incident commander")) == 1
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"
    later(installation, 10)
    (second,) = mails_to(installation, "bo", "incident commander")
    installation.ingest(mails.reply_to(second, "accept", BO, at=installation.clock.now))
    assert installation.show()["commander"]["address"] == "bo@example.com"


def test_a_commander_who_has_acted_is_not_offered_away(installation: Installation, mails: Mails) -> None:
    installation.configure('[duty]\ncommanders = ["ann@example.com"]\n')
    declared = installation.declare("Cards fail", "--severity", "2", *LIAISON[:2])
    installation.clock.tick(minutes=2)
    installation.ingest(mails.reply_to(declared, "phase 0", MARA, at=installation.clock.now))
    later(installation, 20)
    assert mails_to(installation, "ann", "commander") == []


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("exit 3", "it ended with 3"),
        ("echo 'nobody is here'; head -c 200 /dev/urandom", "it printed no address"),
        ("yes 'Ann <ann@example.com>'", "it printed more than 16 kB"),
        ("echo mallory@elsewhere.example", "it printed only addresses that are no members'"),
        ("for i in $(seq 300); do echo p$i@example.com; done", "it printed more than 10 addresses"),
        ("echo ann@example.com; kill -9 $$", "it ended with -9"),
    ],
)
def test_a_command_that_fails_is_shown_and_mails_nobody_whom_it_did_not_name(
    installation: Installation, script: str, fault: str
) -> None:
    on_call(installation, script)
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    before = len(installation.private)
    later(installation, 12)
    status = installation.run("status")
    assert status.code == 1 and f"oncall_command was asked for customer_liaison: {fault}" in status.out
    told = {parseaddr(str(mail["To"]))[1] for mail in installation.private[before:]}
    assert told <= {"mara@example.com", "p1@example.com"}


def test_a_command_that_hangs_is_ended_and_shown(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidentmail.app.reminding.on_call.SECONDS_MAX", 0.2)
    on_call(installation, f"{names(ANN)}\nsleep 600 & wait")
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    later(installation, 6)
    assert "did not end within 0 s" in installation.run("status").out
    assert mails_to(installation, "ann") == []


def test_a_command_that_is_not_there_is_shown(installation: Installation) -> None:
    installation.configure('[duty]\noncall_command = "/nowhere/on-call"\n')
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    later(installation, 6)
    assert "it cannot be started: No such file or directory" in installation.run("status").out


def test_nobody_outside_is_asked_about_a_restricted_incident(installation: Installation) -> None:
    on_call(installation, names(ANN))
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[list]\n", '[list]\nrestricted = "security@example.com"\n'))
    installation.ok("declare", "Keys were copied", "--severity", "2", "--restricted", *LIAISON)
    later(installation, 30)
    assert mails_to(installation, "ann") == []


@pytest.mark.parametrize("end", ["close", "retract"])
def test_nothing_is_offered_once_the_incident_is_over(installation: Installation, end: str) -> None:
    on_call(installation, names(ANN))
    installation.declare("Cards fail", "--severity", "2", *LIAISON)
    installation.ok(end)
    later(installation, 30)
    assert mails_to(installation, "ann") == []


def test_only_members_of_the_pool_are_asked_because_others_could_not_answer(installation: Installation) -> None:
    installation.configure('[duty]\ncommanders = ["ann@elsewhere.example", "bo@example.com"]\n')
    installation.declare("Cards fail", "--severity", "2", *LIAISON[:2])
    later(installation, 5)
    assert [offer["to"]["address"] for offer in installation.show()["offers"]] == ["bo@example.com"]
