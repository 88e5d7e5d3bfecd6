"""Find passwords and keys in sentences, in six languages: `the password is ...`, `das Passwort lautet ...`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incidentmail.core.lazy_pattern import lazy_pattern

from .spans import Span, words
from .values import bare, is_long_key, is_mixed_key, is_placeholder, looks_secret

_ANCHOR = lazy_pattern(
    r"\b(?:password|passphrase|passcode|passwd|pwd?|passwort|kennwort|mot de passe|contraseña|contrasena|clave|senha"
    r"|palavra-passe|wachtwoord|parola d'ordine)"
    r"(?=\s[^\n]{0,160}?[^\w\s.,;()-]|\s[^\n]{0,160}?(?:\d|[a-z][A-Z]|[a-z]-|_|\b(?:lautete?t?|luidt)\b))",
    re.IGNORECASE,
)
_STEMS = ("pass", "pw", "kennwort", "contrase", "clave", "senha", "wachtwoord", "parola")
_KEY_STEMS = ("token", "secret", "key")
_ANCHOR_WORD = lazy_pattern(r"pass(?:word|phrase|code|wd|wort)|\bpwd?\b|kennwort|contrase|senha|wachtwoord")
_KEY = lazy_pattern(
    r"(?:token|(?:api|access|secret|private|account)[ _-]?key|secret)(?=\s[^\n]{0,60}?[A-Za-z]\d)", re.IGNORECASE
)
_VERBS = words("is was be are ist war sei est était soit es era sea è sia é foi seja lautet lautete luidt")
_TELLS = words("lautet lautete luidt")
"""Verbs that are followed by nothing but the password."""
_FILLERS = words(
    "still now currently again changed set reset back to noch jetzt wieder derzeit geändert auf in toujours maintenant "
    "encore ahora todavía sigue siendo ancora adesso sempre ainda agora nog nu : = so just simply"
)
_WORD = lazy_pattern(r"(?P<open>[\"'`]?)(?P<word>[^\s\"'`<>]{1,200})(?P<close>[\"'`]?)")
_END = lazy_pattern(r"[.!?;]\Z")
TAIL_CHARS_MAX = 160
WORDS_MAX, WORDS_TO_KEY_MAX = 10, 4


def find_in_sentences(text: str, folded: str) -> Iterator[Span]:
    """Yield the passwords and keys in sentences. `folded` is the text in lower case."""
    for anchor in _ANCHOR.finditer(text) if any(stem in folded for stem in _STEMS) else ():
        span = _told(text, anchor.end(), is_key=False)
        if span is not None:
            yield span
    for anchor in _KEY.finditer(text) if any(stem in folded for stem in _KEY_STEMS) else ():
        span = _told(text, anchor.end(), is_key=True)
        if span is not None:
            yield span


def _told(text: str, at: int, *, is_key: bool) -> Span | None:
    """Return the secret after the word for password or key: the next word, or the one after a verb."""
    tail = text[at : at + TAIL_CHARS_MAX].partition("\n")[0]
    verb = ""
    for number, found in enumerate(_WORD.finditer(tail)):
        word = found["word"].lower().rstrip(":=")
        introduces = word != found["word"].lower()
        if number > 0 and _ANCHOR_WORD.search(word):
            return None  # somebody asks for it
        if number > (WORDS_TO_KEY_MAX if is_key else WORDS_MAX) or (number == 0 and not tail[:1].isspace()):
            return None
        if not verb and word in _VERBS:
            verb = "lautet" if introduces else word
        elif verb and (not word or word in _FILLERS):
            verb = "lautet" if introduces else verb
        elif verb or number == 0:
            inner = bare(found["word"])
            if _is_told(inner, verb, is_key=is_key, is_quoted=bool(found["open"]) and found["open"] == found["close"]):
                start = at + found.start("word")
                return Span("secret" if is_key else "password", start, start + len(inner))
            if verb:
                return None
        if not verb and _END.search(found["word"]):
            return None
    return None


def _is_told(word: str, verb: str, *, is_key: bool, is_quoted: bool) -> bool:
    if is_key:
        return is_mixed_key(word) or is_long_key(word)
    is_introduced = (is_quoted and verb != "") or verb in _TELLS
    return (is_introduced and len(word) > 2 and not is_placeholder(word)) or looks_secret(word)
