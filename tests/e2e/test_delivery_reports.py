"""Every kind of delivery report of a real Postfix, for every kind of our mail: who is told, and what.

Postfix takes our mail, and then the server behind it refuses one recipient, keeps it waiting or accepts it; or a
Mailman rejects the post. The report goes through Postfix to `serve`.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, Literal

import pytest
from patience import PATIENCE_S
from real_mailman import Mailman
from real_postfix import Postfix

from incidentmail.app.context import now_utc
from incidentmail.app.sending.flush import flush
from incidentmail.cli.reporting import REFUSED_FOR_GOOD

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

LIST, BOT, OPERATOR = "incidents@example.com", "incident-bot@example.com", "postmaster@example.com"
MARA, JAYLA, ANN, BO = (f"{name}@example.com" for name in ("mara", "jayla", "ann", "bo"))
SUPPORT = "support@example.com"
ELSEWHERE = "elsewhere.example"
Said = Literal["failed", "delayed", "arrived"]


@dataclass(frozen=True)
class Kind:
    """The reply of the server behind Postfix for the recipient, Postfix's settings, and what its report says."""

    reply: str
    said: Said = "failed"
    postfix: dict[str, str] = field(default_factory=dict)
    domain: str = "example.com"
    by_mailman: bool = False
    """Whether each recipient is a list that rejects posts of non-members with its own notice."""


LATER = "451 4.3.0 temporary lookup failure"
ASK_FOR_SUCCESS = r"""
/^(RCPT TO:<(incidents|support|ann|bo)@example\.com>.*)$/ $1 NOTIFY=SUCCESS
"""
KINDS = {
    "unknown": Kind("550 5.1.1 user unknown in virtual mailbox table"),
    "full": Kind("552 5.2.2 mailbox full, quota exceeded"),
    "big": Kind("552 5.3.4 message size exceeds fixed limit"),
    "spam": Kind("550 5.7.1 message rejected as spam by content filter"),
    "outside": Kind("550 5.1.2 host or domain name not found", domain=ELSEWHERE),
    "expired": Kind(LATER, postfix={"maximal_queue_lifetime": "0"}),
    "slow": Kind(LATER, said="delayed", postfix={"delay_warning_time": "1s"}),
    "success": Kind(
        "250 2.0.0 saved", said="arrived", postfix={"smtpd_command_filter": "regexp:{folder}/etc/commands"}
    ),
    "rejected": Kind("You are not allowed to post to this mailing list", by_mailman=True),
}


@dataclass
class Site:
    """An organisation whose mail is sent by Postfix and received by `serve`, and the recipients of its mail."""

    installation: Installation
    mails: Mails
    postfix: Postfix
    sink: Sink
    kind: Kind
    mailman: Mailman | None = None

    @property
    def failing(self) -> dict[str, str]:
        """The addresses of the four recipients, by the kind of mail that does not reach them."""
        people = {"copy": SUPPORT, "offer": BO, "question": ANN}
        return {"list": LIST, **{what: to.replace("example.com", self.kind.domain) for what, to in people.items()}}

    def until(self, holds: Callable[[], Any], what: str) -> None:
        give_up_at = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < give_up_at, f"{what}\n{self.inbox()}\n{self.postfix.log}"
            time.sleep(0.1)

    def inbox(self) -> list[dict[str, Any]]:
        return self.installation.ok("inbox", "--all", "--json").lines

    def outbox(self) -> list[dict[str, Any]]:
        return self.installation.ok("outbox", "list", "--all", "--json").lines

    def refuse(self, what: str) -> None:
        """Let the server behind Postfix refuse this recipient from now on, after earlier mail has arrived."""
        sent = {line["message_id"] for line in self.outbox() if self.failing[what] in line["to"]}
        self.until(lambda: sent <= {str(mail["Message-ID"]) for mail in self.sink.mails}, "an earlier mail is missing")
        if self.mailman is not None:
            self.mailman.change(self.failing[what], default_nonmember_action="reject")
        else:
            self.sink.replies[self.failing[what]] = self.kind.reply

    def reported(self, what: str) -> None:
        """Wait for the report about this recipient. Then let the server accept mail for them again."""
        address = self.failing[what]

        def is_read() -> bool:
            return any(address in str(one["reason"]) for one in self.inbox() if one["outcome"])

        self.until(is_read, f"no report about {address} was read")
        if self.mailman is not None:
            self.mailman.change(address, default_nonmember_action="accept")
        self.sink.replies.pop(address, None)


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, installation: Installation, mails: Mails, sink: Sink) -> Iterator[Site]:
    kind = KINDS[request.param]
    with ExitStack() as stack:
        postfix = stack.enter_context(Postfix())
        mailman = stack.enter_context(Mailman(postfix.port)) if kind.by_mailman else None
        made = Site(installation, mails, postfix, sink, kind, mailman)
        at, onward = postfix.folder / "lmtp.sock", f"smtp:[127.0.0.1]:{sink.port}"
        transport = {BOT: f"lmtp:unix:{at}", "example.com": onward, ELSEWHERE: onward}
        if mailman is not None:
            for address in made.failing.values():
                mailman.make_list(address, (JAYLA,), default_nonmember_action="accept")
                transport[address] = f"lmtp:inet:127.0.0.1:{mailman.lmtp_port}"
        (postfix.folder / "etc" / "commands").write_text(ASK_FOR_SUCCESS)
        postfix.start(transport, settings=kind.postfix)
        installation.clock.now = now_utc()
        installation.configure(
            f'[operator]\naddress = "{OPERATOR}"\n[listen]\nlmtp = "unix:{at}"\nsocket_mode = "0666"\n'
            f'[trust]\nmembers = ["*@example.com", "*@{ELSEWHERE}"]\n',
            relay=postfix.url,
        )
        text = installation.config.read_text()
        text = text.replace("[list]\n", f'[list]\nreturns_within = "0s"\nalways_to = ["{made.failing["copy"]}"]\n')
        text = text.replace("[mail]\n", '[mail]\nfollow_up_after = "0s"\nfrom_person = false\n')
        installation.config.write_text(text)
        yield made


