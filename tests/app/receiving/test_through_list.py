"""Mail that claims to come through a list: fields that members and strangers can write themselves prove nothing."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, SECRET, MALLORY = "incidents@example.com", "security@example.com", "Mallory <mallory@example.com>"
SAYS = "Authentication-Results: mx.example.com; "
HERS = f"{SAYS}dmarc=pass header.from=example.com; spf=pass smtp.mailfrom=%s; dkim=pass header.d=example.com\n"
BY_LIST = "dmarc=pass header.from=example.com; spf=pass smtp.mailfrom=%s-bounces@example.com"
VERIFY = {
    "none": "",
    "results": '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n',
    "dkim": '[trust]\nverify = "dkim"\n',
}
# What the mail says, and the envelope sender with which it comes: nothing of it shows that the list sent it.
FORGED = {
    "none": ("", "mallory@example.com"),
    "none, null sender": ("", ""),
    "results": (HERS % "mallory@example.com", "mallory@example.com"),
    "results, domain only": (HERS % "example.com", "mallory@example.com"),
    "results, signed in": (
        f"{SAYS}auth=pass smtp.auth=mallory@example.com; spf=pass smtp.mailfrom=example.com\n",
        "incidents-bounces@example.com",
    ),
    "results, nothing passed": (
        f"{SAYS}dmarc=fail header.from=example.com; spf=none smtp.mailfrom=www.example.com\n", "x@www.example.com",
    ),
    "dkim": ("", "mallory@example.com"),
}  # fmt: skip


def settle(installation: Installation, name: str) -> Installation:
    installation.configure(VERIFY[name.partition(",")[0]] + '[operator]\naddress = "postmaster@example.com"\n')
    lists = f'[list]\naddress = "{LIST}"\nrestricted = "{SECRET}"\n'
    text = installation.config.read_text().replace(f'[list]\naddress = "{LIST}"\n', lists)
    installation.config.write_text(text)
    return installation


def post(address: str) -> str:
    return f"List-Post: <mailto:{address}>\n"


def plus(mail: EmailMessage) -> str:
    return str(mail["Reply-To"]).rpartition(", ")[2]


def restricted(installation: Installation) -> EmailMessage:
    installation.ok(
        "declare", "Somebody reads our mail", "--restricted", "--severity", "2", "-m", "The key was stolen."
    )
    return next(mail for mail in installation.mails if SECRET in str(mail["To"]))


@pytest.mark.parametrize("name", FORGED)
def test_a_restricted_incident_is_not_opened_by_what_anybody_can_write(
    installation: Installation, mails: Mails, name: str
) -> None:
    said, sender = FORGED[name]
    mail = restricted(settle(installation, name))
    raw = mails.new("catch up", sender=MALLORY, subject="Re: x", to=plus(mail), more=post(SECRET))
    installation.ingest(said.encode() + raw, "--sender", sender.replace("incidents-", "security-"))
    assert not any("key was stolen" in str(sent) for sent in installation.private)


@pytest.mark.parametrize(
    ("verify", "said", "told"),
    [
        ("results", f"{SAYS}{BY_LIST % 'security'}\n", True),
        ("results", "", False),
        ("none", "", False),
    ],
    ids=["our server says so", "our server says nothing", "nothing is verified"],
)
def test_its_list_is_briefed_if_our_server_says_that_the_list_sent_the_mail(
    installation: Installation, mails: Mails, verify: str, said: str, told: bool
) -> None:
    mail = restricted(settle(installation, verify))
    raw = mails.reply_to(mail, "catch up", "Zoe <zoe@example.com>", more=post(SECRET))
    installation.ingest(said.encode() + raw)
    to_zoe = [sent for sent in installation.private if "zoe@" in str(sent["To"])]
    assert any("key was stolen" in sent.get_content() for sent in to_zoe) == told


@pytest.mark.parametrize("name", FORGED)
def test_nobody_acts_in_anothers_name_by_writing_as_the_list_for_them(
    installation: Installation, mails: Mails, name: str
) -> None:
    said, sender = FORGED[name]
    mail = settle(installation, name).declare("Cards fail", "--commander", "mara@example.com")
    beside = f"{post(LIST)}Reply-To: Mara Lindqvist <mara@example.com>\n"
    raw = mails.reply_to(mail, "Venue: https://evil.example/x", f"Mara Lindqvist via Incidents <{LIST}>", more=beside)
    outcome = installation.ingest(said.encode() + raw, "--sender", sender)
    assert (outcome["outcome"] in ("refused", "automatic"), outcome["from"]) == (True, LIST)
    assert installation.show()["venue"] is None


@pytest.mark.parametrize("name", FORGED)
def test_our_own_mail_sent_again_takes_no_thread_and_hides_no_author(
    installation: Installation, mails: Mails, name: str
) -> None:
    """It would bind somebody's thread to an incident, and end the watch for what the list does not return."""
    said, sender = FORGED[name]
    settle(installation, name).declare("Cards fail", "--severity", "3")
    again = re.sub(rb"(?m)^Message-ID:.*", b"Message-ID: <lunch@example.com>", installation.wire[0])
    outcome = installation.ingest((said + post(LIST)).encode() + again, "--sender", sender)
    assert outcome["outcome"] == "duplicate"
    (line,) = installation.ok("outbox", "list", "--all", "--json").lines
    assert line["returned_at"] is None
    lunch = mails.new("sev 4", sender=MALLORY, subject="Re: lunch", more="In-Reply-To: <lunch@example.com>\n")
    assert installation.ingest(lunch)["outcome"] == "filed"
    anonymous = mails.new("hello", sender=f"Incidents <{LIST}>", subject="x", more=post(LIST))
    installation.ingest(said.encode() + anonymous, "--sender", sender)
    assert not any("hides who writes" in str(sent["Subject"]) for sent in installation.private)


def test_the_id_of_anothers_mail_belongs_to_no_incident_whatever_the_list_returns(
    installation: Installation, mails: Mails
) -> None:
    installation.declare("The coffee machine is noisy", "--severity", "4")
    taken = mails.new(
        "Cards fail since 14:00.", sender="Bo <bo@example.com>", subject="Cards", message_id="<bo@x.test>"
    )
    installation.ingest(taken)
    again = re.sub(rb"(?m)^Message-ID:.*", b"Message-ID: <bo@x.test>", installation.wire[0])
    assert installation.ingest(post(LIST).encode() + again)["rule"] == "own-mail-returned"
    answer = mails.new("sev 1", sender="Ann <ann@example.com>", subject="Re: Cards", more="In-Reply-To: <bo@x.test>\n")
    installation.ingest(answer)
    assert installation.show("coffee")["severity"] == 4
