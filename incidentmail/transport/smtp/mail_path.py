"""The path in angle brackets that MAIL and RCPT name (RFC 5321 section 4.1.2)."""

from __future__ import annotations

import re
from typing import Final

_LOCAL: Final = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_DOMAIN: Final = r"(?:[\w-]+(?:\.[\w-]+)*|\[(?:IPv6:)?[A-Fa-f0-9.:]+\])"
_PATH: Final = re.compile(
    rf"<(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?(?P<address>{_LOCAL}@{_DOMAIN}|postmaster)?>(?P<parameters>(?: +[!-~]+)*)",
    re.ASCII | re.IGNORECASE,
)


def parse_path(text: str) -> tuple[str, str] | None:
    """Return the address in angle brackets ("<>" for the null path) and the parameters behind it; None for bad syntax.

    RFC 5321 section 4.1.2 without quoted local parts: ASCII only. A source route is dropped (appendix C), and an
    encoded word (RFC 2047) is refused, because a program that decodes it later would see another address.

    >>> parse_path("<mara@example.com> SIZE=2048")
    ('mara@example.com', ' SIZE=2048')
    >>> parse_path("<=?utf-8?q?mara?=@example.com>")
    """
    found = _PATH.fullmatch(text)
    address = (found["address"] or "<>") if found else ""
    if found is None or "=?" in address or len(address) > 254:  # RFC 5321 section 4.5.3.1.3: 256 with the brackets
        return None
    return address, found["parameters"]
