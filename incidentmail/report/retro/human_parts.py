"""Find the text that people wrote in a retrospective, and keep it when the retrospective is regenerated.

Each place for people's text is between two marker lines. The markers name the place, for example by the key of a
question, so that an answer stays with its question. Only the text between markers belongs to people. All other text
comes from the record, and a digest at the end of the file shows whether somebody has changed it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from incidentmail.core.frozen import Frozen
from incidentmail.core.lazy_pattern import lazy_pattern

BEGIN, END = "<!-- yours: {name} -->", "<!-- end: {name} -->"
_PART = lazy_pattern(r"(?ms)^<!-- yours: (?P<name>[\w.-]{1,80}) -->\n(?P<text>.*?)^<!-- end: (?P=name) -->$")
_MARK = lazy_pattern(r"(?m)^<!-- (?:yours|end): .{0,100}$")
_HEAD = lazy_pattern(r"(?m)^<!-- retrospective of (?P<id>[\w.-]{1,200}), (?P<digest>[0-9a-f]{16}) -->$")
_HEAD_LINE = "<!-- retrospective of {id}, {digest} -->"


class Written(Frozen, kw_only=True):
    """A retrospective read from a file: its incident, people's text by place, and whether the rest is unchanged.

    `is_whole` is false if markers are missing or out of order, so that some text may belong to no place.
    """

    id: str
    parts: dict[str, str]
    is_ours: bool
    is_whole: bool


def place(name: str) -> str:
    """Return an empty place for people's text."""
    return f"{BEGIN.format(name=name)}\n\n{END.format(name=name)}"


def filled(text: str, parts: Mapping[str, str]) -> str:
    """Return `text` with people's text in its places, exactly as written.

    >>> print(filled(place("learned"), {"learned": "Ask sooner."}))
    <!-- yours: learned -->
    Ask sooner.
    <!-- end: learned -->
    """

    def fill(found: re.Match[str]) -> str:
        name, words = found["name"], parts.get(found["name"])
        return f"{BEGIN.format(name=name)}\n{words}\n{END.format(name=name)}" if words else found[0]

    return _PART.sub(fill, text)


def signed(text: str, incident: str) -> str:
    """Return the file: `text`, and a last line with the incident's id and a digest of the text outside the places."""
    return f"{text.rstrip()}\n\n{_HEAD_LINE.format(id=incident, digest=_digest(text))}\n"


def read_parts(file: str) -> Written | None:
    """Return the contents of a file, or None if it is not a retrospective written by this program.

    >>> file = signed(filled("# A\\n\\n" + place("learned"), {"learned": "Ask sooner."}), "2026-11-20-a")
    >>> written = read_parts(file)
    >>> written.id, written.parts, written.is_ours
    ('2026-11-20-a', {'learned': 'Ask sooner.'}, True)
    """
    file = file.replace("\r\n", "\n")
    head = _HEAD.search(file)
    if head is None:
        return None
    text = file[: head.start()] + file[head.end() :]
    parts = {found["name"]: found["text"].strip("\n") for found in _PART.finditer(text)}
    left = _MARK.sub("", _PART.sub("", text)) != _PART.sub("", text)
    inside = any(_MARK.search(part) for part in parts.values())
    return Written(
        id=head["id"],
        parts={name: part for name, part in parts.items() if part.strip()},
        is_ours=_digest(text) == head["digest"],
        is_whole=not left and not inside and len(parts) == sum(1 for _ in _PART.finditer(text)),
    )


def kept_elsewhere(parts: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """Return people's text that has no place in the new version, because its question is no longer asked."""
    known = set(names)
    return {name: text for name, text in parts.items() if name not in known}


def _digest(text: str) -> str:
    ours = _PART.sub("", text)
    return hashlib.sha256(re.sub(r"\s+", " ", ours).strip().encode("utf-8", "replace")).hexdigest()[:16]
