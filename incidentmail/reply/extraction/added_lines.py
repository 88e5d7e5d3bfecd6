"""Lines and paragraphs that programs, gateways and lists add to a mail: app lines, footers, banners, labels.

Each function looks at one line, or at the first lines of one paragraph, so that the time is bounded. `trim.py` decides
what is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from . import added_phrases as added
from .attribution import has_address
from .signature_block import starts_command

PARAGRAPH_CHARS_MAX = 1_500  # the longest text of a paragraph that is compared with the phrases
PARAGRAPH_LINES_MAX = 40  # a longer paragraph is no footer, label or banner
PHONE_CHARS_MAX = 100
PHONE_WORDS_MAX = 10  # a longer line is a sentence, unless it asks to be excused
LABEL_CHARS_MAX = 80
LABEL_WORDS_MAX = 8
WRAP_CHARS_MIN = 50  # programs do not break banners into shorter lines
DISCLAIMER_CHARS_MIN = 60
SENTENCE_ENDS = (".", "!", "?", "。")


def _beginning(words: Sequence[str]) -> re.Pattern[str]:
    """Return a pattern that finds a word beginning with any of `words`."""
    return re.compile(r"(?<![^\W_])(?:" + "|".join(map(re.escape, words)) + ")")


_DEVICE, _LEVEL = _beginning(added.DEVICES), re.compile(r"[cl][0-5]")
_WORD_CHARS = 4
_WORD = re.compile(r"[^\W_]+")
_TLP = re.compile(r"\W{0,3}tlp\W{1,3}(?:red|amber|green|white|clear)(?:\+strict)?\W{0,3}")
# `Sent via Newmail ( https://newmail.example )`: a product with its link in brackets.
_APP = re.compile(r"sent (?:from|via|with|using|by) [^.,;:(<\[]{0,25}[(<\[]")
_LINK = re.compile(r"<[^<>\s]{1,300}>|\(?\s?https?://\S{1,300}")
_OPENING = frozenset("[*<({!⚠🔒🛑⛔❗【「■▲#=")
_FOOTER_WORDS = frozenset(
    max(phrase.split(), key=len)[:_WORD_CHARS]
    for table in (
        added.CHECKED_BY, added.MALWARE, added.PRINT_FIRST, added.COMPANY, added.UNSUBSCRIBE, added.FOOTER_WORDS,
        added.THIS_MAIL, added.FOOTER_STARTS, added.DISCLAIMER_STARTS, ("think before you print",),
    )
    for phrase in table
)  # fmt: skip
"""The beginning of one word of each phrase that a footer may have; ordinary text has none of them, and needs no more
comparing."""
_HEAD_END = re.compile(r"[:!.。】]| [-–—] ")
_DECORATION = " *_[]<>(){}!⚠\ufe0f🔒🛑⛔❗【】「」■▲#=-–—|~"


def is_phone(line: str) -> bool:
    """Return whether the line is the signature of a phone, a tablet or an app.

    >>> is_phone("Sent from my phone"), is_phone("Sent from the gateway, it came back at once")
    (True, False)
    """
    if line.count(" ") >= PHONE_WORDS_MAX and not any(word in line.casefold() for word in added.PHONE_EXCUSES):
        return False
    head = line[:40].casefold().lstrip("*_(<[ -—")
    if head.startswith(added.PHONE_STARTS):
        return True
    if head.startswith(added.PHONE_SHORT_STARTS) and line.count(" ") < 5:
        return True
    if head.startswith("sent ") and "http" in line and _APP.match(head):
        return True
    return not line.isascii() and line.casefold().rstrip(" .。)*_").endswith(added.PHONE_ENDS)


def is_app_line(line: str) -> bool:
    """Return whether a mail app or a phone added the line: where it was sent from, or an excuse for how it is written.

    >>> is_app_line("Sent with Newmail for iPhone"), is_app_line("Sent the numbers to the bank by phone")
    (True, False)
    """
    if len(line) > PHONE_CHARS_MAX * 2:
        return False
    if is_phone(line):
        return True
    folded = line.casefold()
    folded = (_LINK.sub("", folded) if "http" in folded or "<" in folded else folded).strip(_DECORATION + ".")
    if len(folded) > PHONE_CHARS_MAX or folded.count(" ") >= PHONE_WORDS_MAX or line.endswith("?"):
        return False
    if folded.startswith(added.PROMOTIONS):
        return True
    first, _, rest = folded.partition(" ")
    begins = first.startswith(added.SENT) and rest.partition(" ")[0] in added.SENT_FROM
    if begins or folded.rsplit(" ", 1)[-1].startswith(added.SENT):
        return _DEVICE.search(folded) is not None
    return any(word in folded for word in added.EXCUSES) and any(word in folded for word in added.APOLOGIES)


def footer_start(lines: Sequence[str]) -> int | None:
    """Return the index of the line of a paragraph at which the footer of a gateway or a list begins, or None.

    >>> footer_start(["close", "Please consider the environment before printing this email."])
    1
    """
    if len(lines) > PARAGRAPH_LINES_MAX:
        return None
    joined = _joined(lines)
    if joined.isascii() and _FOOTER_WORDS.isdisjoint([word[:_WORD_CHARS] for word in joined.split()]):
        return None
    if not _may_be_footer(joined):
        return None
    for index in range(len(lines)):
        if (index == 0 or not starts_command(lines[index])) and _is_footer(_joined(lines[index:]), first=lines[index]):
            return index
    return None


def _joined(lines: Sequence[str]) -> str:
    return " ".join(line[:PARAGRAPH_CHARS_MAX] for line in lines[:PARAGRAPH_LINES_MAX])[:PARAGRAPH_CHARS_MAX].casefold()


def _may_be_footer(text: str) -> bool:
    return any(family(text) for family in (_is_check, _is_disclaimer, _is_green, _is_company, _is_list))


def _is_footer(text: str, *, first: str) -> bool:
    """Return whether the text is a footer from its first line on: that line alone says so, or it begins one."""
    if not _may_be_footer(text):
        return False
    return _may_be_footer(first.casefold()) or _begins_footer(first.casefold().lstrip(_DECORATION))


def _begins_footer(line: str) -> bool:
    head = line[:80]
    return head.startswith((*added.FOOTER_STARTS, *added.DISCLAIMER_STARTS)) or any(
        word in head for word in added.THIS_MAIL
    )


def _is_check(text: str) -> bool:
    """Return whether a scanner says that it found nothing."""
    if any(word in text for word in added.CHECKED_BY) and len(text) < 80:
        return True
    return (
        any(word in text for word in added.MALWARE)
        and any(word in text for word in added.CHECKED)
        and any(word in text for word in added.THIS_MAIL)
    )


def _is_green(text: str) -> bool:
    """Return whether the text asks not to print."""
    if "think before you print" in text:
        return True
    return any(word in text for word in added.PRINT_FIRST) and any(word in text for word in added.ENVIRONMENT)


def _is_company(text: str) -> bool:
    """Return whether the text has what companies must state in their letters (Directive 2003/58/EC, article 4)."""
    found = sum(word in text for word in added.COMPANY)
    return found > 1 or (found == 1 and (":" in text or any(c.isdigit() for c in text)) and len(text) > 20)


def _is_disclaimer(text: str) -> bool:
    if len(text) < DISCLAIMER_CHARS_MIN:
        return False
    if not any(word in text for word in added.THIS_MAIL) and not text.startswith(added.DISCLAIMER_STARTS):
        return False
    return sum(any(stem in text for stem in stems) for stems in added.DISCLAIMER_STEMS) > 1


def _is_list(text: str) -> bool:
    """Return whether the text says how to leave a list; the wish to leave it has no link and no more words."""
    if text.startswith(added.FOOTER_STARTS) or any(word in text for word in added.FOOTER_WORDS):
        return True
    return any(word in text for word in added.UNSUBSCRIBE) and ("http" in text or "@" in text or "www." in text)


def is_label(line: str) -> bool:
    """Return whether the line, alone in its paragraph, is a label that says who may read the mail.

    >>> is_label("C2 - Internal"), is_label("Example Ltd - Confidential"), is_label("the internal gateway")
    (True, True, False)
    """
    if len(line) > LABEL_CHARS_MAX or line[-1] in ".?,":
        return False
    if is_marked_label(line) or _is_vocabulary(line):
        return True
    for dash in (" - ", " – ", " — ", " | ", " / "):
        company, found, level = line.partition(dash)
        if found and _is_vocabulary(level) and level[:1].isupper() and company.count(" ") < 4:
            return all(word[:1].isupper() or word in ("&", "of", "and") for word in company.split())
    return False


def is_marked_label(line: str) -> bool:
    """Return whether the line is a label by its form, so that it needs no blank line around it.

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
    key, colon, value = folded.strip(_DECORATION).replace("：", ":").partition(":")
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
    return any(word in added.LABEL_LEVELS for word in words)


