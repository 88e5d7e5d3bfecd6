"""A drill through Postfix and Mailman beside a real incident: its recipients, the replies that count, and its end."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from patience import PATIENCE_S
from real_mailman import Mailman
from real_postfix import Postfix
from received import Received

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

LIST, DRILLS, BOT = "incidents@example.com", "incident-drills@example.com", "incident-bot@example.com"
JAYLA, MARA = "Jayla Mbeki <jayla@example.com>", "mara@example.com"
OTHERS = ("copies@example.com", "board@example.com", "boss@example.com", "duty@example.com", "stand-in@example.com")
"""People who get mail about real incidents, or are asked in one, but take no part in drills."""
SCENARIO = """
title = "The cellar is under water"
description = "A pipe broke."
lasts = "2h"
""" + "".join(
    f"""
[[inject]]
at = "{number * 2}m"
from = "Ada Hill"
role = "the caretaker"
subject = "Water, {number}"
text = "The water is {number} cm high."
"""
    for number in range(59)
)
CONFIGURATION = """
[listen]
lmtp = "unix:{lmtp}"
socket_mode = "0666"
[trust]
verify = "authentication-results"
authserv_id = "mx.example.com"
[[severity]]
level = 1
name = "critical"
requires = ["business_liaison"]
also_to = ["board@example.com"]
[[severity]]
level = 2
name = "serious"
also_to = ["boss@example.com"]
also_template = "executives"
[[severity]]
level = 3
name = "moderate"
[duty]
commanders = ["duty@example.com"]
[[hook]]
name = "all"
on = ["all"]
command = "tee -a {hook}"
"""


@dataclass
class Organisation:
    """An installation with two lists behind Postfix and Mailman, a running service, and everybody's mailboxes."""

    installation: Installation
    mails: Mails
    sink: Sink
    postfix: Postfix
    mailman: Mailman

    def until(self, holds: Callable[[], Any], what: str) -> None:
        give_up_at = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < give_up_at, f"{what}\n{self.postfix.log}\n{self.mailman.log}"
            time.sleep(0.1)

    def until_read(self, words: str, *, by: str = "jayla@example.com") -> EmailMessage:
        """Wait for the first mail to a person that contains `words`, and return it."""
        self.until(lambda: self._found(words, by), f"nothing to {by} says {words!r}")
        return self._found(words, by)[0]

    def _found(self, words: str, by: str) -> list[EmailMessage]:
        return [mail for to, mail in mails_in(self.sink) if by in to and words in text_of(mail)]

    def jayla_writes(self, text: str, seen: EmailMessage, address: str) -> None:
        """Let Jayla reply to all."""
        plus = re.findall(r"incident-bot\+[\w.]+@example\.com", str(seen["Reply-To"]))[0]
        reply = self.mails.reply_to(seen, text, JAYLA, to=f"{address}, {plus}")
        self.postfix.post(reply, "jayla@example.com", address, plus)


@pytest.fixture
def organisation(installation: Installation, mails: Mails, sink: Sink) -> Iterator[Organisation]:
    with Postfix() as postfix, Mailman(postfix.port) as mailman:
        lmtp = postfix.folder / "lmtp.sock"
        to_sink = dict.fromkeys(("jayla@example.com", MARA, *OTHERS), f"smtp:[127.0.0.1]:{sink.port}")
        through_mailman = f"lmtp:inet:127.0.0.1:{mailman.lmtp_port}"
        postfix.start({LIST: through_mailman, DRILLS: through_mailman, BOT: f"lmtp:unix:{lmtp}", **to_sink})
        mailman.make_list(LIST, (BOT, "jayla@example.com", MARA), reply_goes_to_list="point_to_list")
        mailman.make_list(DRILLS, (BOT, "jayla@example.com"), reply_goes_to_list="point_to_list")
        hook = installation.path / "hook.json"
        configure(installation, CONFIGURATION.format(lmtp=lmtp, hook=hook), relay=postfix.url)
        (installation.path / "cellar.toml").write_text(SCENARIO)
        found = Organisation(installation, mails, sink, postfix, mailman)
        command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve"]
        service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            found.until(lambda: doctor(installation)["listener"]["level"] == "ok", "doctor finds nobody who listens")
            yield found
        finally:
            service.send_signal(signal.SIGTERM)
            _, log = service.communicate(timeout=PATIENCE_S)
        assert service.returncode == 0, log.decode()


