"""Recognise the prefixes of a subject: reply and forward prefixes in many languages, and tags in brackets.

This is the only table of such prefixes. It is used to match threads, to parse our own mail, to reply, and to
distinguish machines from people.
"""

from __future__ import annotations

import re
from typing import Final

from incidentmail.core.text import one_line

from .lazy_pattern import lazy_pattern

# Language, reply marks, forward marks. "vs" is a reply in Finnish and a forward in Norwegian; here it is a reply.
PREFIXES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("English", ("re",), ("fwd", "fw")),
    ("German", ("aw", "antw", "antwort"), ("wg", "weitergeleitet")),
    ("Dutch", ("antw",), ("doorst",)),
    ("Danish, Norwegian, Swedish", ("sv",), ("vb",)),
    ("Finnish", ("vs",), ("vl",)),
    ("French", ("rép", "réf"), ("tr",)),
    ("Spanish", (), ("rv", "reenv")),
    ("Portuguese", ("res",), ("enc",)),
    ("Italian", ("rif", "r"), ("i", "inoltro")),
    ("Polish", ("odp",), ("pd",)),
    ("Czech", (), ("předat", "přeposláno")),
    ("Hungarian", ("vá",), ("továbbítás", "továbbítva")),
    ("Turkish", ("ynt",), ("ilt",)),
    ("Indonesian", ("bls",), ()),
    ("Welsh", ("atb",), ()),
    ("Russian", ("отв",), ("пересл",)),
    ("Greek", ("απ", "σχετ"), ("πρθ",)),
    ("Chinese", ("答复", "回复", "回覆"), ("转发", "轉寄")),
    ("Japanese", ("返信",), ("転送",)),
    ("Korean", ("회신",), ("전달",)),
)
REPLY_WORDS: Final = tuple(dict.fromkeys(word for _, replies, _ in PREFIXES for word in replies))
FORWARD_WORDS: Final = tuple(dict.fromkeys(word for _, _, forwards in PREFIXES for word in forwards))

# The end of a mark, as in `Re:`, `RE :`, `Re[2]:`, `AW (3):`, `回复：`. The colon may have either width.
_END: Final = r")\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*"
REPLY_PREFIX: Final = lazy_pattern(rf"(?:{'|'.join(REPLY_WORDS)}{_END}", re.I)
REPLY_OR_FORWARD_PREFIX: Final = lazy_pattern(rf"(?:{'|'.join((*REPLY_WORDS, *FORWARD_WORDS))}{_END}", re.I)
FORWARD_PREFIX: Final = lazy_pattern(rf"(?:{'|'.join(FORWARD_WORDS)}{_END}", re.I)
# A tag in brackets: of a list, or of ours.
BRACKET_PREFIX: Final = lazy_pattern(r"\[[^\[\]]{1,60}\]\s*")
_ORIGIN: Final = (
    r"(?:external|extern|externe|externo|esterno|ext|outside|untrusted|suspicious|suspected spam|possible spam|spam"
    r"|caution|phishing\?)(?: (?:e-?mail|mail|sender|message|source))?"
)
# A gateway's tag before a subject: in brackets of any kind, between stars, or in capitals before a colon.
GATEWAY_TAG: Final = lazy_pattern(
    rf"(?:[\[({{<]\s*{_ORIGIN}\s*[\])}}>]|\*{{1,3}}\s*{_ORIGIN}\s*\*{{1,3}}|(?-i:EXTERNAL|EXTERN|EXT|SPAM)\s*:)[\s:]*",
    re.I,
)
NO_SUBJECT = frozenset({"", "(no subject)", "no subject", "kein betreff", "(kein betreff)", "sans objet", "sin asunto"})
"""The texts that mail programs use for an empty subject, in the form returned by `bare_subject`."""


def is_reply(subject: str) -> bool:
    """Return whether a subject begins with a reply prefix, in any language.

    >>> is_reply("AW: checkout"), is_reply("回复：checkout"), is_reply("Fwd: checkout"), is_reply("Regional outage")
    (True, True, False, False)
    """
    return REPLY_PREFIX.match(subject) is not None


