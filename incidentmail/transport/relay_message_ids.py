"""Find the Message-ID with which a relay replaced ours, if the relay's reply contains it.

Only replies of known services are parsed, because a queue number mistaken for an id could match another message.
"""

from __future__ import annotations

import re
from typing import Final

from incidentmail.core.lazy_pattern import lazy_pattern

# Amazon SES: `Ok 0100018c...-000000`. It leaves out the domain, which depends on the region.
_SES: Final = lazy_pattern(r"Ok (?P<local>[0-9a-f]{16}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d{6})")
# Exchange: `2.6.0 <id@domain> [InternalId=..., Hostname=...] Queued mail for delivery`.
_EXCHANGE: Final = lazy_pattern(r"2\.6\.0 <(?P<id>[^<>@\s]{1,200}@[^<>@\s]{1,200})> \[InternalId=.*", re.ASCII)


def id_in_reply(text: str) -> str | None:
    """Return the id in the text of a 250 reply, in angle brackets, or None.

    If the reply omits the domain, the domain of the result is empty.

    >>> id_in_reply("Ok 0100018c5c8d9a2b-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901-000000")
    '<0100018c5c8d9a2b-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901-000000@>'
    >>> id_in_reply("2.6.0 <ab1@mx.example> [InternalId=5, Hostname=mx.example] Queued mail for delivery")
    '<ab1@mx.example>'
    >>> id_in_reply("2.0.0 Ok: queued as 4FxT3k1Zq9")
    """
    text = text.strip()
    if text.startswith("Ok ") and (found := _SES.fullmatch(text)):  # most replies need neither pattern
        return f"<{found['local']}@>"
    found = _EXCHANGE.fullmatch(text) if text.startswith("2.6.0 ") else None
    return f"<{found['id']}>" if found else None
