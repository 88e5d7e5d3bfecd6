"""Play traffic on a list: incidents from the command line, and replies to the listener of a running service."""

from __future__ import annotations

import json
import random
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any, Protocol

from patience import PATIENCE_S

from incidentmail.app.context import now_utc

PEOPLE = ("Jayla Mbeki <jayla@example.com>", "Bo Keller <bo@example.com>", "Alícia Serra <alicia@example.com>")
BROKEN = ("Checkout is rejecting cards", "Search returns nothing", "Mails are late", "Logins fail", "The VPN is down")
DECLARED: tuple[tuple[str, ...], ...] = (
    (), ("-m", "Since noon one in five fails.\n\nWe look into it."), ("--impact", "no payments"),
    ("--venue", "#war-room on Slack"), ("--sme", "Yusuf A."), ("--customer-liaison", "bo@example.com"),
    ("--not-affected", "invoices"), ("--drill",), ("--phase", "2"), ("--next-update", "+30m"),
)  # fmt: skip
REPLIES = (
    "sev 1", "Severity: 2\n\nIt is worse than we thought.", "sev 4", "phase 2", "phase 3", "taking command",
    "Impact: no payments in Spain", "Venue: https://meet.example.com/x", "SME: +Dave D.", "no change",
    "The bank was called.", "I see errors 503 in the log, since 14:02.", "Description: Cards and invoices fail",
    "next update in 45 minutes", "Thanks!", "customer liaison: me", "sev 1, phase 1",
)  # fmt: skip
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("update", "--severity", "1", "-m", "Everything is down now."), ("update", "--phase", "2"),
    ("update", "-m", "Still looking."), ("handoff", "bo@example.com", "--spoken"), ("note", "The bank was called."),
    ("update", "--impact", "nobody can pay"), ("role", "deputy", "alicia@example.com"), ("action", "restart db1"),
)  # fmt: skip
ENDS: tuple[tuple[str, ...], ...] = (("close", "-m", "It works again."), ("retract", "-m", "A false alarm."), ())


class List(Protocol):
    """A list to which mail can be posted, with the copies that every subscriber gets."""

    def post(self, mail: EmailMessage) -> None: ...
    def copies(self) -> list[bytes]: ...


class Traffic:
    """A player of incidents on one installation, which waits for all effects of each step."""

    def __init__(self, config: Path, posts: List, *, seed: int) -> None:
        self._config, self._list, self._chance = config, posts, random.Random(seed)

    def run(self, *words: str) -> str:
        """Run a command in a separate process. Refusals by the policy are part of the traffic."""
        command = [sys.executable, "-m", "incidentmail", "--config", str(self._config), *words]
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
        assert done.returncode in (0, 1), done.stderr.decode()
        return done.stdout.decode()

    def play(self, incidents: int) -> None:
        for number in range(1, incidents + 1):
            self._incident(number)
        self.until_quiet()

    def _incident(self, number: int) -> None:
        chance = self._chance
        words = [word for more in chance.sample(DECLARED, chance.randrange(4)) for word in more]
        severity = str(chance.choice([1, 2, 3, 4]))
        what = f"{chance.choice(BROKEN)} in region {number}"
        done = json.loads(self.run("declare", what, "--severity", severity, *words, "--json"))
        name, message_id = str(done["id"]), str(done["mails"][0]["message_id"])
        for _ in range(chance.randrange(5)):
            if chance.random() < 0.6:
                self._reply(message_id, chance.choice(REPLIES))
            else:
                verb, *rest = chance.choice(COMMANDS)
                self.run(verb, name, *rest)
            if chance.random() < 0.5:
                self.until_quiet()
        if end := chance.choice(ENDS):
            self.run(end[0], name, *end[1:])

    def _reply(self, message_id: str, text: str) -> None:
        """Reply to the newest mail of the thread, once it has arrived."""
        thread = [mail for mail in self._until(lambda: self._thread(message_id)) if mail["Incident-Update"]]
        answered = thread[-1]
        mail = EmailMessage()
        mail["From"], mail["To"] = self._chance.choice(PEOPLE), "incidents@example.com"
        mail["Subject"] = f"Re: {str(answered['Subject']).removeprefix('Re: ')}"
        mail["Date"], mail["Message-ID"] = format_datetime(now_utc()), make_msgid(domain="mua.example")
        mail["In-Reply-To"] = answered["Message-ID"]
        mail["References"] = f"{answered['References'] or ''} {answered['Message-ID']}".strip()
        quoted = "\n".join(f"> {line}" for line in _text(answered).splitlines())
        mail.set_content(f"{text}\n\nOn Fri, {answered['From']} wrote:\n{quoted}\n")
        self._list.post(mail)

    def _thread(self, message_id: str) -> list[EmailMessage]:
        found = [_parsed(raw) for raw in self._list.copies()]
        return [mail for mail in found if message_id in f"{mail['Message-ID']} {mail['References']}"]

    def until_quiet(self) -> None:
        """Wait until the service has processed and sent everything, and the list has returned all of it."""

        def is_quiet() -> bool:
            figures = json.loads(self.run("status", "--json"))
            sent = [json.loads(line) for line in self.run("outbox", "list", "--all", "--json").splitlines()]
            ids = {str(_parsed(raw)["Message-ID"]) for raw in self._list.copies()}
            waits = figures["inbox"]["waiting"]
            to_list = [one for one in sent if "incidents@example.com" in one["to"]]
            return not waits and all(one["state"] == "sent" and one["message_id"] in ids for one in to_list)

        self._until(is_quiet)

    def _until(self, look: Callable[[], Any]) -> Any:
        give_up_at = time.monotonic() + PATIENCE_S
        while not (found := look()):
            assert time.monotonic() < give_up_at, "it did not happen in time"
            time.sleep(0.05)
        return found


def hand_in(host: str, port: int, mail: EmailMessage, to: str) -> None:
    """Submit a mail to a server, as a mail program does."""
    with smtplib.SMTP(host, port, timeout=PATIENCE_S) as client:
        client.send_message(mail, to_addrs=[to])


def _parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _text(mail: EmailMessage) -> str:
    body: Any = mail.get_body(("plain",)) or mail
    return str(body.get_content())
