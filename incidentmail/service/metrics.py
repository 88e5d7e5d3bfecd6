"""Counters and gauges for Prometheus, on a port of this machine, where [metrics] listen names one."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from incidentmail.app.context import AppContext
from incidentmail.errors import ConfigError
from incidentmail.ledger.values import Figures, OutboxMail, Outcome

from .listeners import is_loopback

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric
    from prometheus_client.registry import Collector

DAY = timedelta(days=1)


class Metrics:
    """Counts what this process does; what the ledger knows is read from it when somebody asks."""

    def __init__(self, context: AppContext) -> None:
        self._office = context
        self._lock = threading.Lock()
        self._applied: Counter[str] = Counter()
        self._settled: Counter[str] = Counter()
        # One thread, because each thread that reads the ledger keeps a connection to it.
        self._reader = ThreadPoolExecutor(1, "metrics")

    def count_outcome(self, outcome: Outcome) -> None:
        with self._lock:
            self._applied[outcome.outcome] += 1

    def count_delivery(self, mail: OutboxMail) -> None:
        """An attempt that ended in sent, failed or queued (it has to wait)."""
        with self._lock:
            self._settled[mail.state] += 1

    def open(self) -> str | None:
        """Answers scrapes from now on; where, or None where nothing is configured.

        Raises ConfigError where others could reach it unasked, or where the port is taken.
        """
        settings = self._office.config.settings.metrics
        if settings.listen is None:
            return None
        host, _, port = settings.listen.rpartition(":")
        host = host.strip("[]")
        if not settings.allow_public and not is_loopback(host):
            raise ConfigError(
                f"[metrics] listen = {settings.listen!r} can be reached from other machines",
                hint='listen = "127.0.0.1:9108", or [metrics] allow_public = true',
            )
        from prometheus_client import CollectorRegistry, start_http_server

        registry = CollectorRegistry()
        registry.register(_collector(self.collect))
        try:
            self._server, self._thread = start_http_server(int(port), host, registry)
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {settings.listen}: {error.strerror}", hint="name a free port in [metrics] listen"
            ) from error
        return f"{host}:{self._server.server_port}"

    def close(self) -> None:
        """Answers no more."""
        if hasattr(self, "_server"):
            self._server.shutdown()
            self._server.server_close()
        self._reader.shutdown()

    def collect(self) -> Iterator[Metric]:
        """All of them as they stand; the ledger is asked for what it knows."""
        from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

        figures, now = self._reader.submit(self._figures).result(), self._office.now()
        oldest = (now - figures.queued_since).total_seconds() if figures.queued_since else 0.0
        yield CounterMetricFamily("incidentmail_accepted", "Mails accepted, ever.", figures.accepted)
        gauges = (
            ("waiting", "Accepted mails that have not been read.", figures.waiting),
            ("quarantined", "Mails set aside as unreadable within a day.", figures.quarantined),
            ("outbox_depth", "Mails that wait to be sent.", figures.queued),
            ("outbox_oldest_seconds", "How long the oldest of them has waited.", max(0.0, oldest)),
            ("refused_recipients", "Recipients refused for good within a day.", figures.refused),
            ("not_returned", "Mails that the list did not return within a day.", figures.missed),
            ("ledger_bytes", "Size of the ledger.", figures.bytes),
        )
        for name, text, value in gauges:
            yield GaugeMetricFamily(f"incidentmail_{name}", text, value)
        with self._lock:
            counted = (
                ("applied", "Mails read since the start, by outcome.", "outcome", dict(self._applied)),
                ("deliveries", "Attempts to send a mail since the start, by its state.", "state", dict(self._settled)),
            )
        for name, text, label, counts in counted:
            family = CounterMetricFamily(f"incidentmail_{name}", text, labels=[label])
            for key, count in sorted(counts.items()):
                family.add_metric([key], count)
            yield family

    def _figures(self) -> Figures:
        now = self._office.now()
        with self._office.ledger.snapshot() as view:
            return view.figures(now=now, failed_since=now - DAY, quarantined_since=now - DAY)


def _collector(collect: Callable[[], Iterator[Metric]]) -> Collector:
    """What the registry asks, made here because its base class is only loaded where somebody measures."""
    from prometheus_client.registry import Collector

    class Asked(Collector):
        def collect(self) -> Iterator[Metric]:
            return collect()

    return Asked()
