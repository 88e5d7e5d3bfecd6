"""Check DKIM signatures (RFC 6376) to find out which fields of a message the author's domain vouches for.

The DNS key records are arguments. A signature counts only if it covers everything that a reader relies on. Any other
signature is treated as broken, because the message may have been changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from incidentmail.inbound.limits import BLANK_RUN_MAX, SIGNATURES_MAX, SIGNED_BLANKS_MAX, SIGNED_FIELDS_MAX
from incidentmail.inbound.message import Message

from .domains import aligned, domain_of
from .evidence import Evidence

LookUp = Callable[[str], bytes | None]
"""Looks up the TXT record of a name. Returns None if there is none; raises DnsUnavailableError if DNS fails."""

REQUIRED = ("from", "subject", "date", "message-id")
_APPENDED = "l= lets anybody append text"
KEY_BITS_MIN = 1024
"""The minimum size of an RSA key (RFC 8301 section 3.2)."""
ALGORITHMS = ("rsa-sha256", "ed25519-sha256")
"""The algorithms still accepted (RFC 8301 section 3.1, RFC 8463)."""
# Exceptions that dkimpy raises on damaged signatures and keys, besides its own. Such a signature is broken.
DAMAGED = (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, ArithmeticError)


def tags_of(value: str) -> dict[str, str]:
    """Return the tags of a signature field without white space, or {} if a tag occurs twice (RFC 6376 section 3.2).

    >>> tags_of("v=1; d=Example.com; h=From : To;")
    {'v': '1', 'd': 'Example.com', 'h': 'From:To'}
    >>> tags_of("d=a.example; d=b.example")
    {}
    """
    pairs = [part.partition("=") for part in value.split(";") if part.strip()]
    tags = {name.strip(): "".join(text.split()) for name, _, text in pairs}
    return tags if len(tags) == len(pairs) else {}


def covered(fields: Sequence[tuple[str, str]], tags: Mapping[str, str]) -> frozenset[str]:
    """Return the names of the fields of which `h=` covers every occurrence.

    An occurrence that is not covered may have been added at the top, where it takes precedence although it is unsigned.
    If `h=` has more than SIGNED_FIELDS_MAX names, it covers nothing.

    >>> sorted(covered([("to", "a"), ("to", "b"), ("from", "c")], {"h": "From:To:Cc"}))
    ['cc', 'from']
    """
    names = tags.get("h", "").split(":")
    if len(names) > SIGNED_FIELDS_MAX:
        return frozenset()
    named = Counter(name.lower() for name in names if name)
    present = Counter(name for name, _ in fields)
    return frozenset(name for name, count in named.items() if count >= present[name])


def covered_by(message: Message, author_domain: str) -> frozenset[str] | None:
    """Return the fields covered by every signature of the author's domain, or None if the domain did not sign."""
    found = list(islice(_signatures(message, author_domain), SIGNATURES_MAX + 1))
    if len(found) > SIGNATURES_MAX:
        return frozenset()
    sets = [covered(message.fields, tags) for _, tags in found]
    return frozenset.intersection(*sets) if sets else None


def shortcoming(message: Message, author_domain: str, signed: frozenset[str]) -> str | None:
    """Return the reason why valid signatures of the author's domain prove too little, or None.

    `signed` names the fields covered by all of these signatures, because it is unknown which one our server found
    valid. Many servers do not sign Message-ID. If such a message is sent again, `sent_again` recognises it.
    """
    if any("l" in tags for _, tags in _signatures(message, author_domain)):
        return _APPENDED
    missing = [name for name in REQUIRED if name not in (*signed, "message-id")]
    if missing:
        return f"it does not cover {', '.join(missing)}"
    return reads_otherwise(message, signed)


def covers_all(message: Message, domain: str, names: Collection[str]) -> bool:
    """Return whether every signature of exactly this domain covers the whole body and all fields with these names.

    A missing field need not be covered. If somebody adds it later, it is present but not covered. If the domain has not
    signed, the result is True.
    """
    present = {name for name, _ in message.fields} & set(names)
    signatures = message.all_fields("dkim-signature")
    if len(signatures) > SIGNATURES_MAX:
        return False
    of_domain = (tags for tags in map(tags_of, signatures) if domain_of(tags.get("d", "")) == domain)
    return all("l" not in tags and present <= covered(message.fields, tags) for tags in of_domain)


