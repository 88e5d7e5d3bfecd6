"""Parse the ARC seals (RFC 8617) in which listed forwarding servers recorded their checks.

A seal proves who sealed a message, but not that the sealer is honest, so only seals of listed servers count. They are
processed from the newest to the oldest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from incidentmail.inbound.limits import ARC_SETS_MAX
from incidentmail.inbound.message import Message

from .dkim_signature import (
    ALGORITHMS,
    DAMAGED,
    KEY_BITS_MIN,
    LookUp,
    covered,
    has_long_blanks,
    has_many_blanks,
    tags_of,
)
from .domains import domain_of
from .evidence import Evidence
from .results import clauses, read_results, verdict_of

SEAL, SIGNATURE, RESULTS = "arc-seal", "arc-message-signature", "arc-authentication-results"
_INSTANCE = re.compile(r"\s*i\s*=\s*([0-9]{1,2})\s*\Z", re.A)
_Set = Mapping[str, str]


def sealed(message: Message, author_domain: str, sealers: Collection[str]) -> Evidence | None:
    """Return the evidence if a listed sealer recorded a pass for the author's domain, or None.

    The caller has to check that the chain of seals is valid.
    """
    sets = _sets(message)
    if not sets:
        return None
    signature = tags_of(sets[-1][SIGNATURE])
    if "l" in signature or signature.get("a", "").lower() not in ALGORITHMS:
        return None
    for one in reversed(sets):
        sealer = domain_of(tags_of(one[SEAL]).get("d", ""))
        if sealer is None or sealer not in sealers:
            return None
        parts = clauses(one[RESULTS]) if one[RESULTS].isascii() else None
        found = verdict_of(read_results((parts or [])[2:]), sealer, author_domain)
        if found.verdict == "pass":
            signed = covered(message.fields, signature)
            if "from" not in signed or "subject" not in signed:
                return None
            why = f"{sealer} passed it on, and sealed that it had found a pass for {author_domain}"
            return Evidence(verdict="sealed", rule="arc-pass", why=why, signed=signed)
    return None


def seals_hold(raw: bytes, message: Message, look_up: LookUp) -> bool:
    """Return whether the chain of seals is unbroken and its last signature is valid.

    Exceptions raised by `look_up` are propagated.
    """
    import dkim  # imported here because it is slow to load and most installations do not need it

    too_costly = has_long_blanks(raw) or has_many_blanks(raw)
    if too_costly or any("header" in problem for problem in message.problems):
        return False

    def record(name: bytes, timeout: float) -> bytes | None:
        asked = domain_of(name.decode("latin-1"))
        return look_up(asked) if asked else None

    try:
        state, _, _ = dkim.ARC(raw, minkey=KEY_BITS_MIN).verify(dnsfunc=record)
    except (dkim.DKIMException, dkim.InvalidTagValueList, dkim.InvalidCanonicalizationPolicyError, *DAMAGED):
        return False
    return bool(state == dkim.CV_Pass)


def _sets(message: Message) -> list[_Set]:
    """Return the sets of ARC fields, oldest first.

    Return [] if a set is missing or duplicated, or if there are too many.
    """
    found: dict[int, dict[str, str]] = {}
    for name, value in message.fields:
        if name not in (SEAL, SIGNATURE, RESULTS):
            continue
        number = next((int(hit[1]) for part in value.split(";") if (hit := _INSTANCE.match(part))), 0)
        if not 1 <= number <= ARC_SETS_MAX or name in found.setdefault(number, {}):
            return []
        found[number][name] = value
    complete = sorted(found) == [*range(1, len(found) + 1)] and all(len(one) == 3 for one in found.values())
    return [found[number] for number in sorted(found)] if complete else []
