"""Clean free text, as one line or as paragraphs.

Text comes from messages and terminals. Anything that could break a header, a terminal or a comparison is removed here,
and only here. So the displayed text equals the stored text, and text that we sent parses back unchanged.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from .lazy_pattern import lazy_pattern

LINE_CHARS_MAX = 300
"""The maximum length of a subject, venue or name. Relays fold longer lines, and a phone cannot show them."""
TEXT_CHARS_MAX = 20_000
TEXT_BYTES_MAX = 24_000
"""The maximum size of details, notes and updates in UTF-8. Lists hold posts over 40 kB, and base64 adds a third."""

# Bidirectional marks, overrides and isolates, zero-width space, word joiner, BOM, invisible operators, interlinear
# marks and tag characters. They hide or reorder what a person reads. Joiners (U+200C, U+200D) are kept, because some
# scripts and emoji need them.
_INVISIBLE = lazy_pattern(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
HIDDEN = lazy_pattern(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Invisible characters, which are ignored in comparisons and searches.

These are Unicode's Default_Ignorable_Code_Point, which includes blank letters (Hangul fillers), and the empty Braille
cell. They are not removed from texts, because some of them (joiners, selectors) are part of the text.
"""
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_SPACES = lazy_pattern(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_CONTROLS = lazy_pattern(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = lazy_pattern(r"[\ud800-\udfff]")
_BLANK_LINES = lazy_pattern(r"\n{3,}")
_PRINTABLE_ASCII = bytes(range(ord(" "), 127))
_LINE_ENDS = lazy_pattern(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")


def is_printable(text: str) -> bool:
    r"""Return whether all characters are printable, as `str.isprintable` does. This is faster for long text.

    >>> is_printable("sev 1"), is_printable("sev\t1"), is_printable("é"), is_printable("é\u200b")
    (True, False, True, False)
    """
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PRINTABLE_ASCII)
    return not rest or rest.decode("utf-8", "surrogatepass").isprintable()


def _visible(text: str) -> str:
    """Return `text` without lone surrogates, invisible characters, and control characters other than tab and LF."""
    if text.isprintable():  # everything to remove is unprintable, as are tab and LF
        return text
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", _INVISIBLE.sub("", text))
    return _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    r"""Return `text` as one clean line: no control characters, single spaces as the only white space, trimmed.

    >>> one_line(" Checkout\r\n  is\x1b[0m\u00a0down ")
    'Checkout is[0m down'
    """
    if not text.isprintable():
        text = _visible(_LINE_ENDS.sub("\n", text))
    return " ".join(text.split())


def controls_as_spaces(text: str) -> str:
    r"""Return `text` with each control character replaced by a space, because these separate words in header fields.

    >>> one_line(controls_as_spaces("a\r\nBcc:\x07b"))
    'a Bcc: b'
    """
    return _CONTROLS.sub(" ", text)


def composed(text: str) -> str:
    r"""Return `text` with composed letters (NFC). macOS writes some letters and their accents separately.

    >>> composed("Jo\u0308rg") == "J\u00f6rg"
    True
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def printable_line(text: str) -> str:
    r"""Return `text` as one log line, with single spaces for white space and escapes for invisible characters.

    >>> printable_line("no\r\nroute\x1b ")
    'no route\\x1b'
    """
    return printable(" ".join(text.split()))


def written_line(text: str) -> str:
    r"""Return a line with its indentation, without invisible characters, and with only plain spaces.

    >>> written_line("  Severity:\u00a01\u200b ")
    '  Severity: 1'
    """
    return (text if text.isprintable() else _SPACES.sub(" ", _visible(text))).rstrip()


def written_lines(texts: Sequence[str]) -> Iterable[str]:
    r"""Return each line as `written_line` would. This is faster, because most lines need no change.

    >>> list(written_lines(["  Severity:\u00a01\u200b ", "a "]))
    ['  Severity: 1', 'a']
    """
    return map(str.rstrip if is_printable("".join(texts)) else written_line, texts)


def paragraphs(text: str) -> str:
    r"""Return `text` as clean lines separated by LF: no trailing white space, single blank lines, trimmed.

    >>> paragraphs("One.  \r\n\r\n\r\n\r\nTwo.\x07\n")
    'One.\n\nTwo.'
    """
    if text.isprintable():
        return text.strip(" ")
    lines = text.split("\n")
    if not is_printable("".join(lines)):
        lines = _visible(_LINE_ENDS.sub("\n", text)).replace("\t", "    ").split("\n")
    text = "\n".join(map(str.rstrip, lines)).strip("\n ")
    return _BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text


def clip(text: str, chars_max: int = LINE_CHARS_MAX) -> str:
    """Return `text` shortened to `chars_max` characters, ending in an ellipsis if it was longer.

    >>> clip("abcdef", 4)
    'abc…'
    """
    return text if len(text) <= chars_max else text[: chars_max - 1].rstrip() + "…"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless the number is 1.

    >>> counted(1, "mail"), counted(2, "mail")
    ('1 mail', '2 mails')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def fold_case(text: str) -> str:
    """Return `text` with only ASCII letters lower-cased, for comparison. A Kelvin sign does not become a k.

    >>> fold_case("Severity") == "severity", fold_case("K") == "k"
    (True, False)
    """
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


def printable(text: str) -> str:
    r"""Return `text` for a terminal or a log, with C0, C1 and bidirectional control characters shown as escapes.

    >>> printable("a\x1b]0;b\x07c")
    'a\\x1b]0;b\\x07c'
    """
    return "".join(
        c
        if c in "\t\n" or (c.isprintable() or c in "\u200c\u200d" or unicodedata.category(c) in ("Zs", "Co"))
        else c.encode("unicode_escape").decode("ascii")
        for c in text
    )
