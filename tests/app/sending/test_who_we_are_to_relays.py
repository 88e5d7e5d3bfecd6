"""The name in EHLO and in From: what relays demand, and what happens if they refuse us."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay

from incidentmail.config.load import load

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST = "incidents@example.com"


def mail_section(installation: Installation, line: str) -> None:
    installation.config.write_text(installation.config.read_text().replace("[mail]\n", f"[mail]\n{line}\n"))


def helo(installation: Installation) -> str:
    return load(str(installation.config)).helo


def test_the_name_in_the_greeting_is_one_that_relays_take(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "4f0c2d")
    assert helo(installation) == "example.com"
    monkeypatch.setattr(socket, "gethostname", lambda: "mx7.example.net")
    assert helo(installation) == "mx7.example.net"
    installation.configure('[listen]\nhostname = "in.example.com"\n')
    assert helo(installation) == "in.example.com"
    mail_section(installation, 'helo = "incidents.example.com"')
    assert helo(installation) == "incidents.example.com"


@pytest.mark.parametrize(
    ("verb", "answer"),
    [
        ("EHLO", "550 5.7.1 go away"),
        ("MAIL", "501 5.5.4 Invalid EHLO name"),
        ("RCPT", "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname"),
        ("RCPT", "450 4.7.1 <x>: Helo command rejected: Host not found"),
    ],
)
def test_a_refused_greeting_is_no_fault_of_the_mail(installation: Installation, verb: str, answer: str) -> None:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        relay.next(verb, answer)
        if verb == "EHLO":
            relay.next("HELO", answer)
        result = installation.run("declare", "Cards fail")
        assert result.code == 75
        assert "NOBODY HAS BEEN TOLD YET" in result.err and 'set [mail] helo = "NAME"' in result.err
        (line,) = installation.ok("outbox", "list", "--json").lines
        assert (line["state"], line["to"]) == ("queued", [LIST])
        assert "[mail] helo" in installation.run("outbox", "list").out
        installation.ok("outbox", "retry")
        assert len(relay.taken) == 1


def test_a_recipient_that_is_refused_for_another_reason_is_still_refused(installation: Installation) -> None:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        relay.always[LIST] = "550 5.7.23 SPF fail, see http://spf.example.net/why?s=helo;id=bot"
        assert installation.run("declare", "Cards fail").code == 69


def test_a_relay_that_takes_no_other_from_gets_the_tools_and_the_person_is_named(installation: Installation) -> None:
    mail_section(installation, "from_person = false")
    mail = installation.declare("Cards fail", "--commander", "Bo K. <bo@example.com>")
    assert (str(mail["From"]), mail["Sender"]) == ('"Incidents (Mara Lindqvist)" <incident-bot@example.com>', None)
    listed, plus, person = str(mail["Reply-To"]).split(", ")
    assert listed == LIST and plus.startswith("incident-bot+")
    assert person == "Mara Lindqvist <mara@example.com>"
    assert "\nDeclared by: Mara Lindqvist\n" in mail.get_content()
    assert mail["Auto-Submitted"] is None


def test_a_standby_learns_who_is_said_to_have_declared_it_all_the_same(
    installation: Installation, installations: Callable[[], Installation]
) -> None:
    mail_section(installation, "from_person = false")
    installation.declare("Cards fail", "--commander", "Bo K. <bo@example.com>")
    standby = installations()
    shutil.copy(installation.path / "key", standby.path / "key")
    (raw,) = installation.wire
    assert standby.ingest(raw)["outcome"] == "applied"
    assert standby.log()[0]["actor"] == {"name": "Mara Lindqvist - not proven", "address": None}


def test_without_that_setting_the_person_is_in_from(installation: Installation, mails: Mails) -> None:
    mail = installation.declare()
    assert str(mail["From"]) == "Mara Lindqvist <mara@example.com>"
    assert "Declared by" not in mail.get_content()
