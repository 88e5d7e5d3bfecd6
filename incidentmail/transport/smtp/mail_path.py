"""The path in angle brackets that MAIL and RCPT name (RFC 5321 section 4.1.2)."""

from __future__ import annotations

import re
from typing import Final

_LOCAL: Final = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_DOMAIN: Final = r"(?:[\w-]+(?:\.[\w-]+)*|\[(?:IPv6:)?[A-Fa-f0-9.:]+\])"
_ROUTE: Final = rf"(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?"
_PARAMETERS: Final = r"(?P<parameters>(?: +[!-~]+)*)"
_STRICT: Final = re.compile(
    rf"<{_ROUTE}(?P<address>{_LOCAL}@{_DOMAIN}|postmaster)?>{_PARAMETERS}", re.ASCII | re.IGNORECASE
)
# A quoted string, or any other printable character but the brackets. No two alternatives begin alike: linear time.
_LOOSE: Final = re.compile(
    rf"<{_ROUTE}(?P<address>(?! *>)(?:\"(?:[ !#-\[\]-~]|\\[ -~])*\"|[ !#-;=?-~])+)?>{_PARAMETERS}",
    re.ASCII | re.IGNORECASE,
)
_ADDRESS_CHARS_MAX: Final = 254
"""RFC 5321 section 4.5.3.1.3: 256 with the brackets. What trusted peers send is bounded by the line alone."""


def parse_path(text: str, *, strict: bool) -> tuple[str, str] | None:
    """Return the address in angle brackets ("<>" for the null path) and the parameters behind it; None for bad syntax.

    RFC 5321 section 4.1.2, ASCII only. A source route is dropped (appendix C). With `strict` there are no quoted local
    parts, and no encoded words (RFC 2047), because a program that decodes one later would see another address. Without
    it, whatever stands in the brackets is returned as it is: a server that we trust has taken this mail already, and
    would bounce it.

    >>> parse_path("<mara@example.com> SIZE=2048", strict=True)
    ('mara@example.com', ' SIZE=2048')
    >>> parse_path('<"ma ra"@example.com>', strict=True)
    >>> parse_path('<"ma ra"@example.com>', strict=False)
    ('"ma ra"@example.com', '')
    """
    found = (_STRICT if strict else _LOOSE).fullmatch(text)
    if found is None:
        return None
    address = found["address"] or "<>"
    if strict and ("=?" in address or len(address) > _ADDRESS_CHARS_MAX):
        return None
    return address, found["parameters"]
