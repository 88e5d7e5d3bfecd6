"""Parse the first line of a mail that names its incident, such as `Incident: 2026-11-20-checkout`.

Such a line is written by incidentmail on a laptop without a ledger, or by a person who has no earlier mail about the
incident to reply to.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from incidentmail.core.frozen import replace
from incidentmail.core.ids import ID_CHARS_MAX
from incidentmail.core.text import fold_case, written_line
from incidentmail.core.words import INCIDENT_KEY
from incidentmail.reply.extraction.cut import Extraction, Kept
from incidentmail.reply.extraction.line_kinds import EMPTY

THE_OPEN_ONE = "the open one"
"""The name to write if the id is unknown and only one incident is open."""
_NAME = rf"[a-z0-9][a-z0-9-]{{0,{ID_CHARS_MAX - 1}}}|{THE_OPEN_ONE}"
_LINE = re.compile(rf"\s{{0,3}}{INCIDENT_KEY}:\s{{0,20}}(?P<name>{_NAME})\.?", re.I | re.A)
_WHY = "it names the incident"


class Named(NamedTuple):
    """The name after `Incident:`, in lower case, and the rest of the mail."""

    name: str
    rest: Extraction


def can_be_named(name: str) -> bool:
    """Return whether `named_line` would accept this name after `Incident:`.

    >>> can_be_named("2026-11-20-checkout"), can_be_named("pay roll")
    (True, False)
    """
    return _LINE.fullmatch(f"{INCIDENT_KEY}: {name}") is not None


def named_line(body: Extraction) -> Named | None:
    """Return the incident named by the first line, and the mail without that line, or None.

    A name is one word of ASCII letters, digits and hyphens (like an id), or `the open one`. `Incident: Checkout is
    down` is a description, which may declare an incident.

    >>> from incidentmail.reply.extraction.cut import cut
    >>> found = named_line(cut("Incident: 2026-11-20-Checkout\\n\\nsev 1"))
    >>> found.name, found.rest.new_text
    ('2026-11-20-checkout', 'sev 1')
    >>> named_line(cut("Incident: Checkout is down")) is None
    True
    """
    first = next((index for index, kept in enumerate(body.lines) if kept.kept), None)
    found = _LINE.fullmatch(written_line(body.lines[first].line.text)) if first is not None else None
    if first is None or found is None:
        return None
    lines = list(body.lines)
    at = first
    while at < len(lines) and lines[at].kept and (at == first or lines[at].line.kind is EMPTY):
        lines[at] = Kept(lines[at].line, False, _WHY if at == first else "blank at the start")
        at += 1
    rest = "\n".join(kept.line.text for kept in lines if kept.kept)
    return Named(fold_case(found["name"]), replace(body, new_text=rest, lines=tuple(lines)))
