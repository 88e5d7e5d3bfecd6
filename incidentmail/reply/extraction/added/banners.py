"""Recognise banners (warnings that gateways add to a message) and labels (which say who may read it)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..attribution import has_address
from ..program_phrases import has_any
from . import phrases as added
from .lines import DECORATION, PARAGRAPH_CHARS_MAX, PARAGRAPH_LINES_MAX, joined_text
from .signature_block import starts_command

LABEL_CHARS_MAX = 80
LABEL_WORDS_MAX = 8
WRAP_CHARS_MIN = 50  # programs do not wrap banners at less than this
SENTENCE_ENDS = (".", "!", "?", "。")

_LEVEL = re.compile(r"[cl][0-5]")
_WORD = re.compile(r"[^\W_]+")
_TLP = re.compile(r"\W{0,3}tlp\W{1,3}(?:red|amber|green|white|clear)(?:\+strict)?\W{0,3}")
_OPENING = frozenset("[*<({!⚠🔒🛑⛔❗【「■▲#=")
_HEAD_END = re.compile(r"[:!.。】]| [-–—] ")


def is_label(line: str) -> bool:
    """Return whether a line that is a paragraph of its own is a label saying who may read the message.

    >>> is_label("C2 - Internal"), is_label("Example Ltd - Confidential"), is_label("the internal gateway")
    (True, True, False)
    """
    if len(line) > LABEL_CHARS_MAX or line[-1] in ".?,":
        return False
    if is_marked_label(line):
        return True
    if not _has_level(_WORD.findall(line.casefold())):
        return False
    if _is_vocabulary(line):
        return True
    for dash in (" - ", " – ", " — ", " | ", " / "):
        company, found, level = line.partition(dash)
        if found and _is_vocabulary(level) and level[:1].isupper() and company.count(" ") < 4:
            return all(word[:1].isupper() or word in ("&", "of", "and") for word in company.split())
    return False


def is_marked_label(line: str) -> bool:
    """Return whether the line is recognisable as a label even without blank lines around it.

    >>> is_marked_label("Classification: Internal"), is_marked_label("[Internal]"), is_marked_label("Internal")
    (True, True, False)
    """
    if len(line) > LABEL_CHARS_MAX or not (":" in line or "：" in line or line[0] in _OPENING or line[1:2].isdigit()):
        return False
    folded = line.casefold()
    if _TLP.fullmatch(folded) is not None:
        return True
    if line[:1] in _OPENING and line[-1:] in ("]", "*", ">", ")", "}", "!", "】", "」", "#", "="):
        return _is_vocabulary(line)
    key, colon, value = folded.strip(DECORATION).replace("：", ":").partition(":")
    if colon and key.strip() in added.LABEL_KEYS:
        words = _WORD.findall(value)
        return 0 < len(words) <= LABEL_WORDS_MAX and _has_level(words)
    words = _WORD.findall(folded)
    return len(words) > 1 and _LEVEL.fullmatch(words[0]) is not None and _is_vocabulary(line)


def _is_vocabulary(line: str) -> bool:
    words = _WORD.findall(line.casefold())
    if not 0 < len(words) <= LABEL_WORDS_MAX or not _has_level(words):
        return False
    return all(word in added.LABEL_LEVELS or word in added.LABEL_WORDS or _LEVEL.fullmatch(word) for word in words)


def _has_level(words: Sequence[str]) -> bool:
    return not added.LABEL_LEVELS.isdisjoint(words)


def banner_lines(lines: Sequence[str]) -> int:
    """Return the number of lines at the start of a paragraph that are a gateway's banner.

    >>> banner_lines(["EXTERNAL EMAIL: Do not click on links.", "close"])
    1
    """
    if not _is_banner(lines):
        return 0
    count = 1
    while count < len(lines) and _continues(lines[count - 1], lines[count]):
        count += 1
    return count


def _is_banner(lines: Sequence[str]) -> bool:
    first = lines[0]
    bare = first[:PARAGRAPH_CHARS_MAX].casefold().lstrip(DECORATION)
    if bare.startswith(added.BANNER_STARTS):
        return True
    names_mail = bare.startswith(added.THIS_MAIL)
    warns = bare.startswith(added.WARNINGS) or first[0] in _OPENING
    if not (names_mail or warns):
        head = _HEAD_END.split(first[: LABEL_CHARS_MAX * 2], maxsplit=1)[0]
        if not head.isupper() or starts_command(first):
            return False
    text = joined_text(lines[:4])
    if not has_any(text, added.OUTSIDE):
        return False
    if names_mail:
        return has_any(text, added.ORGANISATION)
    return has_any(text, added.MAIL) and not starts_command(first)


def _continues(above: str, line: str) -> bool:
    """Return whether `line` continues the banner that the line above it belongs to."""
    if starts_command(line):
        return False
    folded = line.casefold()
    if has_any(folded, added.BANNER_MORE) or not any(map(str.isalnum, line)):
        return True
    if above.casefold().lstrip(DECORATION).startswith(added.BANNER_STARTS) and has_address(line) and " " not in line:
        return True
    if folded.startswith(added.THIS_MAIL) and has_any(folded, added.OUTSIDE):
        return True
    is_broken = len(above) >= WRAP_CHARS_MIN and not above.endswith(SENTENCE_ENDS)
    return is_broken and line[0].islower() and line.endswith(SENTENCE_ENDS)


def continues_banner(lines: Sequence[str]) -> bool:
    """Return whether a whole paragraph continues the banner above it, such as `Learn why this is important`."""
    return len(lines) < PARAGRAPH_LINES_MAX and all(
        has_any(line.casefold(), added.BANNER_MORE) and not starts_command(line) for line in lines
    )
