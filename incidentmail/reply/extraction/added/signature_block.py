"""Recognise signatures without the "-- " mark (RFC 3676 section 4.3): own names, formal closes and contact blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .. import program_phrases as phrases
from ..attribution import has_address
from .own_name import THANKED, is_name_line, may_be_name

NAMED_LINES_MAX = 14  # a name, a title, an organisation, its address, telephones, links
NAMED_CHARS_MAX = 100
SENTENCE_WORDS_MIN = 5  # `Example Inc.` is not a sentence
CLOSING_LINES_MAX = 5  # a formal close, a name, a title, an organisation, a telephone
CLOSING_CHARS_MAX = 40
CONTACT_LINES_MAX = 15
CONTACT_CHARS_MAX = 60
SIGNATURE_LINES_MAX = max(NAMED_LINES_MAX, CLOSING_LINES_MAX, CONTACT_LINES_MAX)
"""The number of lines examined at the end of a reply. Each is compared with the line above it."""
CARD_LINES_MIN = 3  # a business card below a blank line: name, organisation, telephone
CARD_LINES_MAX = 8
CARD_CHARS_MAX = 120
PHONE_DIGITS_MIN = 7
PROSE_CHARS_MIN = max(2 * CLOSING_CHARS_MAX, CONTACT_CHARS_MAX)

_DIGIT = re.compile(r"\d")
_CONTACT = re.compile(
    r"(?:tel|telefon|téléphone|telefono|teléfono|phone|mobile|mob|mobil|cell|fax|direct|m|t|p|f|d)\b[.:]{0,2} ?"
    r"[\d +()./-]{7,24}",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(r"(?<!\d)(?:\+|\(?0)\d[\d ()./-]{5,20}\d(?!\d)")


def signature_start(texts: Sequence[str], rules: Sequence[bool], gaps: Sequence[bool], name: str = "") -> int | None:
    """Return the index in `texts` at which the signature at the end of a reply begins, or None.

    `texts` are the non-blank lines of the reply. `rules` says which of them are drawn rules, and `gaps` which of them
    follow a blank line. `name` is the writer's display name.

    >>> signature_start(["sev 1", "Kind regards,", "Mara"], [False] * 3, [False, True, False])
    1
    >>> signature_start(["close", "Mara Lindqvist", "Payments, tel. 12"], [False] * 3, [False, True, False], "Mara L.")
    1
    """
    for found in (_named(texts, gaps, name), _formal_close(texts), _below_rule(texts, rules), _telephones(texts, gaps)):
        if found is not None:
            return found
    return _card(texts, gaps)


def is_prose(line: str) -> bool:
    """Return whether the line is a long sentence, above which no signature can begin."""
    return len(line) > PROSE_CHARS_MIN and _is_sentence(line)


def _named(texts: Sequence[str], gaps: Sequence[bool], name: str) -> int | None:
    """Return the index of the writer's name below a blank line or a close, unless a line below could be a command."""
    found = None
    for back in range(1, min(NAMED_LINES_MAX, len(texts) - 1) + 1 if name else 1):
        line = texts[-back]
        if len(line) > NAMED_CHARS_MAX or _is_sentence(line) or starts_command(line):
            break
        if may_be_name(line, name):
            close = _is_close(texts[-back - 1])
            if is_name_line(line, name, alone=gaps[-back] or close or (back == 1 and line[0] in "-–—~")):
                found = len(texts) - back - (1 if close and len(texts) > back + 1 else 0)
    return found


def _telephones(texts: Sequence[str], gaps: Sequence[bool]) -> int | None:
    """Return the index of the last paragraph if it has only telephone lines such as `Tel: +44 ...`, or None."""
    for back in range(1, min(CLOSING_LINES_MAX, len(texts) - 1) + 1):
        if _CONTACT.fullmatch(texts[-back]) is None:
            return None
        if gaps[-back]:
            return len(texts) - back
    return None


def _is_close(line: str) -> bool:
    """Return whether the line is a formal close or thanks, as written above a name."""
    if len(line) > 2 * CLOSING_CHARS_MAX:
        return False
    parts = [part.strip(" ,.!，、。") for part in line.casefold().split("/")]
    return all(part in phrases.CLOSINGS or part in THANKED for part in parts)


def _is_sentence(line: str) -> bool:
    return line[-1] in "?!" or (line[-1] in ".:" and line.count(" ") + 1 >= SENTENCE_WORDS_MIN)


def _formal_close(texts: Sequence[str]) -> int | None:
    """Return the index of a formal close with at most four short lines below it, none of which could be a command."""
    for back in range(1, min(CLOSING_LINES_MAX, len(texts) - 1) + 1):
        line = texts[-back]
        if _is_close(line) and line.casefold().strip(" ,.!，、。") not in THANKED:
            return len(texts) - back
        if len(line) > CLOSING_CHARS_MAX or _could_be_command(line):
            return None
    return None


def _below_rule(texts: Sequence[str], rules: Sequence[bool]) -> int | None:
    """Return the index of a drawn rule followed only by short lines, one with an address, link or phone number."""
    if True not in rules:
        return None
    contacts = False
    for back in range(1, min(CONTACT_LINES_MAX, len(texts) - 1) + 1):
        line = texts[-back]
        if rules[-back]:
            return len(texts) - back if contacts else None
        if len(line) > CONTACT_CHARS_MAX:
            return None
        contacts = contacts or has_address(line) or "http" in line or len(_DIGIT.findall(line)) >= PHONE_DIGITS_MIN
    return None


def _card(texts: Sequence[str], gaps: Sequence[bool]) -> int | None:
    """Return the index of the last paragraph if it has a name, a telephone number and an address, but no sentence."""
    telephone = address = False
    for back in range(1, min(CARD_LINES_MAX, len(texts) - 1) + 1):
        line = texts[-back]
        if len(line) > CARD_CHARS_MAX or line[-1] in ".!?:" or starts_command(line):
            return None
        telephone = telephone or _TELEPHONE.search(line) is not None
        address = address or has_address(line) or "www." in line or "http" in line
        if gaps[-back]:
            is_name = line[0].isupper() and not any(map(str.isdigit, line)) and not has_address(line)
            return len(texts) - back if is_name and telephone and address and back >= CARD_LINES_MIN else None
    return None


def starts_command(line: str) -> bool:
    """Return whether the line begins with the first word of a command, or with one of our own keys.

    >>> starts_command("Undo 7"), starts_command("Next update: 15:00"), starts_command("Payments team")
    (True, True, False)
    """
    key, colon, _ = line.partition(":")
    if colon != "" and key.strip().casefold() in phrases.OWN_KEYS:
        return True
    first = line.lstrip(" *_-•").split(None, 1)[:1]
    return bool(first) and first[0].casefold().strip(" *_.,;:!?1234567890") in phrases.COMMAND_WORDS


def _could_be_command(line: str) -> bool:
    return ":" in line or any(map(str.isdigit, line))
