"""Everything together: the command line, Postfix, Mailman, the service, and a subscriber who replies to all."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from patience import PATIENCE_S
from real_mailman import Mailman
from real_postfix import Postfix

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

LIST, BOT, JAYLA = "incidents@example.com", "incident-bot@example.com", "Jayla Mbeki <jayla@example.com>"


def test_each_mail_goes_round_once_and_a_reply_to_all_counts_once(
    installation: Installation, mails: Mails, sink: Sink
) -> None:
    with Postfix() as postfix, Mailman(postfix.port) as mailman:
        at = postfix.folder / "lmtp.sock"
        postfix.start(
            {
                LIST: f"lmtp:inet:127.0.0.1:{mailman.lmtp_port}", BOT: f"lmtp:unix:{at}",
                "jayla@example.com": f"smtp:[127.0.0.1]:{sink.port}", "mara@example.com": "discard:",
            }
        )  # fmt: skip
        mailman.make_list(LIST, (BOT, "jayla@example.com", "mara@example.com"), reply_goes_to_list="point_to_list")
        installation.configure(
            f'[listen]\nlmtp = "unix:{at}"\nsocket_mode = "0666"\n'
            '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n',
            relay=postfix.url,
        )
        installation.config.write_text(
            installation.config.read_text().replace("[mail]\n", '[mail]\nfollow_up_after = "0s"\n')
        )

        def until(holds: Callable[[], Any], what: str) -> None:
            give_up_at = time.monotonic() + PATIENCE_S
            while not holds():
                assert time.monotonic() < give_up_at, f"{what}\n{postfix.log}\n{mailman.log}"
                time.sleep(0.1)

        def returned(count: int) -> bool:
            return Counter(line["rule"] for line in inbox(installation))["own-mail-returned"] == count

        command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve"]
        service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            until(lambda: doctor(installation)["listener"]["level"] == "ok", "doctor finds nobody who listens")
            posted = doctor(installation, "--round-trip")
            assert posted["relay"]["level"] == posted["plus-address"]["level"] == posted["list"]["level"] == "ok", (
                posted
            )
            assert "returned our mail" in posted["list"]["what"]
            installation.process("incidentmail declare 'Checkout is rejecting card payments' --severity 3")
            until(partial(returned, 1), "the declaration did not come back")
            for number, typed in enumerate(("sev 1", "phase 2", "I am incident commander."), 2):
                seen = sink.mails[-1]
                plus = re.findall(r"incident-bot\+[\w.]+@example\.com", str(seen["Reply-To"])) or [BOT]
                reply = mails.reply_to(seen, typed, JAYLA, to=f"{LIST}, {plus[0]}")
                postfix.post(reply, "jayla@example.com", LIST, plus[0])
                until(partial(returned, number), f"no follow-up came back for {typed}")
        finally:
            service.send_signal(signal.SIGTERM)
            _, log = service.communicate(timeout=PATIENCE_S)
        assert service.returncode == 0, log.decode()
        state = installation.show()
        assert (state["severity"], state["phase"], state["commander"]["address"]) == (1, 2, "jayla@example.com")
        assert Counter(line["outcome"] for line in inbox(installation)) == {"applied": 3, "duplicate": 3 + 4 + 1}
        assert Counter(mail["Message-ID"] for mail in sink.mails).most_common(1)[0][1] == 1
        assert sum(mail["Incident-Update"] is not None for mail in sink.mails) == 4
        assert installation.ok("outbox", "list", "--json").lines == []
        assert mailman.held(LIST) == []


def inbox(installation: Installation) -> list[dict[str, Any]]:
    return installation.ok("inbox", "--all", "--json").lines


def doctor(installation: Installation, *options: str) -> dict[str, dict[str, Any]]:
    """Return the findings of `doctor` by the kind of check."""
    findings = installation.run("doctor", "--json", *options).json["findings"]
    return {one["check"]: one for one in findings}
