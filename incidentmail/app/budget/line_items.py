"""Turn the lines of a digest into the items of a private mail."""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.core.conduct.digests.digest_line import DigestLine
from incidentmail.outbound.private_mails import Item


def items_of(lines: Sequence[DigestLine]) -> tuple[Item, ...]:
    """Return an item for each line: the text that a person wrote, our sentence about it, and the possible replies."""
    return tuple(
        Item(
            line=line.quoted or None,
            result=line.text,
            instead=line.replies[0] if line.replies else None,
            also=line.replies[1:],
        )
        for line in lines
    )
