"""Recognise header blocks such as `From: Sent: To: Subject:` above a quotation, in known languages or by their form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from . import program_phrases as phrases
from .attribution import CHARS_MAX, has_address, has_full_date

HEADER_WINDOW_LINES = 4  # header lines further apart belong to different blocks
SENDER_CHARS_MAX = 200
_SENDER = re.compile(r"[^<>\[\]@:]{0,80}[<\[(](?:mailto:)?[^\s<>@]{1,64}@[^\s<>@]{1,80}[>\])]")
_INNER_KEY = re.compile(r"(?:^|(?<=[\s*>]))([^\W\d_][^\W\d_]{0,14}(?: [^\W\d_]{1,12})?) ?:\*?(?=\s)")
_Row = tuple[int, str, str, str]  # a `Key: value` line: its index, the kind of header or "", the key, the value


def _header_key(line: str) -> tuple[str, str, str]:
    """Return the kind of header field, the key and the value in a `Key: value` line. The kind is "" if unknown."""
    head, _, value = line[:CHARS_MAX].replace("：", ":", 1).partition(":")
    key = head.strip("*_ |\t•-").casefold()
    return phrases.HEADER_KEYS.get(key, ""), key, value.strip("* _")


def header_inside(line: str) -> int | None:
    """Return the index at which a header block begins within one line, or None.

    >>> header_inside("sev 1 From: Bo <bo@example.com> Sent: 1 May 2026 Subject: x"), header_inside("from: a to: b")
    (5, None)
    """
    start, kinds = None, set()
    for match in _INNER_KEY.finditer(line[:CHARS_MAX]):
        for key, at in (
            (match[1], match.start(1)),
            (match[1].rsplit(" ", 1)[-1], match.end(1) - len(match[1].rsplit(" ", 1)[-1])),
        ):
            kind = phrases.HEADER_KEYS.get(key.casefold(), "")
            if kind:
                start = at if kind == phrases.FROM and start is None else start
                kinds.add(kind)
                break
    if start is None or not has_address(line[start:CHARS_MAX]) or not kinds & {phrases.DATE, phrases.SUBJECT}:
        return None
    return len(line[:start].rstrip("* _|-"))


def mark_headers(plains: Sequence[str], keys: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield the index of each line of a header block, and the reason why it was recognised.

    `keys` are the indexes of the lines that look like `Key: value`.

    >>> [index for index, _ in mark_headers(["sev 1", "From: Bo", "Sent: 1 May 2026"], [1, 2])]
    [1, 2]
    """
    group: list[_Row] = []
    on_one_line = False
    for index in keys:
        line = plains[index]
        if not on_one_line and "@" in line and line.count(":") > 2 and header_inside(line) == 0:
            on_one_line = True  # everything below the first one is quoted
            yield index, "a header block on one line"
            continue
        kind, key, value = _header_key(line)
        if kind == phrases.FROM and (index == 0 or not plains[index - 1]) and _is_sender(value):
            yield index, "a header's sender"
            continue
        if not key or len(key) > 30 or key.count(" ") > 3:
            continue
        if group and index - group[-1][0] > HEADER_WINDOW_LINES:
            yield from _mark_group(plains, group)
            group = []
        group.append((index, kind, key, value))
    yield from _mark_group(plains, group)


def _is_sender(value: str) -> bool:
    """Return whether the value consists of a name and an address, as in a `From:` line."""
    return len(value) <= SENDER_CHARS_MAX and "@" in value and _SENDER.fullmatch(value) is not None


def _mark_group(plains: Sequence[str], group: Sequence[_Row]) -> Iterator[tuple[int, str]]:
    """Yield the index of each header line of the group, and the reason why it was recognised.

    If blank lines divide the group and one part of it is a header block, each part is judged separately. A single line
    is never a header block.
    """
    if len(group) < 2:
        return
    blocks: list[list[_Row]] = []
    for row in group:
        if not blocks or not all(plains[blocks[-1][-1][0] + 1 : row[0]]):
            blocks.append([])
        blocks[-1].append(row)
    if not any(map(_is_header_block, blocks)):
        blocks = [list(group)]
    for block in blocks:
        if _is_header_block(block):
            for index, kind, _, _ in block:
                if kind:
                    yield index, "a header block"
            continue
        run: list[_Row] = []
        for row in (*block, (-1, "", "", "")):
            if run and row[0] != run[-1][0] + 1:
                yield from _mark_unknown_keys(run)
                run = []
            run.append(row)


def _mark_unknown_keys(run: Sequence[_Row]) -> Iterator[tuple[int, str]]:
    """Yield the lines in a run of at least three unknown keys, if their values include an address and a date.

    None of the keys may belong to our own grammar.
    """
    if len(run) < 3 or any(key in phrases.OWN_KEYS for _, _, key, _ in run):
        return
    values = [value for _, _, _, value in run[:4]]
    if any(map(has_address, values)) and any(map(has_full_date, values)):
        for index, _, _, _ in run:
            yield index, "keys with an address and a date"


def _is_header_block(rows: Sequence[_Row]) -> bool:
    """Return whether the rows contain enough kinds of header fields to be a header block.

    A block needs a sender and one other field, or a date, a recipient and a subject. `From: 14:00` and `To: 15:00` are
    a time span.
    """
    found = {kind for _, kind, _, _ in rows}
    if phrases.FROM in found and found & {phrases.DATE, phrases.SUBJECT}:
        return True
    if phrases.FROM in found and phrases.TO in found:
        return any(has_address(value) for _, kind, _, value in rows if kind)
    return len(found & {phrases.DATE, phrases.TO, phrases.SUBJECT}) == 3
