"""A laptop without a ledger works through a real Postfix and Mailman, even while the authority is away."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from patience import PATIENCE_S
from real_dovecot import PASSWORD, Dovecot
from real_mailman import Mailman
from real_postfix import Postfix

if TYPE_CHECKING:
    from conftest import Installation, Sink

LIST, BOT = "incidents@example.com", "incident-bot@example.com"
MARA, JAYLA, ANN = "Mara Lindqvist <mara@example.com>", "jayla@example.com", "ann@example.com"
DECLARED = "declare 'Checkout is rejecting card payments' --severity 3 -m 'Since 14:07 UTC one in five cards fails.'"
CHANGES = (
    "update checkout --severity 1 -m 'Refunds fail too'",
    "update checkout --phase 2 --venue '#checkout on Slack' --sme 'Bo K. <bo@example.com>'",
    "note checkout 'sev 1 was right, says the bank'",
    f"handoff checkout 'Ann B. <{ANN}>' --spoken",
    "close checkout 'All payments work again, but two are late'",
)
COMPARED = ("id", "description", "details", "status", "severity", "phase", "venue", "commander", "roles", "assumed")


class Circle:
    """Everything between a laptop and the subscribers. The test starts and stops the authority's service."""

    def __init__(self, postfix: Postfix, mailman: Mailman, sink: Sink, authority: Installation, laptop: Path) -> None:
        self.postfix, self.mailman, self.sink, self.authority, self.folder = postfix, mailman, sink, authority, laptop
        self._service: subprocess.Popen[bytes] | None = None
        (laptop / "config.toml").write_text(
            f'me.address = "{MARA}"\nlist.address = "{LIST}"\nhome.address = "{BOT}"\nmail.relay = ["{postfix.url}"]\n'
        )

    def laptop(self, words: str, *, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command on the laptop, which has its own home directory."""
        command = f"{sys.executable} -m incidentmail --config {self.folder}/config.toml {words}"
        home = {"HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / "data"), **(env or {})}
        return subprocess.run(
            ["bash", "-c", command], env={**os.environ, **home}, capture_output=True, text=True, timeout=PATIENCE_S,
            check=False,
        )  # fmt: skip

    def start(self) -> None:
        command = [sys.executable, "-m", "incidentmail", "--config", str(self.authority.config), "serve"]
        self._service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def stop(self) -> None:
        service, self._service = self._service, None
        if service is not None:
            service.send_signal(signal.SIGTERM)
            _, log = service.communicate(timeout=PATIENCE_S)
            assert service.returncode == 0, log.decode()

    def heard(self, text: str) -> list[Any]:
        """Return the mails with these words that reached Jayla, who subscribes to the list."""
        to_jayla = [mail for mail, (to, _) in zip(self.sink.mails, self.sink.taken, strict=False) if JAYLA in to]
        return [mail for mail in to_jayla if text in mail.get_content()]

    def until(self, holds: Callable[[], Any], what: str) -> None:
        give_up_at = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < give_up_at, f"{what}\n{self.postfix.log}\n{self.mailman.log}"
            time.sleep(0.1)

    def outcomes(self) -> list[str]:
        """Return the outcomes of the mails that people sent, in the order in which they were accepted."""
        lines = self.authority.ok("inbox", "--all", "--json").lines
        return [line["outcome"] for line in lines if line["outcome"] not in ("duplicate", "automatic")]

    def state(self) -> dict[str, Any]:
        shown = self.authority.show("checkout")
        return {name: shown[name] for name in COMPARED}


@contextmanager
def _circle(authority: Installation, laptop: Path, sink: Sink) -> Iterator[Circle]:
    with Postfix() as postfix, Mailman(postfix.port) as mailman:
        at = postfix.folder / "lmtp.sock"
        people = dict.fromkeys((JAYLA, ANN, "mara@example.com", "bo@example.com"), f"smtp:[127.0.0.1]:{sink.port}")
        lists = {LIST: f"lmtp:inet:127.0.0.1:{mailman.lmtp_port}", BOT: f"lmtp:unix:{at}"}
        postfix.start({**lists, **people})
        mailman.make_list(LIST, (BOT, JAYLA, "mara@example.com"), reply_goes_to_list="point_to_list")
        authority.configure(f'[listen]\nlmtp = "unix:{at}"\nsocket_mode = "0666"\n', relay=postfix.url)
        text = authority.config.read_text().replace("[mail]\n", '[mail]\nfollow_up_after = "0s"\n')
        authority.config.write_text(text)
        circle = Circle(postfix, mailman, sink, authority, laptop)
        try:
            yield circle
        finally:
            circle.stop()


def _play(circle: Circle, *, is_away: bool) -> dict[str, Any]:
    """Play an incident from declaration to end by commands on the laptop, and return the authority's final state."""
    if not is_away:
        circle.start()
    for count, words in enumerate((DECLARED, *CHANGES), 1):
        done = circle.laptop(words)
        assert done.returncode == 0, done
        if not is_away:
            circle.until(lambda count=count: len(circle.outcomes()) == count, words)  # type: ignore[misc]
    if is_away:
        circle.until(lambda: circle.heard("one in five cards fails"), "the list has not heard of it")
        circle.until(lambda: circle.heard("News: Refunds fail too"), "the list has not heard the update")
        circle.until(lambda: circle.heard("Status: closed"), "the list has not heard the end")
        assert not circle.authority.ledger.exists()
        circle.start()
    circle.until(lambda: len(circle.outcomes()) == 1 + len(CHANGES), "the authority has not caught up")
    circle.until(lambda: circle.heard("Incident closed."), "no follow-up says that it is closed")
    assert circle.outcomes().count("note") == 1 and circle.outcomes().count("applied") == len(CHANGES)
    return circle.state()


@pytest.mark.parametrize("is_away", [False, True], ids=["the authority is there", "the authority is away meanwhile"])
def test_an_incident_is_led_from_a_laptop_and_ends_in_the_same_state(
    installation: Installation, tmp_path: Path, sink: Sink, is_away: bool
) -> None:
    with _circle(installation, tmp_path, sink) as circle:
        state = _play(circle, is_away=is_away)
    assert state == {
        "id": state["id"], "description": "Checkout is rejecting card payments", "status": "closed", "severity": 1,
        "phase": 2, "venue": "#checkout on Slack", "commander": {"name": "Ann B.", "address": ANN},
        "details": "Since 14:07 UTC one in five cards fails.", "assumed": [],
        "roles": {"subject_matter_experts": [{"name": "Bo K.", "address": "bo@example.com"}]},
    }  # fmt: skip
    assert state["id"].endswith("-checkout-is-rejecting-card-payments")


def test_list_and_show_read_the_mails_of_the_list_in_a_mailbox_and_mark_none(
    installation: Installation, tmp_path: Path
) -> None:
    installation.declare("Checkout is rejecting card payments", "--severity", "3")
    installation.ok("update", "--severity", "1")
    installation.declare("Search is slow")
    installation.ok("close", "search")
    with Dovecot() as dovecot:
        for count, raw in enumerate(installation.wire):
            dovecot.deliver(raw, f"mail-{count}")
        forged = installation.wire[0].replace(b"Severity: 3", b"Severity: 4").replace(b"-checkout", b"-forged")
        dovecot.deliver(forged, "forged")
        laptop = tmp_path / "laptop"
        laptop.mkdir()
        (laptop / "config.toml").write_text(
            f'me.address = "{MARA}"\nlist.address = "{LIST}"\nhome.address = "{BOT}"\n'
            f'imap.url = "{dovecot.url}"\nimap.password_command = "echo {PASSWORD}"\nmail.key_file = "{laptop}/key"\n'
        )
        installation.config = laptop / "config.toml"
        listed = installation.ok("list", "--json").json
        assert {one["description"] for one in listed} == {"Checkout is rejecting card payments"}
        assert [one["proven"] for one in listed] == [None] * 2 and "no key" in installation.ok("list").err
        shutil.copy(installation.path / "key", laptop / "key")
        (found,) = installation.ok("list", "--json").json
        assert (found["severity"], found["update"], found["proven"]) == (1, 1, True)
        assert len(installation.ok("list", "--all", "--json").json) == 2
        shown = installation.ok("show", "checkout")
        assert "Severity 1 (critical" in shown.out and "old; what came later is not known" in shown.err
        assert installation.run("show", "payroll").code == 2
        assert not any("Seen" in flags for flags in dovecot.flags().values())
    installation.config = installation.path / "config.toml"
