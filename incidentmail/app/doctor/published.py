"""Examine the DNS records of our own address's domain: SPF, DKIM and DMARC."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from incidentmail.errors import DnsUnavailableError

from .finding import Finding, failure, ok, warning
from .list_effects import ListEffects

SPF, DKIM, DMARC = "SPF", "DKIM", "DMARC"
_POLICY = re.compile(r"\bp=(?:quarantine|reject)\b", re.IGNORECASE)


class TextDns(Protocol):
    """An object that looks up TXT records in DNS, such as `transport.resolver.Resolver`."""

    def texts(self, name: str) -> list[str]: ...


def published(domain: str, dns: TextDns, seen: ListEffects | None) -> Iterator[Finding]:
    """Yield findings on whether other servers can verify mail from `domain` with SPF, DKIM and DMARC.

    `seen` holds the list's changes to the newest of our mails that it returned, or None if it returned none.
    """
    try:
        yield _spf(domain, dns.texts(domain))
        yield _dmarc(domain, dns.texts(f"_dmarc.{domain}"), _organisation(domain, dns), seen)
        yield from _dkim(domain, dns, seen)
    except DnsUnavailableError as error:
        yield warning(
            "DNS", f"{error}; what it says about {domain} is not known", error.hint or "try again when DNS answers"
        )


def _spf(domain: str, texts: Sequence[str]) -> Finding:
    records = [text for text in texts if text.lower().split(" ")[0] == "v=spf1"]
    if len(records) > 1:
        return failure(
            SPF, f"{domain} has {len(records)} SPF records, so none counts (RFC 7208 section 4.5)", "keep one of them"
        )
    if not records:
        return warning(
            SPF, f"{domain} does not say which servers may send its mail",
            "publish one TXT record for all servers that send mail of this domain, with your provider's include, such"
            ' as "v=spf1 mx include:PROVIDER ~all" (not -all, or ordinary mail may be rejected); if the domain has a'
            " record already, add to it and never replace it",
        )  # fmt: skip
    return ok(SPF, f"{domain}: {records[0][:100]}")


def _organisation(domain: str, dns: TextDns) -> list[str]:
    """Return the parent domain's DMARC records, which also apply to its subdomains (RFC 7489 section 6.6.3)."""
    above = domain.partition(".")[2]
    return dns.texts(f"_dmarc.{above}") if "." in above else []


def _dmarc(domain: str, own: Sequence[str], above: Sequence[str], seen: ListEffects | None) -> Finding:
    records = [text for text in (*own, *above) if text.lower().replace(" ", "").startswith("v=dmarc1")]
    if not records:
        return warning(
            DMARC, f"{domain} has no policy, so others do not know what to do with forged mail",
            f'publish a TXT record at _dmarc.{domain}, such as "v=DMARC1; p=none; rua=mailto:postmaster@{domain}"',
        )  # fmt: skip
    policy = _POLICY.search(records[0])
    if policy and seen is not None and seen.signatures and seen.breaks_signatures and not seen.rewrites_from:
        return warning(
            DMARC, f"{domain} says {policy[0]}, and the list changes our mail without rewriting From: other servers"
            " may refuse it, or treat it as spam",
            "let the list rewrite From (Mailman: dmarc_mitigate_action = munge_from), or leave subject and text alone",
        )  # fmt: skip
    return ok(DMARC, f"{domain}: {records[0][:100]}")


def _dkim(domain: str, dns: TextDns, seen: ListEffects | None) -> Iterator[Finding]:
    if seen is None:
        return  # the list has returned no mail, which the check of the list reports
    ours = [(signer, selector) for signer, selector in seen.signatures if _covers(signer, domain)]
    if not ours:
        yield warning(
            DKIM, f"our mail came back from the list without a signature of {domain}",
            "let your mail server sign mail from this domain; some lists take signatures out",
        )  # fmt: skip
        return
    for signer, selector in dict.fromkeys(ours):
        name = f"{selector}._domainkey.{signer}"
        keys = [text for text in dns.texts(name) if "p=" in text.replace(" ", "")]
        if not keys:
            yield failure(DKIM, f"our mail is signed with {name}, and DNS has no key there", "publish the key")
        else:
            yield ok(DKIM, f"our mail is signed, and DNS has the key: {name}")


def _covers(signer: str, domain: str) -> bool:
    return signer == domain or domain.endswith(f".{signer}") or signer.endswith(f".{domain}")
