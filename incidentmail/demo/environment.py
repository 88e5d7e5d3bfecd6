"""Set up the demo's environment: a temporary folder, a stand-in mailing list and the real service, all on loopback."""

from __future__ import annotations

import json
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from types import TracebackType

from incidentmail.app.context import now_utc
from incidentmail.errors import IncidentMailError
from incidentmail.inbound.message import Envelope, Message, parse_message

from .standin_list import StandInList

DOMAIN = "example.test"
LIST = f"incidents@{DOMAIN}"
BOT = f"incident-bot@{DOMAIN}"
LEAVE = f"incidents-leave@{DOMAIN}"
PEOPLE = {
    "mara": f"Mara Lindqvist <mara@{DOMAIN}>",
    "alicia": f"Alícia Soler <alicia@{DOMAIN}>",
    "jayla": f"Jayla Mbeki <jayla@{DOMAIN}>",
}
WAIT_S = 240.0
"""How long the demo waits for one event. An event usually takes a second, and eight on a slow machine."""
CONFIG = """\
timezones = ["Europe/Berlin"]

[me]
address = "{me}"

[list]
address = "{list}"

[mail]
from = "Incidents <{bot}>"
relay = ["smtp://{relay}"]
key_file = "{folder}/key"
follow_up_after = "0s"

[ledger]
url = "sqlite:///{folder}/ledger.db"

[listen]
lmtp = "127.0.0.1:0"
"""


@dataclass
class DemoEnvironment:
    """A context manager that sets up everything the demo needs, and removes it at the end of the block."""

    keep: bool
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="incidentmail-demo-")))
    seen: int = 0

    def __enter__(self) -> DemoEnvironment:
        maildirs = {f"{name}@{DOMAIN}": self.folder / "maildirs" / name for name in PEOPLE}
        footer = f"{'_' * 47}\nincidents mailing list -- {LIST}\nTo unsubscribe send an email to {LEAVE}"
        self.list = StandInList(LIST, subscribers=maildirs, prefix="[incidents]", footer=footer, bot=BOT)
        host, port = self.list.start()
        self.config = self.folder / "config.toml"
        values = {"me": PEOPLE["mara"], "list": LIST, "bot": BOT, "relay": f"{host}:{port}", "folder": self.folder}
        self.config.write_text(CONFIG.format(**values), encoding="utf-8")
        self.log = (self.folder / "serve.log").open("wb")
        self.service = subprocess.Popen(self.command("serve", "--json"), stdout=subprocess.PIPE, stderr=self.log)
        assert self.service.stdout is not None
        line = self.service.stdout.readline()
        if not line:
            raise self._failed("the service did not start")
        where = json.loads(line)["listening"][0]["address"]
        listen_host, _, listen_port = where.rpartition(":")
        self.list.also.append(("lmtp", listen_host, int(listen_port)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.service.terminate()
        self.service.communicate(timeout=WAIT_S)
        self.list.stop()
        self.log.close()
        if not self.keep:
            shutil.rmtree(self.folder)

    def command(self, *words: str) -> list[str]:
        """Return the command line of an incidentmail command with the demo's configuration."""
        return [sys.executable, "-m", "incidentmail", "--config", str(self.config), *words]

    def run(self, *words: str) -> str:
        """Run a command and return its standard output. Raise IncidentMailError if it fails."""
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(self.command(*words), capture_output=True, timeout=WAIT_S, check=False, env=environment)
        if done.returncode:
            raise self._failed(f"'incidentmail {words[0]}' ended with {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode()

    def post(self, who: str, subject: str, text: str, *, to: str = LIST, answers: Message | None = None) -> None:
        """Send a message as the mail program of `who` would, as a reply to `answers` if given."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = PEOPLE[who], to, subject
        mail["Date"] = format_datetime(now_utc())
        mail["Message-ID"] = make_msgid(domain=DOMAIN)
        if answers is not None and answers.message_id:
            mail["In-Reply-To"] = answers.message_id
            mail["References"] = " ".join([*answers.references, answers.message_id])
        mail.set_content(text)
        with smtplib.SMTP(*self.list.where, timeout=WAIT_S) as client:
            client.send_message(mail)

    def next_posts(self, count: int) -> list[Message]:
        """Return the next `count` posts to the list. Raise IncidentMailError if they take over `WAIT_S` seconds."""
        try:
            posts = self.list.wait_for(self.seen + count, WAIT_S)
        except TimeoutError as error:
            raise self._failed(str(error)) from error
        new = posts[self.seen : self.seen + count]
        self.seen += count
        return [parse_message(raw, Envelope(way="pipe")) for raw in new]

    def _failed(self, what: str) -> IncidentMailError:
        self.log.flush()
        log = (self.folder / "serve.log").read_text(encoding="utf-8", errors="replace")
        return IncidentMailError(f"the demo broke: {what}", hint=f"the service said: {log[-800:] or 'nothing'}")
