"""Examine how senders are verified, using the Authentication-Results fields of the newest mail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from incidentmail.config.sections import TrustSection
from incidentmail.inbound.fields import Head

from .finding import Finding, ok, warning

CHECK = "verify"
UNVERIFIED = (
    "nobody is verified: anybody who can put a member's From through a host of [trust] relays counts as that member"
)
_ID = re.compile(r'\s*"?([!#-:<-~]{1,253})"?\s*(?:[0-9]{1,3}\s*)?;')
_METHOD_FIRST = re.compile(r"\s*[a-z0-9-]{1,20}\s*=", re.IGNORECASE)


def senders(trust: TrustSection, heads: Sequence[Head]) -> Iterator[Finding]:
    """Yield findings on whether `[trust] verify` matches the results that our mail server writes.

    `heads` are the headers of the newest mail from that server.
    """
    seen = Counter(name for head in heads if (name := server_of(head)) is not None)
    usual = seen.most_common(1)[0][0] if seen else None
    if trust.verify == "none":
        yield _nothing(usual, len(heads))
    elif trust.verify == "dkim":
        yield ok(CHECK, "signatures are checked here")
    elif not heads:
        yield ok(CHECK, f"results of {trust.authserv_id or 'Microsoft 365'} count; no mail has come in yet")
    elif usual is None:
        yield warning(
            CHECK, f"the newest {len(heads)} mails have no Authentication-Results, so nobody is verified",
            'let your mail server write that field, or set [trust] verify = "dkim"',
        )  # fmt: skip
    elif (trust.authserv_id or "").lower() != usual:
        yield warning(
            CHECK, f"results of {trust.authserv_id or 'Microsoft 365'} count, but the newest mails have those of"
            f" {usual or 'a server that writes no name'}, so nobody is verified",
            _lines(usual),
        )  # fmt: skip
    else:
        yield ok(CHECK, f"results of {usual or 'Microsoft 365'} count, and the newest mails have them")


def server_of(head: Head) -> str | None:
    """Return the server named in the topmost Authentication-Results field.

    Return "" if the field names no server, and None if there is no such field. A field counts only above the first
    Received field or directly below it, because senders can forge all others.
    """
    received = 0
    for name, value in head.fields:
        if name == "received":
            received += 1
        if received > 1:
            return None
        if name == "authentication-results":
            if _METHOD_FIRST.match(value):
                return ""
            found = _ID.match(value)
            return found[1].lower() if found else None
    return None


def _nothing(usual: str | None, number: int) -> Finding:
    if usual is None:
        seen = f"none of the newest {number} mails has Authentication-Results" if number else "no mail has come in yet"
        return ok(CHECK, f"{UNVERIFIED}; {seen}")
    who = usual or "Microsoft 365"
    return warning(
        CHECK, f"nobody is verified, although {who} writes its results on your mail: members may do everything",
        f"if that is your own server: {_lines(usual)}",
    )  # fmt: skip


def _lines(usual: str) -> str:
    second = f'authserv_id = "{usual}"' if usual else 'profile = "microsoft365"'
    return f'[trust] verify = "authentication-results" and, below it, {second}'