def without_gateway_tags(subject: str) -> str:
    """Return a subject without the leading tags added by gateways.

    >>> without_gateway_tags("[EXTERNAL] [SEV2] Checkout"), without_gateway_tags("***SPAM*** EXT: Checkout")
    ('[SEV2] Checkout', 'Checkout')
    """
    while found := GATEWAY_TAG.match(subject):
        subject = subject[found.end() :]
    return subject


def bare_subject(subject: str) -> str:
    """Return a subject for comparison: case-folded, without tags and reply prefixes.

    >>> bare_subject("[incidents] AW: Re[2]: [drill] EXTERNAL: Checkout  is down")
    'checkout is down'
    """
    while found := _in_front(subject):
        subject = subject[found.end() :]
    return one_line(subject).casefold()


def without_answer_marks(subject: str) -> str:
    """Return a subject without leading reply and forward prefixes. Tags in brackets are kept.

    >>> without_answer_marks("Fwd: AW: Cannot pay"), without_answer_marks("[ops] Re: Cannot pay")
    ('Cannot pay', '[ops] Re: Cannot pay')
    """
    while found := REPLY_OR_FORWARD_PREFIX.match(subject):
        subject = subject[found.end() :]
    return subject


def is_answer(subject: str) -> bool:
    """Return whether a subject has a reply or forward prefix, after any tags added by lists and gateways.

    >>> is_answer("[EXTERNAL] WG: checkout"), is_answer("[incidents] checkout")
    (True, False)
    """
    return REPLY_OR_FORWARD_PREFIX.match(_without_tags(subject)) is not None


def is_forwarded(subject: str) -> bool:
    """Return whether a subject is marked as forwarded. `Fwd: Re: x` is; `Re: Fwd: x` is a reply to a forward.

    >>> is_forwarded("[incidents] TR: caisse"), is_forwarded("I: cassa"), is_forwarded("Re: Fwd: x")
    (True, True, False)
    """
    return FORWARD_PREFIX.match(_without_tags(subject)) is not None


def _without_tags(subject: str) -> str:
    while found := BRACKET_PREFIX.match(subject) or GATEWAY_TAG.match(subject):
        subject = subject[found.end() :]
    return subject


def _in_front(subject: str) -> re.Match[str] | None:
    return BRACKET_PREFIX.match(subject) or GATEWAY_TAG.match(subject) or REPLY_OR_FORWARD_PREFIX.match(subject)


_DRILL: Final = (
    r"(?:this is a )?(?:drill|exercise|übung|exercice|ejercicio|simulacro|exercício|simulado|esercitazione|oefening"
    r"|övning|øvelse|ćwiczeni[ea]|harjoitus|cvičení|gyakorlat|tatbikat|учения|訓練|演習|演练|훈련)"
    r"(?:[ ,!]{1,2}drill){0,2}"
)
_DRILL_BEFORE: Final = lazy_pattern(
    rf"(?:(?P<bracket>[\[({{<])\s*|(?P<stars>\*{{1,3}})\s*)?{_DRILL}"
    r"(?(bracket)\s*[\])}>][\s:–—-]*|(?(stars)\s*\*{1,3}[\s:]*|\s*(?:[:：!]+|\s[-–—])\s*))",
    re.I,
)
_DRILL_BEHIND: Final = lazy_pattern(
    rf"(?:\s*(?P<bracket>[\[({{<])|\s+[-–—])\s*{_DRILL}(?(bracket)\s*[\])}}>])[.!]*\s*\Z", re.I
)
_DRILL_SIGNS: Final = frozenset("[({<*:：!-–—")
"""Every drill mark contains one of these, and most titles contain none."""


def without_drill_mark(title: str) -> str | None:
    """Return a title without its drill mark, or None if it has no mark or consists only of it.

    >>> without_drill_mark("[drill] Checkout is down"), without_drill_mark("Übung: Kasse")
    ('Checkout is down', 'Kasse')
    >>> without_drill_mark("Drill press is on fire") is None
    True
    """
    if _DRILL_SIGNS.isdisjoint(title):
        return None
    if found := _DRILL_BEFORE.match(title):
        return title[found.end() :] or None
    found = _DRILL_BEHIND.search(title, max(0, len(title) - 60))
    return (title[: found.start()] or None) if found else None
