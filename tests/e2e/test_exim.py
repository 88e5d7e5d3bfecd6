"""Debian's Exim, with the lines of docs/setups/exim.md, passes mail to the service and expands the alias.

Exim and Postfix exclude each other, so Exim is installed into an overlay of this machine's files.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from patience import PATIENCE_S
from throwaway_root import ThrowawayRoot

if TYPE_CHECKING:
    from conftest import Installation, Mails

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "setups" / "exim.md"
BOT, JAYLA = "incident-bot@example.com", "Jayla Mbeki <jayla@example.com>"
INSTALL = """
apt-get install -y -qq --no-install-recommends exim4-daemon-light >/run/given/log 2>&1 || {
    cat /run/given/log; exit 1; }
cd /etc/exim4
cp /run/given/router conf.d/router/250_incidentmail
cp /run/given/transport conf.d/transport/30_incidentmail
cat /run/given/aliases >>/etc/aliases
sed -i "s/^dc_use_split_config=.*/dc_use_split_config='true'/
s/^dc_eximconfig_configtype=.*/dc_eximconfig_configtype='internet'/
s/^dc_other_hostnames=.*/dc_other_hostnames='example.com'/" update-exim4.conf.conf
update-exim4.conf
"""


@contextmanager
def serving(installation: Installation) -> Iterator[int]:
    """Run the service while the block lasts. Yield the port on which it accepts LMTP."""
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as service:
        try:
            assert service.stdout is not None
            (bound,) = json.loads(service.stdout.readline())["listening"]
            yield int(bound["address"].rpartition(":")[2])
        finally:
            service.send_signal(signal.SIGTERM)


def test_mail_to_the_tool_and_to_the_alias_reaches_the_service(installation: Installation, mails: Mails) -> None:
    installation.configure('[listen]\nlmtp = "127.0.0.1:0"\n')
    declared = installation.declare("Checkout is rejecting card payments", "--severity", "3")
    plus = re.findall(r"incident-bot\+[\w.]+@example\.com", str(declared["Reply-To"]))[0]
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    router, transport, alias = (block for language, block in fences if not language)
    with serving(installation) as port, ThrowawayRoot() as machine:
        for name, text in (
            ("router", router), ("transport", transport.replace("8024", str(port))),
            ("aliases", alias.replace("mara@example.com, bo@example.com", "postmaster@localhost")),
        ):  # fmt: skip
            (machine.given / name).write_text(text)
        (machine.given / "reply").write_bytes(mails.reply_to(declared, "sev 1", JAYLA, to=plus))
        (machine.given / "post").write_bytes(mails.new("Severity: 2", sender=JAYLA, subject="Search is slow"))
        said = machine.ok(
            f"{INSTALL}\nexim4 -bt {BOT} incident-bot+x@example.com\n"
            f"exim4 -odf -i -f jayla@example.com {plus} </run/given/reply\n"
            "exim4 -odf -i -f jayla@example.com incidents@example.com </run/given/post\ncat /var/log/exim4/mainlog"
        )
        assert len(re.findall("router = incidentmail, transport = incidentmail_lmtp", said)) == 2, said
        give_up_at = time.monotonic() + PATIENCE_S
        while len(lines := installation.ok("inbox", "--all", "--json").lines) < 2:
            assert time.monotonic() < give_up_at, said
            time.sleep(0.1)
    assert {line["outcome"] for line in lines} == {"applied"}, (lines, said)
    assert installation.show("checkout")["severity"] == 1
    assert installation.show("search")["severity"] == 2
