"""Counters and gauges are scraped over HTTP, from this machine only."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S
from waiting_mail import apply_all

from incidentmail.app.receiving.apply import accept_mails
from incidentmail.errors import ConfigError
from incidentmail.inbound.message import Envelope
from incidentmail.service.metrics import Metrics

if TYPE_CHECKING:
    from conftest import Installation, Mails


def scraped(where: str) -> dict[str, float]:
    with urllib.request.urlopen(f"http://{where}/metrics", timeout=PATIENCE_S) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_a_scrape_tells_what_was_done_and_how_the_ledger_stands(installation: Installation, mails: Mails) -> None:
    installation.configure('[metrics]\nlisten = "127.0.0.1:0"\n', relay="smtp://127.0.0.1:9")
    installation.run("declare", "Cards fail")
    installation.clock.tick(minutes=3)
    with installation.context() as context:
        metrics = Metrics(context)
        where = metrics.open()
        assert where is not None
        try:
            raw = mails.new("Severity: 1", sender="jayla@example.com", subject="Logins fail", at=installation.clock.now)
            accept_mails(context, [(raw, Envelope(way="pipe"))])
            for outcome in apply_all(context):
                metrics.count_outcome(outcome)
            with context.ledger.snapshot() as view:
                metrics.count_delivery(view.outbox()[0])
            figures = scraped(where)
        finally:
            metrics.close()
    assert figures["incidentmail_accepted_total"] == 1
    assert figures['incidentmail_applied_total{outcome="applied"}'] == 1
    assert figures['incidentmail_deliveries_total{state="queued"}'] == 1
    assert (figures["incidentmail_outbox_depth"], figures["incidentmail_outbox_oldest_seconds"]) == (1, 180)
    assert (figures["incidentmail_quarantined"], figures["incidentmail_waiting"]) == (0, 0)
    assert figures["incidentmail_ledger_bytes"] > 0


def test_nothing_is_measured_where_nobody_asked_for_it(installation: Installation) -> None:
    with installation.context() as context:
        metrics = Metrics(context)
        assert metrics.open() is None
        metrics.close()


@pytest.mark.parametrize("listen", ["0.0.0.0:0", "[::]:0"])
def test_a_port_that_other_machines_reach_needs_to_be_asked_for(
    installations: Callable[[], Installation], listen: str
) -> None:
    installation = installations().configure(f'[metrics]\nlisten = "{listen}"\n')
    with installation.context() as context, pytest.raises(ConfigError, match="other machines"):
        Metrics(context).open()


@pytest.mark.parametrize("listen", ["9108", "127.0.0.1:99999", "http://127.0.0.1:9108"])
def test_a_place_that_cannot_be_read_is_an_error(installation: Installation, listen: str) -> None:
    installation.configure(f'[metrics]\nlisten = "{listen}"\n')
    result = installation.run("status")
    assert result.code == 78 and "127.0.0.1:9108" in result.err
