"""docs/setups/session-*.md work as printed: from a clone to a declared incident."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from documented_session import Shell, Step, shows_as_written, steps_of
from hosted_mailbox import HostedMailbox
from patience import PATIENCE_S
from real_dovecot import PASSWORD, Dovecot
from real_mailman import Mailman
from real_postfix import Postfix

ROOT = Path(__file__).resolve().parents[2]
SETUPS = ROOT / "docs" / "setups"
LIST, BOT, MARA = "incidents@example.com", "incident-bot@example.com", "mara@example.com"
COMMANDS_MAX = 10
"""The number of commands from a clone to a declared incident must be smaller."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home directory."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository to clone. It is made from the files if this is a source archive."""
    if (ROOT / ".git").exists():
        return ROOT
    made = tmp_path / "repository"
    shutil.copytree(ROOT, made, ignore=shutil.ignore_patterns(".venv", "build", "dist"))
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *words], cwd=made, check=True)
    return made


def delivering(mailbox: Dovecot) -> dict[str, str]:
    """Return settings for Postfix with which its transport `virtual:` delivers into the mailbox."""
    return {
        "virtual_mailbox_base": str(mailbox.folder), "virtual_mailbox_maps": "static:Maildir/",
        "virtual_minimum_uid": "1", "virtual_uid_maps": f"static:{mailbox.owner.pw_uid}",
        "virtual_gid_maps": f"static:{mailbox.owner.pw_gid}",
    }  # fmt: skip


def mails_in(mailbox: Dovecot) -> list[EmailMessage]:
    client = mailbox.client()
    try:
        client.select("INBOX", readonly=True)
        _, rows = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
    finally:
        client.logout()
    return [message_from_bytes(row[1], policy=policy.default) for row in rows if isinstance(row, tuple)]


def until(holds: Callable[[], object], what: Callable[[], str]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at, what()
        time.sleep(0.1)


def typed(shell: Shell, document: Path, after: Callable[[Step], None] = lambda step: None) -> None:
    """Type the commands of the document. Each must succeed and show what the document shows."""
    steps = steps_of(document)
    assert 0 < len(steps) < COMMANDS_MAX
    for step in steps:
        code, shown = shell.types(step.command)
        assert code == 0 and shows_as_written(step, shown), f"$ {step.command}\n{shown}"
        after(step)


def mail_of(document: Path) -> Step:
    """Return the mail that the document shows."""
    (text,) = re.findall(r"^```text\n(.*?)^```$", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return Step("", tuple(text.splitlines()))


def as_read(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return f"Subject: {mail['Subject']}\n\n{body.get_content()}"


def is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_postfix_and_mailman(home: Path, repository: Path) -> None:
    port, document = free_port(), SETUPS / "session-postfix-mailman.md"
    with Dovecot() as dovecot, Postfix() as postfix, Mailman(postfix.port) as mailman:
        to_list = f"lmtp:inet:127.0.0.1:{mailman.lmtp_port}"
        postfix.start({LIST: to_list, MARA: "virtual:"}, settings=delivering(dovecot))
        mailman.make_list(LIST, (MARA,))
        before = f"""
sudo() {{ if [ "$1" = -u ]; then shift 2; fi; "$@"; }}
postmap() {{ test -s "$1"; }}
postfix() {{ command {postfix.program} -c {postfix.folder}/etc "$@" 2>/dev/null; }}
mailman() {{ {mailman.shell} "$@"; }}
REPOSITORY={repository}
"""
        instead = {
            "127.0.0.1:25": f"127.0.0.1:{postfix.port}", "127.0.0.1:8024": f"127.0.0.1:{port}",
            "/etc/postfix/transport": f"{postfix.folder}/etc/transport", "/home/mara": str(home),
        }  # fmt: skip
        env = {**os.environ, "HOME": str(home), "LANG": "C.UTF-8"}

        def listens(step: Step) -> None:
            if " serve " in step.command:
                until(lambda: is_open(port), (home / "src" / "serve.log").read_text)

        with Shell(before=before, instead=instead, env=env, cwd=home) as shell:
            typed(shell, document, listens)
            until(lambda: mails_in(dovecot), lambda: f"no mail has come\n{postfix.log}\n{mailman.log}")
            assert shows_as_written(mail_of(document), as_read(mails_in(dovecot)[0])), as_read(mails_in(dovecot)[0])
            until(
                lambda: shell.types("incidentmail status")[1].startswith("incidentmail works"),
                lambda: shell.types("incidentmail status; incidentmail inbox --all")[1],
            )


def test_a_hosted_mailbox(home: Path, repository: Path) -> None:
    """The provider has submission, the mailbox, and the list: a Postfix and a Mailman behind its submission server."""
    document = SETUPS / "session-hosted-mailbox.md"
    with Postfix() as postfix, Mailman(postfix.port) as mailman, HostedMailbox(postfix.port) as mailbox:
        to_list = f"lmtp:inet:127.0.0.1:{mailman.lmtp_port}"
        postfix.start({LIST: to_list, BOT: "virtual:", MARA: "discard:"}, settings=delivering(mailbox))
        mailman.make_list(LIST, (MARA, BOT))
        instead = {
            "smtp+starttls://incident-bot%40example.com@smtp.example.com:587": mailbox.submission_url,
            "imaps://incident-bot%40example.com@imap.example.com/INBOX": mailbox.url, "/home/mara": str(home),
        }  # fmt: skip
        env = {**os.environ, "HOME": str(home), "LANG": "C.UTF-8", "APP_PASSWORD": PASSWORD}

        def has_returned(step: Step) -> None:
            if " declare " in step.command:
                until(lambda: mails_in(mailbox), lambda: f"no mail has come back\n{postfix.log}\n{mailman.log}")

        with Shell(before=f"REPOSITORY={repository}", instead=instead, env=env, cwd=home) as shell:
            typed(shell, document, has_returned)
            (mail,) = mails_in(mailbox)
            assert BOT in str(mail["From"]) and shows_as_written(mail_of(document), as_read(mail)), as_read(mail)
            assert shell.types("incidentmail inbox --all | grep -c 'came back from the list'")[1].strip() == "1"
