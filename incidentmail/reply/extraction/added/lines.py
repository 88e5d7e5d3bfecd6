"""Recognise footers and app lines that programs, gateways and lists add below a message.

Each function looks at one line, or at the first lines of one paragraph, so its time is bounded. `ends.py` decides what
is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter

from ..program_phrases import has_any
from . import phrases as added
from .signature_block import starts_command

PARAGRAPH_CHARS_MAX = 1_500  # how much of a paragraph is compared with the phrases
PARAGRAPH_LINES_MAX = 40  # a longer paragraph is not a footer, label or banner
PHONE_CHARS_MAX = 100
PHONE_WORDS_MAX = 10  # a longer line is a sentence, unless it is an excuse
DISCLAIMER_CHARS_MIN = 60


def _beginning(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern that matches any of `words` at the beginning of a word."""
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, words)) + ")")


_DEVICE = _beginning(added.DEVICES)
_PHONE_STARTS_BEGIN = frozenset(phrase[:2] for phrase in (*added.PHONE_STARTS, *added.PHONE_SHORT_STARTS))
_BEGINNING = itemgetter(slice(4))
# `Sent via Newmail ( https://newmail.example )`: a product with its link in brackets.
_APP = re.compile(r"sent (?:from|via|with|using|by) [^.,;:(<\[]{0,25}[(<\[]")
_NOT_WORDS = re.compile(r"^[\W_]{1,8}")
_PICTURE = re.compile(
    r"[\[<(]\s?(?:cid:|image|img|picture|logo|inline|https?://)[^\[\]<>]{0,200}[\])>]|<?image\d{3}\.(?:png|jpe?g|gif)>?",
    re.I,
)
_LINK = re.compile(r"<[^<>\s]{1,300}>|\(?\s?https?://\S{1,300}")


def _rarest(phrase: str) -> str:
    """Return the most distinctive word of a phrase: a long word that our own messages do not use."""
    return max(reversed(phrase.split()), key=lambda word: (word not in ("number", "comment"), len(word)))


_FOOTER_WORDS = frozenset(
    _BEGINNING(_rarest(phrase))
    for table in (
        added.CHECKED_BY, added.MALWARE, added.PRINT_FIRST, added.COMPANY, added.UNSUBSCRIBE, added.FOOTER_WORDS,
        added.THIS_MAIL, added.FOOTER_STARTS, added.DISCLAIMER_STARTS, added.NOTICES,
        ("think before you print",),
    )
    for phrase in table
)  # fmt: skip
"""The beginnings of distinctive words, one for each footer phrase. Text that contains none of them has no footer."""
DECORATION = " *_[]<>(){}!⚠\ufe0f🔒🛑⛔❗【】「」■▲#=-–—|~"


def is_phone(line: str) -> bool:
    """Return whether the line is a default signature added by a phone, a tablet or an app.

    >>> is_phone("Sent from my phone"), is_phone("Sent from the gateway, it came back at once")
    (True, False)
    """
    if line.count(" ") >= PHONE_WORDS_MAX and not has_any(line.casefold(), added.PHONE_EXCUSES):
        return False
    head = line[:40].casefold().lstrip("*_(<[ -—")
    if head[:2] in _PHONE_STARTS_BEGIN:
        if head.startswith(added.PHONE_STARTS):
            return True
        if head.startswith(added.PHONE_SHORT_STARTS) and line.count(" ") < 5:
            return True
        if head.startswith("sent ") and "http" in line and _APP.match(head):
            return True
    return not line.isascii() and line.casefold().rstrip(" .。)*_").endswith(added.PHONE_ENDS)


def is_app_line(line: str) -> bool:
    """Return whether a mail app or phone added the line to name itself or to excuse typing errors.

    >>> is_app_line("Sent with Newmail for iPhone"), is_app_line("Sent the numbers to the bank by phone")
    (True, False)
    """
    if len(line) > PHONE_CHARS_MAX * 2:
        return False
    line = _NOT_WORDS.sub("", line)
    if is_phone(line):
        return True
    folded = line.casefold()
    folded = (_LINK.sub("", folded) if "http" in folded or "<" in folded else folded).strip(DECORATION + ".")
    if len(folded) > PHONE_CHARS_MAX or line.endswith("?"):
        return False
    if folded.startswith(added.SENT) and _DEVICE.match(folded, _third_word(folded)) is not None:
        return folded.split(" ", 2)[1] in added.SENT_FROM
    if folded.count(" ") >= PHONE_WORDS_MAX:
        return False
    if "outlook" in folded and folded.endswith(("ios", "android", "を入手", "beziehen", "mac")):
        return True
    if folded.startswith(added.THIS_MAIL) and has_any(folded, added.SENT):
        return "secure" in folded or _DEVICE.search(folded) is not None
    if folded.startswith(added.PROMOTIONS):
        return True
    first, _, rest = folded.partition(" ")
    begins = first.startswith(added.SENT) and rest.partition(" ")[0] in added.SENT_FROM
    if begins or folded.rsplit(" ", 1)[-1].startswith(added.SENT):
        return _DEVICE.search(folded) is not None
    return has_any(folded, added.EXCUSES) and has_any(folded, added.APOLOGIES)


