"""Recognise greetings, thanks, farewells and names around the content of a reply. None of these is a command."""

from __future__ import annotations

import re

from incidentmail.core.text import fold_case

from .lexicon import BEGINS_THANKS, IN_THANKS
from .patterns import FLAGS, GREETING, GREETING_AHEAD, MARKS

COURTESY_CHARS_MAX = 600
"""The maximum length of a text that can consist of courtesies only."""
THANKS_WORDS_MAX = 12
_THANKING = re.compile(
    r"(?:(?:hi|hello|hey|ok(?:ay)?|got\s+it|understood|noted|great|perfect|good)\b[^,.!?\n\d]{0,30}[,.!]\s*)?"
    r"(?:(?:many\s+|big\s+)?(?:thanks|thank\s+you|thx|cheers|sorry)|good\s+(?:morning|evening|afternoon|night"
    r"|day)|hello)\b"
    r"(?:(?!\b(?:sev\w*|phase|command|close\w*|retract\w*|reopen\w*|undo|change|next|but|if|i|i['’]\w+|we|taking)\b)"
    r"[^;:?\n\d]){0,80}[.!,]*",
    FLAGS,
)
_APOLOGY = re.compile(
    r"(?:(?:so|very|really)\s+)?(?:sorry|apologies|my\s+apologies|pardon|excuse|entschuldigung|désolée?|perdón|desculpem?|przepraszam|scusate|förlåt)\b"
    r"(?:(?!\b(?:sev\w*|phase|command\w*|close\w*|closing|retract\w*|reopen\w*|undo\w*|change\w*|next|but|if|when|until|taking|lead\w*"
    r"|not|no|never|don['’]?t|didn['’]?t|can['’]?t|cannot|said|says|wrote|asked|asks|wrong|forget|ignore|meant|unless|once|after|before)\b)"
    r"[^;:?\n\d]){0,90}(?:[.!,]|\s?[:;]-?[()DPp/|])*",
    FLAGS,
)
"""An apology, such as one for being late, that names no fact and denies nothing."""
_THANKS_BEHIND = re.compile(
    r"\s*(?P<mark>[.,;!–—-]?)\s+(?:(?:many\s+)?thanks|thank\s+(?:you|u)|thx|tx|ty|cheers|please|pls|plz|danke|bitte|merci|gracias"
    r"|obrigad[oa]|grazie|dzięki|bedankt)(?!\w)",
    re.I,
)
_PICTURES_BEHIND = re.compile(r"[\s\u200d\ufe0f\u2600-\u27bf\U0001f000-\U0001faff]+\Z")
_EMPHASIS = re.compile(r"(?<!\w)(?P<mark>_{1,2})(?P<words>[^\W_](?:[^_\n]{0,60}[^\s_])?)(?P=mark)(?!\w)")
TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
"""A pattern for a word, in the form used by the sets of the lexicon."""


def is_thanks(text: str, writer: str = "") -> bool:
    """Return whether a text has only thanks, farewells and a name (the writer's, or any name after a farewell).

    >>> is_thanks("! thanks everyone"), is_thanks(" -Bo", "Bo Keller"), is_thanks(" call this time")
    (True, True, False)
    """
    if len(text.strip()) > COURTESY_CHARS_MAX:
        return False
    tokens = [fold_case(token) for token in TOKEN.findall(text)]
    if not tokens:
        return "?" not in text
    if len(tokens) > THANKS_WORDS_MAX or "?" in text:
        return False
    names = set(fold_case(writer).replace(".", " ").split())
    initials = "".join(name[0] for name in fold_case(writer).split() if name[0].isalpha())
    own = {*names, initials}
    raw = TOKEN.findall(text)
    rest = [(token, word) for token, word in zip(tokens, raw, strict=True) if token not in own]
    if not rest:
        return True
    if rest[0][0] not in BEGINS_THANKS:
        return False
    unknown = [word for token, word in rest if token not in IN_THANKS]
    return len(unknown) <= 2 and all(word[0].isupper() for word in unknown)


def without_thanks(value: str) -> str:
    """Return the value of a `Key: value` line without the thanks after it.

    >>> without_thanks("Bo Keller. Thanks!"), without_thanks("not needed, thx all"), without_thanks("Bo, Ann Best")
    ('Bo Keller', 'not needed', 'Bo, Ann Best')
    >>> without_thanks("the table at Cheers Bar"), without_thanks("Ann please")
    ('the table at Cheers Bar', 'Ann')
    """
    value = _without_pictures(value)
    found = _THANKS_BEHIND.search(value)
    if found is None or not found.start():
        return value
    rest = value[found.start() :]
    is_behind = is_thanks(rest) and (found["mark"] or all(fold_case(word) in IN_THANKS for word in TOKEN.findall(rest)))
    return _without_pictures(value[: found.start()]) if is_behind else value


def _without_pictures(value: str) -> str:
    return value if value.isascii() else _PICTURES_BEHIND.sub("", value)


def without_underscores(text: str) -> str:
    """Return a text of the same length, with the underscores around emphasised words replaced by spaces.

    >>> without_underscores("_sev 1_, and my_file"), without_underscores("snake_case_name")
    (' sev 1 , and my_file', 'snake_case_name')
    """
    if "_" not in text:
        return text
    return _EMPHASIS.sub(lambda found: found["words"].center(len(found[0])), text)


def is_pleasantry(line: str) -> bool:
    """Return whether a line is only a greeting or thanks. A command may follow below such a line.

    >>> is_pleasantry("Hi all,"), is_pleasantry("Thanks Mara for the good handover!"), is_pleasantry("Thanks, sev 1")
    (True, True, False)
    >>> is_pleasantry("sorry saw this just now, phone was on silent :("), is_pleasantry("Apologies, wrong thread")
    (True, False)
    """
    line = line.strip()
    return any(pattern.fullmatch(line) is not None for pattern in (GREETING, _THANKING, _APOLOGY))


def without_courtesy(text: str) -> str:
    """Return a reply without greetings, emphasis, or lines that consist of a single symbol."""
    lines = [line for line in text.strip().split("\n") if len(line.strip()) != 1 or line.strip().isascii()]
    while len(lines) > 1 and is_pleasantry(lines[0]):
        lines = lines[1:]
    text = "\n".join(lines).strip()
    for pattern in (GREETING_AHEAD, MARKS):
        found = pattern.match(text)
        text = text[found.end() :] if found else text
    return text
