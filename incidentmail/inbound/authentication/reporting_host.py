"""Determine how far to trust a delivery report, from the evidence about the host that sent it. Pure.

Everybody who has received one of our mails knows its Message-ID and can forge a report about it. So the Message-ID only
proves which mail is meant. This module examines the origin of the report.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from .author import Provenance
from .domains import aligned, domain_of
from .evidence import Evidence
from .results import Findings, Result, results_of

ReportTrust = Literal["proven", "unproven", "disproved"]
_HOST = (("spf", "smtp.mailfrom"), ("spf", "smtp.helo"), ("dkim", "header.d"), ("dmarc", "header.from"))
"""The properties that identify a host or domain for which a method has passed (RFC 8601 section 2.7)."""


def report_trust(mail: Provenance, recipients: Collection[str]) -> ReportTrust:
    """Return how far to trust a report about mail to the addresses `recipients`.

    A report is disproved if it did not arrive by a trusted route, or if our server says that its sender is forged. If
    our server verifies senders, a report is proven in two cases. First, if it has a null reverse-path (RFC 3464 section
    2) and no result from our server: our server checks all external mail, so it wrote this report itself. Second, if a
    check passed for one of our domains or for a recipient's domain.
    """
    if not mail.came_a_trusted_way:
        return "disproved"
    server = mail.roster.server
    if server is None:
        return "unproven"
    results = results_of(mail.message, server)
    if isinstance(results, Evidence):
        if results.verdict == "fail":
            return "disproved"
        return "proven" if mail.envelope_sender == "" else "unproven"
    if any(result.method in ("dmarc", "spf") and result.result == "fail" for result in results):
        return "disproved"
    domains = [domain for domain in (*map(domain_of, recipients), *server.ours) if domain]
    is_known = any(aligned(found, domain) for found in _passed(results) for domain in domains)
    return "proven" if is_known else "unproven"


def _passed(results: Findings) -> list[str | None]:
    """Return the domains for which a check has passed."""
    found: tuple[Result, ...] = () if isinstance(results, Evidence) else results
    return [domain_of(value) for one in found for method, name in _HOST for value in one.passed(method, name)]
