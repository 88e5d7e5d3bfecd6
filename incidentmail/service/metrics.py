"""Provide counters and gauges for Prometheus, on the address in [metrics] listen, if it is set."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from incidentmail.app.context import AppContext
from incidentmail.app.telling.asked import QuestionCount, count_questions
from incidentmail.errors import ConfigError
from incidentmail.ledger.values import Figures, OutboxMail, Outcome
from incidentmail.transport.server_address import is_loopback

from .cannot_listen import cannot_listen

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric
    from prometheus_client.registry import Collector

DAY = timedelta(days=1)


class Metrics:
    """The counts of this process's work. Other figures are read from the ledger at each scrape."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._applied: Counter[str] = Counter()
        self._settled: Counter[str] = Counter()
        # One thread only, because each thread that reads the ledger keeps a connection to it.
        self._reader = ThreadPoolExecutor(1, "metrics")

    def count_outcome(self, outcome: Outcome) -> None:
        with self._lock:
            self._applied[outcome.outcome] += 1

    def count_delivery(self, mail: OutboxMail) -> None:
        """Count an attempt to send a message by its result: sent, failed, or queued again."""
        with self._lock:
            self._settled[mail.state] += 1

    def open(self) -> str | None:
        """Start answering scrapes. Return the bound address, or None if none is configured.

        Raise ConfigError if other machines could reach the address and `allow_public` is not set. If the address cannot
        be used, raise the error that `cannot_listen` returns.
        """
        settings = self._context.config.settings.metrics
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
            raise cannot_listen("[metrics] listen", settings.listen, error) from error
        return f"{host}:{self._server.server_port}"

    def close(self) -> None:
        """Stop answering scrapes."""
        if hasattr(self, "_server"):
            self._server.shutdown()
            self._server.server_close()
        self._reader.shutdown()

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics with their current values, partly read from the ledger."""
        from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

        figures, questions = self._reader.submit(self._read).result()
        now = self._context.now()
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
        asked = GaugeMetricFamily(
            "incidentmail_questions",
            "What people were asked within 30 days, by what it was about; answered or ignored within a day.",
            labels=["about", "state"],
        )
        for about, one in questions.items():
            for state, value in (("asked", one.asked), ("answered", one.answered), ("ignored", one.ignored)):
                asked.add_metric([about, state], value)
        yield asked
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

    def _read(self) -> tuple[Figures, dict[str, QuestionCount]]:
        now = self._context.now()
        with self._context.ledger.snapshot() as view:
            figures = view.figures(now=now, failed_since=now - DAY, quarantined_since=now - DAY)
            return figures, count_questions(view, now)


def _collector(collect: Callable[[], Iterator[Metric]]) -> Collector:
    """Return a collector for the registry. Its base class is only imported if metrics are switched on."""
    from prometheus_client.registry import Collector

    class _CallableCollector(Collector):
        def collect(self) -> Iterator[Metric]:
            return collect()

    return _CallableCollector()
