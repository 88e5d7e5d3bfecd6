"""The health of the service: `status` while it runs, a log line for each mail, and a port for scrapes."""

from __future__ import annotations

import json
import signal
import smtplib
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

from patience import PATIENCE_S

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

MORE = """[listen]
lmtp = "127.0.0.1:0"
[log]
format = "json"
[metrics]
listen = "127.0.0.1:0"
"""


def test_a_running_service_is_well_logs_each_mail_and_is_scraped(
    installation: Installation, sink: Sink, mails: Mails
) -> None:
    installation.configure(MORE, relay=sink.url)
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve", "--json"]
    service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert service.stdout is not None
        where = {one["protocol"]: one["address"] for one in json.loads(service.stdout.readline())["listening"]}
        assert installation.ok("status", "--json").json["running"] is True
        host, _, port = where["lmtp"].rpartition(":")
        raw = mails.new("Severity: 1", sender="jayla@example.com", subject="Logins\x1b[31m fail")
        with smtplib.LMTP(host, int(port)) as client:
            client.sendmail("jayla@example.com", ["incident-bot@example.com"], raw)
        give_up_at = time.monotonic() + PATIENCE_S
        while not sink.taken and time.monotonic() < give_up_at:
            time.sleep(0.05)
        while (scraped := _scrape(where["metrics"])) and 'deliveries_total{state="sent"} 1.0' not in scraped:
            assert time.monotonic() < give_up_at, scraped
            time.sleep(0.05)
        assert "incidentmail_accepted_total 1.0" in scraped
        assert 'incidentmail_applied_total{outcome="applied"} 1.0' in scraped
    finally:
        service.send_signal(signal.SIGTERM)
        _, log = service.communicate(timeout=PATIENCE_S)
    lines = [json.loads(line) for line in log.decode().splitlines() if line.startswith("{")]
    (read,) = [line for line in lines if line["event"] == "mail read"]
    assert (read["number"], read["outcome"], read["sender"]) == (1, "applied", "jayla@example.com")
    (sent,) = [line for line in lines if line["event"] == "mail sent"]
    assert sent["to"] == "incidents@example.com" and sent["incident"] == read["incident"]
    assert installation.run("status").code == 1, "it no longer runs"


def _scrape(where: str) -> str:
    with urllib.request.urlopen(f"http://{where}/metrics", timeout=PATIENCE_S) as answer:
        return str(answer.read().decode())