def test_a_drill_beside_a_real_incident_reaches_only_those_who_take_part_and_stops_at_once(
    organisation: Organisation,
) -> None:
    at, installation = organisation, organisation.installation
    installation.process("incidentmail declare 'Checkout is rejecting card payments' --severity 3")
    real = at.until_read("Checkout is rejecting card payments")
    begun = installation.process(f"incidentmail drill run {installation.path}/cellar.toml --faster 60")
    assert begun.returncode == 0 and b"A REAL INCIDENT IS OPEN: severity 3" in begun.stderr, begun
    at.jayla_writes("Severity: 1\nI am incident commander.", at.until_read("Water, 0"), DRILLS)
    at.jayla_writes("sev 2", at.until_read("Jayla Mbeki is incident commander"), DRILLS)
    at.until(lambda: drill_of(installation)["severity"] == 2, "the drill did not get milder")
    at.until_read("The water is 8 cm high")
    at.jayla_writes("Stop the drill, cards fail in every shop now.", real, LIST)
    at.until_read("The drill is over")
    at.until_read("Incident closed")
    written = injects_in(installation)
    time.sleep(6)  # three more would have come
    assert injects_in(installation) == written < 59
    assert {one for to, mail in mails_in(at.sink) if is_of_drill(mail) for one in to} == {"jayla@example.com"}
    assert {one for to, _ in mails_in(at.sink) for one in to} == {"jayla@example.com", MARA, "copies@example.com"}
    assert '"drill": true' not in (installation.path / "hook.json").read_text()
    stats = installation.ok("stats", "--json").json
    assert (stats["incidents"], stats["open"], stats["left_out"]["drills"]) == (1, 1, 1)
    assert "cards fail in every shop" in installation.ok("timeline", "checkout").out
    now = installation.show("checkout")
    assert (now["severity"], now["status"], now["commander"]["address"]) == (3, "open", MARA)
    score = installation.ok("drill", "score", "--json").json
    assert (score["state"], score["incidents"]) == ("stopped", [drill_of(installation)["id"]])
    assert at.mailman.held(LIST) == at.mailman.held(DRILLS) == []


def configure(installation: Installation, more: str, *, relay: str) -> None:
    installation.configure(more, relay=relay)
    text = installation.config.read_text().replace("[mail]\n", '[mail]\nfollow_up_after = "0s"\n')
    lists = f'[list]\ndrill = "{DRILLS}"\nalways_to = ["copies@example.com"]\n'
    installation.config.write_text(text.replace("[list]\n", lists))


def mails_in(sink: Sink) -> list[tuple[tuple[str, ...], EmailMessage]]:
    """Return every mail that arrived, with its recipients."""
    return [(to, message_from_bytes(raw, _class=Received, policy=policy.default)) for to, raw in sink.taken]


def text_of(mail: EmailMessage) -> str:
    return f"{mail['Subject']}\n{mail.get_content()}"


def is_of_drill(mail: EmailMessage) -> bool:
    """Return whether a mail is ours and about a drill. Jayla's own words to the main list are not."""
    return BOT in str(mail["From"]) and ("drill" in text_of(mail).lower() or mail["Incident-Drill"] == "yes")


def drill_of(installation: Installation) -> dict[str, Any]:
    (found,) = (one for one in installation.ok("list", "--all", "--json").json if one["drill"])
    return dict(found)


def injects_in(installation: Installation) -> int:
    """Return how many mails of invented people were put into the outbox."""
    sent = (line for line in installation.log("--all") if line["kind"] == "drill_mail_sent.v1")
    return sum(line["data"]["number"] > 0 for line in sent)


def doctor(installation: Installation) -> dict[str, dict[str, Any]]:
    """Return the findings of `doctor` by the kind of check."""
    return {one["check"]: one for one in installation.run("doctor", "--json").json["findings"]}
