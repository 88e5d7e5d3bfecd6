"""Remove the link targets that mail programs add in plain text. Outlook writes each link as `text<target>`."""

from __future__ import annotations

import re

_TARGET = re.compile(r"(?P<space>[ \t]?)<(?P<scheme>mailto:|tel:|https?://)(?P<rest>[^<>\s]{1,2000})>", re.I)
_ADDRESS_END = re.compile("[?#]")
_LOOKS_LIKE_LINK = re.compile(r"[^/]*://|www\.|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?:/|$)", re.I)
TEXT_CHARS_MAX = 2_000


def without_targets(line: str) -> str:
    """Return a line with its links as a reader sees them: a target is removed if its text is itself a link.

    An address after a name is kept, without `mailto:`, because it shows who is meant.

    >>> without_targets("Scribe: Ann Lee <ann@example.com<mailto:ann@example.com>>")
    'Scribe: Ann Lee <ann@example.com>'
    >>> without_targets("Scribe: @Ann Lee<mailto:ann@example.com>")
    'Scribe: @Ann Lee <ann@example.com>'
    >>> without_targets("Venue: https://meet.example.com/x<https://gate.example/?url=https%3A%2F%2Fmeet.example.com%2Fx>")
    'Venue: https://meet.example.com/x'
    >>> without_targets("Venue: the bridge<https://meet.example.com/x>")
    'Venue: the bridge <https://meet.example.com/x>'
    """
    if "<" not in line:
        return line
    parts: list[str] = []
    done = 0
    for found in _TARGET.finditer(line):
        parts.append(line[done : found.start()])
        parts.append(_shown(found, line[max(done, found.start() - TEXT_CHARS_MAX) : found.start()]))
        done = found.end()
    return "".join([*parts, line[done:]]) if done else line


def _shown(found: re.Match[str], before: str) -> str:
    """Return the text that replaces a link target. `before` is the text directly before the target."""
    space, scheme, rest = found["space"], found["scheme"].lower(), found["rest"]
    text = before[max(map(before.rfind, " \t<(")) + 1 :]
    if scheme == "tel:":
        return "" if text else found[0]
    if scheme == "mailto:":
        address = _ADDRESS_END.split(rest, 1)[0]
        if text.casefold() == address.casefold() and not space:
            return ""
        return f" <{address}>" if text else f"{space}<{address}>"
    if not text or space:
        return found[0]
    return "" if _LOOKS_LIKE_LINK.match(text) else f" {found[0]}"
