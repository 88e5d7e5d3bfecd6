"""Restore links that gateways rewrote, so that lines quoted from our mail are recognised."""

from __future__ import annotations

import re
from urllib.parse import unquote

LINK = "\0"  # the first character of a word that represents a link
LINK_CHARS_MAX = 2_000
NESTED_MAX = 3  # a link in a link in a link: two gateways and a short link
_SCHEMES = ("http://", "https://", "http%3a", "https%3a", "http-3a__", "https-3a__")
_ESCAPED = re.compile(r"-(?=[0-9a-f]{2})")
_BRACKETS = "<>[]()*_\"'"


def has_link(text: str) -> bool:
    """Return whether the text contains a link that `words_of` would replace."""
    return "://" in text or "www." in text


def words_of(parts: list[str]) -> list[str]:
    """Return the words of a line, with one word for each link.

    If the text of a link is followed by the link's address, the address is omitted.

    >>> words_of("Join https://example.com/a<https://gate.example/?u=https%3A%2F%2Fexample.com%2Fa&d=1> now".split())
    ['Join', '\\x00example.com/a', 'now']
    """
    words: list[str] = []
    for part in parts:
        if not has_link(part):
            words.append(part)
            continue
        bracket = min((at for mark in ("<", "[", "(") if (at := part.find(mark)) >= 0), default=-1)
        if bracket > 0:
            head = part[:bracket]
            words.append(_link(head) if has_link(head) else head)
        elif bracket < 0 or not words:
            words.append(_link(part))
    return words


def _link(part: str) -> str:
    """Return the address inside a link, without the additions of gateways.

    Safe Links writes `?url=https%3A%2F%2F...&data=`, urldefense `/v3/__https://...__;` or `?u=https-3A__...&d=`.
    """
    inner = part[:LINK_CHARS_MAX].strip(_BRACKETS).casefold()
    for _ in range(NESTED_MAX):
        at = inner.rfind("http")
        while at > 0 and not inner.startswith(_SCHEMES, at):
            at = inner.rfind("http", 0, at)
        if at <= 0:  # most links contain no other
            break
        inner = inner[at:]
        if inner.startswith(("http%3a", "https%3a")):
            inner = unquote(inner.partition("&")[0])
        elif inner.startswith(("http-3a__", "https-3a__")):
            inner = unquote(_ESCAPED.sub("%", inner.partition("&")[0]).replace("_", "/"))
        else:
            inner = inner.partition("__;")[0]
    return LINK + inner.removeprefix("https://").removeprefix("http://").rstrip("/._,;:!?" + _BRACKETS)