def _third_word(text: str) -> int:
    """Return the index of the third word, or the length of a shorter text."""
    second = text.find(" ") + 1
    third = text.find(" ", second) + 1 if second else 0
    return third or len(text)


def is_picture(line: str) -> bool:
    """Return whether the line contains only the placeholder for a picture, such as a logo in a signature.

    >>> is_picture("[cid:image001.png@01DB]"), is_picture("[image: Example Ltd]"), is_picture("[staging] is down")
    (True, True, False)
    """
    return _PICTURE.fullmatch(line) is not None


def footer_start(lines: Sequence[str]) -> int | None:
    """Return the index of the line in a paragraph at which the footer of a gateway or list begins, or None.

    >>> footer_start(["close", "Please consider the environment before printing this email."])
    1
    """
    if len(lines) > PARAGRAPH_LINES_MAX:
        return None
    joined = joined_text(lines)
    if joined.isascii() and _FOOTER_WORDS.isdisjoint(map(_BEGINNING, joined.split())):
        return None
    if not _may_be_footer(joined):
        return None
    for index in range(len(lines)):
        if (index == 0 or not starts_command(lines[index])) and _is_footer(
            joined_text(lines[index:]), first=lines[index]
        ):
            return index
    return None


def joined_text(lines: Sequence[str]) -> str:
    """Return the start of a paragraph as one case-folded line, so that it can be compared with the phrases."""
    return " ".join(line[:PARAGRAPH_CHARS_MAX] for line in lines[:PARAGRAPH_LINES_MAX])[:PARAGRAPH_CHARS_MAX].casefold()


def _may_be_footer(text: str) -> bool:
    return any(family(text) for family in (_is_check, _is_disclaimer, _is_green, _is_company, _is_list, _is_notice))


def _is_footer(text: str, *, first: str) -> bool:
    """Return whether the text is a footer, and its first line already looks like one or like the start of one."""
    if not _may_be_footer(text):
        return False
    product = len(first) < 30 and has_any(first.casefold(), added.MALWARE)
    return product or _may_be_footer(first.casefold()) or _begins_footer(first.casefold().lstrip(DECORATION))


def _begins_footer(line: str) -> bool:
    head = line[:80]
    return head.startswith((*added.FOOTER_STARTS, *added.DISCLAIMER_STARTS)) or any(
        word in head for word in added.THIS_MAIL
    )


def _is_check(text: str) -> bool:
    """Return whether the text is a scanner's statement that it found nothing."""
    if has_any(text, added.CHECKED_BY) and len(text) < 80:
        return True
    return has_any(text, added.MALWARE) and has_any(text, added.CHECKED) and has_any(text, added.THIS_MAIL)


def _is_green(text: str) -> bool:
    """Return whether the text asks people not to print the message."""
    if "think before you print" in text:
        return True
    return has_any(text, added.PRINT_FIRST) and has_any(text, added.ENVIRONMENT)


def _is_company(text: str) -> bool:
    """Return whether the text contains details required in business letters (Directive 2003/58/EC, article 4)."""
    found = sum(map(text.__contains__, added.COMPANY))
    return found > 1 or (found == 1 and (":" in text or any(map(str.isdigit, text))) and len(text) > 20)


def _is_disclaimer(text: str) -> bool:
    if len(text) < DISCLAIMER_CHARS_MIN:
        return False
    if not has_any(text, added.THIS_MAIL) and not text.startswith(added.DISCLAIMER_STARTS):
        return False
    return sum(has_any(text, stems) for stems in added.DISCLAIMER_STEMS) > 1


def _is_list(text: str) -> bool:
    """Return whether the text explains how to leave a list.

    A person's own request to leave the list does not count, since it contains no link or address.
    """
    if text.startswith(added.FOOTER_STARTS) or has_any(text, added.FOOTER_WORDS):
        return True
    return has_any(text, added.UNSUBSCRIBE) and ("http" in text or "@" in text or "www." in text)


def _is_notice(text: str) -> bool:
    """Return whether the text is a link to legal terms, or states how the message was classified."""
    if text.lstrip(DECORATION).startswith(added.NOTICES) and ("http" in text or "www." in text):
        return True
    return text.startswith(added.THIS_MAIL) and has_any(text, added.CLASSIFIED)