def banner_lines(lines: Sequence[str]) -> int:
    """Return how many lines at the start of a paragraph a gateway put there to warn of the mail; 0 if none.

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
    bare = first[:PARAGRAPH_CHARS_MAX].casefold().lstrip(_DECORATION)
    if bare.startswith(added.BANNER_STARTS):
        return True
    names_mail = bare.startswith(added.THIS_MAIL)
    warns = bare.startswith(added.WARNINGS) or first[0] in _OPENING
    if not (names_mail or warns):
        head = _HEAD_END.split(first[: LABEL_CHARS_MAX * 2], maxsplit=1)[0]
        if not head.isupper() or starts_command(first):
            return False
    text = _joined(lines[:4])
    if not any(word in text for word in added.OUTSIDE):
        return False
    if names_mail:
        return any(word in text for word in added.ORGANISATION)
    return any(word in text for word in added.MAIL) and not starts_command(first)


def _continues(above: str, line: str) -> bool:
    """Return whether a line goes on with the banner that the line above belongs to."""
    if starts_command(line):
        return False
    folded = line.casefold()
    if any(word in folded for word in added.BANNER_MORE) or not any(c.isalnum() for c in line):
        return True
    if above.casefold().lstrip(_DECORATION).startswith(added.BANNER_STARTS) and has_address(line) and " " not in line:
        return True
    if folded.startswith(added.THIS_MAIL) and any(word in folded for word in added.OUTSIDE):
        return True
    is_broken = len(above) >= WRAP_CHARS_MIN and not above.endswith(SENTENCE_ENDS)
    return is_broken and line[0].islower() and line.endswith(SENTENCE_ENDS)


def continues_banner(lines: Sequence[str]) -> bool:
    """Return whether a whole paragraph goes on with the banner above it, such as `Learn why this is important`."""
    return len(lines) < PARAGRAPH_LINES_MAX and all(
        any(word in line.casefold() for word in added.BANNER_MORE) and not starts_command(line) for line in lines
    )
