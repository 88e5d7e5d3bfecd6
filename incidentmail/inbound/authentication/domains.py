"""Determine which domains vouch for one another, and whether a server named in a trace field is ours."""

from __future__ import annotations

import re

_DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,62})?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,62})?)+")
# Domains that do not show whose server it is (RFC 6761, RFC 6762, ICANN's private-use name).
_PRIVATE = ("internal", "local", "localdomain", "lan", "home", "corp", "test", "invalid", "localhost", "arpa")


def domain_of(text: str) -> str | None:
    """Return the domain of an address, of `@domain` or of a bare domain, in ASCII lower case, or None.

    A non-ASCII letter is never mapped to an ASCII letter: the Kelvin sign is not k.

    >>> domain_of("Bo@Mail.Example.com"), domain_of("@example.com."), domain_of("example.\\u212aom"), domain_of("x")
    ('mail.example.com', 'example.com', None, None)
    """
    if not text.isascii():
        return None
    name = text.rpartition("@")[2].strip().lower().removesuffix(".")
    return name if _DOMAIN.fullmatch(name) else None


def aligned(one: str | None, other: str | None) -> bool:
    """Return whether both domains are equal or one is a subdomain of the other (RFC 7489 section 3.1.1).

    No public suffix list is used, so two domains with the same parent do not vouch for each other: neither
    `a.example.com` and `b.example.com`, nor `a.co.uk` and `b.co.uk`. This is safe and costs little.

    >>> aligned("mail.example.com", "example.com"), aligned("example.com", "badexample.com"), aligned("com", "a.com")
    (True, False, False)
    """
    one, other = domain_of(one or ""), domain_of(other or "")
    if one is None or other is None:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def is_elsewhere(host: str, ours: tuple[str, ...]) -> bool:
    """Return whether the server `host` certainly belongs to another organisation than our servers `ours`.

    >>> is_elsewhere("mx2.example.com", ("mx1.example.com",)), is_elsewhere("smtp.evil.example", ("mx1.example.com",))
    (False, True)
    >>> is_elsewhere("node7.internal", ("mx1.example.com",)), is_elsewhere("[192.0.2.7]", ("mx1.example.com",))
    (False, False)
    """
    name = domain_of(host)
    if name is None or name.rpartition(".")[2] in _PRIVATE or name.replace(".", "").isdigit():
        return False
    parents = {parent for own in ours for parent in (own, own.partition(".")[2]) if domain_of(parent)}
    return not any(aligned(name, parent) for parent in parents)