def announced(site: Site, description: str) -> list[EmailMessage]:
    """Return the declaration, once for each recipient whom it reached."""
    return [mail for mail in site.sink.mails if str(mail["Subject"]).endswith(description) and mail["Incident-Id"]]


def run(installation: Installation, *line: str) -> None:
    """Run a command. On a slow machine, `serve` may have read the report before the command says what it sent."""
    done = installation.run(*line)
    assert done.code in (0, REFUSED_FOR_GOOD), done


def play(site: Site) -> None:
    """Send a list mail, a copy for support, an offer and a question, each to somebody whom it does not reach."""
    installation, failing = site.installation, site.failing
    site.refuse("list")
    run(installation, "declare", "Cards fail", "--severity", "2")
    site.reported("list")
    site.refuse("copy")
    run(installation, "declare", "Mail is late", "--severity", "3")
    site.reported("copy")
    site.refuse("offer")
    run(installation, "handoff", "mail-is-late", f"Bo K. <{failing['offer']}>")
    site.reported("offer")
    installation.ok("declare", "Search is slow", "--severity", "3", "--commander", f"Ann Bryce <{failing['question']}>")
    site.until(lambda: announced(site, "Search is slow"), "it was not declared")
    site.refuse("question")
    declared = announced(site, "Search is slow")[0]
    reply = site.mails.reply_to(declared, "Cleo is incident commander.", f"Jayla M. <{JAYLA}>", to=BOT)
    site.postfix.post(reply, JAYLA, re.findall(r"incident-bot\+[\w.]+@example\.com", str(declared["Reply-To"]))[0])
    site.reported("question")


def serve_while(site: Site, happens: Callable[[Site], None]) -> None:
    command = [sys.executable, "-m", "incidentmail", "--config", str(site.installation.config), "serve"]
    service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        site.until((site.postfix.folder / "lmtp.sock").exists, "nobody listens")
        happens(site)
    finally:
        service.send_signal(signal.SIGTERM)
        _, log = service.communicate(timeout=PATIENCE_S)
    assert service.returncode == 0, log.decode()
    later(site, hours=0)


def later(site: Site, **delta: float) -> None:
    """Let time pass, and write and send the mail that is due."""
    site.installation.clock.now = now_utc() + timedelta(**delta)
    with site.installation.context() as context:
        flush(context)


def told(site: Site) -> Counter[tuple[str, str]]:
    """Count the mails about mail that did not reach somebody, by recipient and kind."""
    found: Counter[tuple[str, str]] = Counter()
    for line in site.outbox():
        text = text_of(site, line["number"])
        (to, *others) = line["to"]
        if line["subject"].startswith("Mail ") and to == OPERATOR:
            found[to, line["subject"]] += 1
        for what, words in TOLD.items():
            if words in text and not others:
                found[to, what] += 1
    return found


def text_of(site: Site, number: int) -> str:
    return site.installation.ok("outbox", "show", str(number)).out


# The words by which each is known.
TOLD = {
    "list": "Perhaps nobody knows about this: a mail to the list ",
    "copy": " does not get the mails of this incident: one ",
    "offer": " does not know that command is offered to them: the mail ",
    "question": " does not know that your change needs their answer: the mail ",
}


def state_of(site: Site, what: str) -> set[str]:
    """Return the states of the mails that have not reached this recipient."""
    lines = [line.strip() for one in site.outbox() for line in text_of(site, one["number"]).splitlines()]
    shown = [re.match(rf"(\w+) to {re.escape(site.failing[what])}(, [^:]*)?:", line) for line in lines]
    return {f"{one[1]}{one[2] or ''}" for one in shown if one}


def test_each_kind_of_report_is_told_to_the_right_people_once(site: Site) -> None:
    serve_while(site, play)
    said, incidents = site.kind.said, ("cards-fail", "mail-is-late", "search-is-slow")
    commanders = [site.installation.show(name)["commander"]["address"] for name in incidents]
    assert commanders == [MARA, MARA, site.failing["question"]]
    assert [site.installation.show(name)["severity"] for name in incidents] == [2, 3, 3]
    assert {one["rule"] for one in site.inbox() if one["message_id"][1] != "m"} == {"delivery-report"}
    news = told(site)
    if said == "delayed":
        assert news == Counter()
        shown = site.installation.run("status").out
        assert [to for to in site.failing.values() if f"has been on its way to {to} for " in shown] == [
            *site.failing.values()
        ]
        later(site, hours=5)
        news = told(site)
    subject = {"failed": "Mail failed for good", "delayed": "Mail has been waiting for hours"}.get(said)
    people = {"list": MARA, "copy": MARA, "offer": MARA, "question": JAYLA}
    expected = {(to, what): 1 for what, to in people.items()}
    expected |= {(OPERATOR, f"{subject}: {to}"): 1 for to in site.failing.values()}
    assert news == (expected if subject else {})
    for what in people:
        states = {"failed": {"failed, it came back"}, "delayed": {"sent, delayed on its way"}, "arrived": set()}[said]
        assert {state for state in state_of(site, what) if state != "sent"} == states, what
    later(site, hours=12)
    assert told(site) == news
