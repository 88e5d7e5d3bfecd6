"""Count the threads in a mailbox, by judges with different rules."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from patience import PATIENCE_S
from real_dovecot import Dovecot


def by_dovecot(dovecot: Dovecot, mailbox: Sequence[bytes], algorithm: str) -> int:
    """Return how many threads Dovecot sees (RFC 5256; REFS leaves out the step that joins by subject)."""
    for number, raw in enumerate(mailbox):
        dovecot.deliver(raw, f"{number}.thread.host")
    client = dovecot.client()
    try:
        client.select("INBOX", readonly=True)
        answered, (found,) = client.thread(algorithm, "UTF-8", "ALL")
    finally:
        client.logout()
    assert answered == "OK"
    assert sorted(re.findall(rb"\d+", found), key=int) == [b"%d" % (n + 1) for n in range(len(mailbox))]
    depths, depth = [], 0
    for letter in found.decode():
        depths.append(depth)
        depth += {"(": 1, ")": -1}.get(letter, 0)
    return sum(letter == "(" and before == 0 for letter, before in zip(found.decode(), depths, strict=True))


def by_notmuch(folder: Path, mailbox: Sequence[bytes]) -> int:
    """Return how many threads notmuch sees, in its own database."""
    for name in ("cur", "new", "tmp"):
        (folder / "mail" / name).mkdir(parents=True)
    for number, raw in enumerate(mailbox):
        (folder / "mail" / "cur" / f"{number}.host:2,S").write_bytes(raw)
    (folder / "config").write_text(f"[database]\npath={folder}/mail\n[user]\nprimary_email=jayla@example.com\n")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "NOTMUCH_CONFIG": str(folder / "config")}
    commands = (["notmuch", "new", "--quiet", "--no-hooks"], ["notmuch", "count", "--output=threads", "*"])
    done = [
        subprocess.run(c, env=env, capture_output=True, text=True, check=True, timeout=PATIENCE_S) for c in commands
    ]
    return int(done[-1].stdout)


def by_gmails_rule(mailbox: Sequence[bytes]) -> int:
    """Return the number of threads if a mail joins a thread of the same subject that contains a mail it names."""
    threads: list[tuple[str, set[str]]] = []
    for raw in mailbox:
        mail: EmailMessage = message_from_bytes(raw, policy=policy.default)
        subject = _bare(mail)
        named = set(re.findall(r"<[^<>]+>", f"{mail['References']} {mail['In-Reply-To']}"))
        thread = next((ids for known, ids in threads if known == subject and ids & named), None)
        if thread is None:
            threads.append((subject, thread := set()))
        thread.add(str(mail["Message-ID"]))
    return len(threads)


def by_subject(mailbox: Sequence[bytes]) -> int:
    """Return the number of threads for a program that only compares subjects, as Outlook does without an index."""
    return len({_bare(message_from_bytes(raw, policy=policy.default)) for raw in mailbox})


def _bare(mail: EmailMessage) -> str:
    return re.sub(r"^((re|aw|sv|fwd?):|\[[^\]]*\]|\s)+", "", str(mail["Subject"]), flags=re.IGNORECASE)