def check_signatures(raw: bytes, message: Message, author_domain: str, *, look_up: LookUp, at: datetime) -> Evidence:
    """Return the evidence from the first signature of the author's domain that is valid and covers enough fields.

    Exceptions raised by `look_up` are propagated.
    """
    if has_many_blanks(raw):
        why = f"its signature was not checked: it has more than {SIGNED_BLANKS_MAX} blanks"
        return Evidence(verdict="none", rule="not-checked", why=why)
    reasons: list[str] = []
    for number, tags in _signatures(message, author_domain):
        if len(reasons) == SIGNATURES_MAX:
            break
        fault = _fault(message, tags, at) or _broken(raw, number, tags, look_up)
        if fault is None:
            why = f"a signature of {tags['d']} holds"
            return Evidence(verdict="pass", rule="dkim-pass", why=why, signed=covered(message.fields, tags))
        reasons.append(fault)
    if not reasons:
        return Evidence(verdict="none", rule="unsigned", why=f"it bears no signature of {author_domain}")
    return Evidence(verdict="fail", rule="dkim-fail", why=f"its signature of {author_domain} counts not: {reasons[0]}")


def reads_otherwise(message: Message, signed: frozenset[str]) -> str | None:
    """Return the reason why the signed body could be displayed as text that its author did not write, or None.

    Some signers do not cover Content-Type. An attacker can then change the boundary, which turns any lines of the text
    into a part, and the text above them into a preamble that no mail program displays (RFC 2046 section 5.1.1).
    """
    if "two Content fields" in message.problems:
        return "a field that says how to read it stands twice"
    if "preamble" in message.problems and "content-type" not in signed:
        return "Content-Type is not signed, and text stands before the first part"
    return None


def has_many_blanks(raw: bytes) -> bool:
    """Return whether a message has so many blanks that canonicalizing it would use too much memory."""
    return raw.count(b" ") + raw.count(b"\t") > SIGNED_BLANKS_MAX


def has_long_blanks(raw: bytes) -> bool:
    """Return whether a message has a run of blanks so long that canonicalizing it would take too long."""
    return b" " * BLANK_RUN_MAX in raw.replace(b"\t", b" ")


def _signatures(message: Message, author_domain: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the signatures of the author's domain, each with its index among all signatures."""
    for number, value in enumerate(message.all_fields("dkim-signature")):
        tags = tags_of(value)
        if aligned(tags.get("d"), author_domain):
            yield number, tags


def _fault(message: Message, tags: Mapping[str, str], at: datetime) -> str | None:
    """Return the reason why a signature is treated as broken even if it is valid, or None."""
    if message.problems and any("header" in problem for problem in message.problems):
        return "the mail's header can be read in two ways"
    if "l" in tags:  # RFC 6376 section 8.2: anything appended would count as signed
        return _APPENDED
    if tags.get("a", "").lower() not in ALGORITHMS:
        return f"a={tags.get('a', '')} proves nothing any more"
    signed = covered(message.fields, tags)
    missing = [name for name in REQUIRED if name not in signed]
    if missing:
        return f"it does not cover {', '.join(missing)}"
    otherwise = reads_otherwise(message, signed)
    if otherwise:
        return otherwise
    expiry = tags.get("x")
    if expiry is not None and not (expiry.isascii() and expiry.isdigit() and int(expiry[:12]) >= at.timestamp()):
        return "it has expired"
    return None


def _broken(raw: bytes, number: int, tags: Mapping[str, str], look_up: LookUp) -> str | None:
    """Return the reason why a signature is invalid under its domain's published key, or None.

    See RFC 6376 section 3.6.2.1.
    """
    import dkim  # imported here because it is slow to load and most installations do not need it

    name = domain_of(f"{tags.get('s', '')}._domainkey.{tags['d']}")
    if name is None:
        return "it names no key"
    if has_long_blanks(raw):
        return "the mail has too many blanks in a row"
    record = look_up(name)
    if record is None:
        return f"there is no key at {name}"
    if "y" in tags_of(record.decode("latin-1")).get("t", "").split(":"):
        return f"the key at {name} is for testing"  # RFC 6376 section 3.6.1: treated as if it were not signed
    try:
        verifier = dkim.DKIM(raw, minkey=KEY_BITS_MIN)
        holds = verifier.verify(number, dnsfunc=lambda _, timeout: record)
    except (dkim.DKIMException, dkim.InvalidTagValueList, dkim.InvalidCanonicalizationPolicyError, *DAMAGED) as error:
        return f"it cannot be checked: {error}"[:200]
    return None if holds else "the mail was changed after it was signed, or another key made the signature"
