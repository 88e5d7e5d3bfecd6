"""Signatures without the mark of RFC 3676 section 4.3: of phones and apps, formal closes, contact blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import program_phrases as phrases
from .attribution import has_address

PHONE_CHARS_MAX = 100
PHONE_WORDS_MAX = 10  # a longer line is a sentence, unless it asks to be excused
CLOSING_LINES_MAX = 5  # a formal close, a name, a title, an organisation, a telephone
CLOSING_CHARS_MAX = 40
CONTACT_LINES_MAX = 15
CONTACT_CHARS_MAX = 60
CARD_LINES_MIN = 3  # a visiting card under a blank line: name, organisation, telephone
CARD_LINES_MAX = 8
CARD_CHARS_MAX = 120
PHONE_DIGITS_MIN = 7

# `Sent via Newmail ( https://newmail.example )`: a product with its link in brackets.
_APP = re.compile(r"sent (?:from|via|with|using|by) [^.,;:(<\[]{0,25}[(<\[]")
_DIGIT = re.compile(r"\d")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+|\(?0)\d[\d ()./-]{5,20}\d(?!\d)")


def is_phone(line: str) -> bool:
    """Return whether the line is the signature of a phone, a tablet or an app.

    >>> is_phone("Sent from my phone"), is_phone("Sent from the gateway, it came back at once")
    (True, False)
    """
    if line.count(" ") >= PHONE_WORDS_MAX and not any(word in line.casefold() for word in phrases.PHONE_EXCUSES):
        return False
    head = line[:40].casefold().lstrip("*_(<[ -—")
    if head.startswith(phrases.PHONE_STARTS):
        return True
    if head.startswith(phrases.PHONE_SHORT_STARTS) and line.count(" ") < 5:
        return True
    if head.startswith("sent ") and "http" in line and _APP.match(head):
        return True
    return not line.isascii() and line.casefold().rstrip(" .。)*_").endswith(phrases.PHONE_ENDS)


def signature_start(texts: Sequence[str], rules: Sequence[bool], gaps: Sequence[bool]) -> int | None:
    """Return the index in `texts` at which the signature at the end of a reply begins, or None if there is none.

    `texts` are its lines without the blank ones; `rules` says which are drawn, `gaps` which are below a blank one.

    >>> signature_start(["sev 1", "Kind regards,", "Mara"], [False] * 3, [False, True, False])
    1
    """
    found = _formal_close(texts)
    if found is None:
        found = _below_rule(texts, rules)
    return _card(texts, gaps) if found is None else found


def _formal_close(texts: Sequence[str]) -> int | None:
    """Find a formal close with at most four short lines below it, none of which could be a command."""
    for back in range(1, min(CLOSING_LINES_MAX, len(texts) - 1) + 1):
        line = texts[-back]
        if len(line) <= CLOSING_CHARS_MAX and line.casefold().rstrip(" ,.!，、。") in phrases.CLOSINGS:
            return len(texts) - back
        if len(line) > CLOSING_CHARS_MAX or _could_be_command(line):
            return None
    return None


def _below_rule(texts: Sequence[str], rules: Sequence[bool]) -> int | None:
    """Find a rule with only short lines below it, at least one with an address, a link or a telephone number."""
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
    """Find a last paragraph of a name, then lines with a telephone number and an address, none of them a sentence."""
    telephone = address = False
    for back in range(1, min(CARD_LINES_MAX, len(texts) - 1) + 1):
        line = texts[-back]
        if len(line) > CARD_CHARS_MAX or line[-1] in ".!?:" or _is_own_key(line):
            return None
        telephone = telephone or _TELEPHONE.search(line) is not None
        address = address or has_address(line) or "www." in line or "http" in line
        if gaps[-back]:
            is_name = line[0].isupper() and not any(c.isdigit() for c in line) and not has_address(line)
            return len(texts) - back if is_name and telephone and address and back >= CARD_LINES_MIN else None
    return None


def _is_own_key(line: str) -> bool:
    key, colon, _ = line.partition(":")
    return colon != "" and key.strip().casefold() in phrases.OWN_KEYS


def _could_be_command(line: str) -> bool:
    return ":" in line or any(c.isdigit() for c in line)
