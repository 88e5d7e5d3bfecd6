"""Parse the path in angle brackets in MAIL and RCPT commands (RFC 5321 section 4.1.2)."""

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
# A quoted string, or any other printable character except the brackets. No two alternatives begin alike, so matching
# takes linear time.
_LOOSE: Final = re.compile(
    rf"<{_ROUTE}(?P<address>(?! *>)(?:\"(?:[ !#-\[\]-~]|\\[ -~])*\"|[ !#-;=?-~])+)?>{_PARAMETERS}",
    re.ASCII | re.IGNORECASE,
)
_ADDRESS_CHARS_MAX: Final = 254
"""RFC 5321 section 4.5.3.1.3: 256 octets including the brackets. For trusted peers, only the line length is limited."""


def parse_path(text: str, *, strict: bool) -> tuple[str, str] | None:
    """Return the address in angle brackets ("<>" is the null path) and the parameters, or None if the syntax is wrong.

    The syntax is that of RFC 5321 section 4.1.2, ASCII only. A source route is dropped (appendix C). If `strict` is
    true, quoted local parts are refused, and so are encoded words (RFC 2047), because a program that later decodes an
    encoded word would see a different address. Otherwise the content of the brackets is returned unchanged, because a
    trusted server has already accepted this message and would have to bounce it.

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
