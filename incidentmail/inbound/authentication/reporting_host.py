"""Judge how far a delivery report is trusted, from the evidence for the host that sent it. Pure.

Everybody who has read a mail of ours has its Message-ID and can forge a report about it. So the Message-ID proves only
which mail is meant. This module examines the origin of the report.
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
"""The properties that name a host or domain for which a method has passed (RFC 8601 section 2.7)."""


def report_trust(mail: Provenance, recipients: Collection[str]) -> ReportTrust:
    """Return how far a report about mail to the addresses `recipients` is trusted.

    It is disproved if it did not come a trusted way, or if our server says that its sender is forged. If our own server
    verifies senders, a report is proven in two cases. If it has no result of that server, and the null reverse-path
    (RFC 3464 section 2), that server wrote it itself, because it examines all mail from elsewhere. A report from
    elsewhere is proven if a check passed for our own domains or for that of a recipient.
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
