"""Find secrets after a name: `password: x`, `export FOO_API_KEY=...`, `"clientSecret": "..."`.

The last part of the name decides: `DB_PASSWORD` names a secret, `secretName` and `password_reset` do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from incidentmail.core.lazy_pattern import lazy_pattern

from .spans import Span, words
from .values import (
    VALUE_CHARS_MAX,
    bare,
    is_key,
    is_ordinary,
    is_path,
    is_phrase,
    is_placeholder,
    looks_secret,
)

_WORDS_OF_PASSWORDS = (
    "password", "passwd", "passphrase", "passcode", "pwd", "pswd", "passwort", "kennwort", "contraseña", "contrasena",
    "senha", "wachtwoord", "mot de passe", "parola d'ordine", "palavra-passe",
)  # fmt: skip
_SHORT_WORDS = ("pass", "pw")
_ANCHORS = "|".join(
    (*map(re.escape, _WORDS_OF_PASSWORDS), *_SHORT_WORDS, "secret", "token", "key", "auth", "credential")
)
_STEMS = ("pass", "pw", "pswd", "kennwort", "contrase", "senha", "wachtwoord", "parola", "secret", "token", "key",
          "auth", "credent")  # fmt: skip
"""Each anchor contains one of these. None has an "i", because case folding does not unify it with "İ" and "ı"."""
_SIGN = r"[\"'`\])]{0,2}[ \t]{0,4}[=:]|[\"']?[ \t]{0,4}\n[ \t>]{0,40}value:"
_CANDIDATE = lazy_pattern(rf"(?:{_ANCHORS})[\w.-]{{0,60}}+(?={_SIGN})", re.IGNORECASE)
_NAME_CHARS_MAX = 60
_NAME_BEFORE = lazy_pattern(r"[\w.-]{0,60}+\Z")
_PART = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-zñ]+|\d+")
_ASSIGN = lazy_pattern(
    r"(?:[\"'`\])]{0,2}[ \t]{0,4}(?P<sign>=>|:=|={1,2}|:)|[\"']?[ \t]{0,4}\n[ \t>]{0,40}value:)"
    r"[ \t]{0,4}(?P<break>\n[ \t>]{0,8})?(?P<quote>\\?[\"'`]?)"
)
_PLAIN_VALUE = lazy_pattern(rf"[^\s\"'`<>]{{1,{VALUE_CHARS_MAX}}}")
_QUOTED_VALUE = {quote: lazy_pattern(rf"[^\n{quote}]{{1,{VALUE_CHARS_MAX}}}(?={quote})") for quote in ("'", '"', "`")}
_ENDS_CLAUSE = lazy_pattern(r"[\"'`]?[ \t]{0,9}(?:$|\\n|[,;])", re.MULTILINE)
# Words that make "key" a secret if they come before it.
_OF_KEYS = words(
    "api access secret private auth authentication encryption signing signature master shared account service license "
    "app application deploy webhook hmac session subscription functions host admin rest integration ingest storage "
    "preshared psk client"
)
# Words before "token" that make it a position in a list, or a term of a parser.
_OF_MARKS = words(
    "page next continue continuation sync cancel cancellation resume unexpected syntax parse invalid start end first "
    "last previous prev cursor"
)
_WHOLE = ("authtoken", "apikey", "accesskey", "secretkey", "apitoken", "accesstoken", "credential", "credentials",
          "secret", "token")  # fmt: skip
_SECRET_ENDS = ("secretkeybase", "clientkeydata")
_KEY_AT_END = lazy_pattern(r"(?:\A|[^a-z])key\Z", re.IGNORECASE)
_KEY_BEFORE = lazy_pattern(rf"(?<![A-Za-z])(?:{'|'.join(sorted(_OF_KEYS))}) \Z", re.IGNORECASE)
_SCHEME = lazy_pattern(r"[a-z][a-z0-9+.-]{1,30}:", re.IGNORECASE)
_NOT_RUN = lazy_pattern(r"[\s\"'`<>]")
_SNAKE = lazy_pattern(r"[a-z0-9]+(?:[_-][a-z0-9]+)+")


def find_named(text: str, folded: str) -> Iterator[Span]:
    """Yield the secrets that follow a name. `folded` is the text in lower case."""
    if not any(stem in folded for stem in _STEMS):
        return
    done = no_key_until = no_password_until = 0
    for anchor in _CANDIDATE.finditer(text):
        if anchor.start() < done:
            continue
        before = _NAME_BEFORE.search(text, max(0, anchor.start() - _NAME_CHARS_MAX), anchor.start())
        start = before.start() if before else anchor.start()
        done = anchor.end()
        name = text[start:done].rstrip(".")
        meaning = _meaning(name)
        if meaning is None and text[start - 1 : start] == " " and _KEY_AT_END.search(name):
            meaning = "key" if _KEY_BEFORE.search(text, max(0, start - 24), start) else None
        if meaning is None or start < (no_key_until if meaning == "key" else no_password_until):
            continue
        found = _value(text, name, start, start + len(name), meaning)
        if isinstance(found, Span):
            done = found.end
            yield found
        elif meaning == "key":  # if the whole word is not the name of a key, neither is a part of it
            no_key_until = found
        else:
            no_password_until = found


@lru_cache(maxsize=1024)
def _meaning(name: str) -> str | None:
    """Return the kind of value that a name announces: `password`, `pass` (a short form), `key`, or None."""
    lower = name.lower()
    parts = [part.lower() for part in _PART.findall(name)]
    while len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    if not parts:
        return None
    last, earlier = parts[-1], parts[-2] if len(parts) > 1 else ""
    if lower.endswith(_WORDS_OF_PASSWORDS) or last.endswith(_WORDS_OF_PASSWORDS):
        return "password"
    if last in _SHORT_WORDS:
        return "pass"
    if "".join(parts).endswith(_SECRET_ENDS) or lower.endswith("_auth"):
        return "key"
    if last == "key":
        return "key" if earlier in _OF_KEYS else None
    return "key" if last in _WHOLE and earlier not in _OF_MARKS else None


def _value(text: str, name: str, start: int, end: int, meaning: str) -> Span | int:
    """Return the secret after the name between `start` and `end`, or where to resume if there is none."""
    assigned = _ASSIGN.match(text, end)
    if assigned is None:
        return end
    quote = assigned["quote"].lstrip("\\")
    pattern = _QUOTED_VALUE[quote] if quote else _PLAIN_VALUE
    found = pattern.match(text, assigned.end())
    if found is None:
        return end
    value = found[0]
    place = _place(text, start)
    if place == "link" and meaning != "key":
        return found.end()  # links to meetings contain a password meant for everybody invited
    if place and "&" in value:
        value = value.partition("&")[0]
    is_setting = assigned["sign"] == "=" and name.isupper() and assigned.end() == end + 1 + len(assigned["quote"])
    whole = bool(quote) or is_setting or name.startswith("--")
    if meaning == "key":
        counts = is_key(value) or (whole and is_setting and not is_ordinary(value))
    else:
        counts = _is_password(text, name, value, found.end(), meaning, whole=whole, apart=bool(assigned["break"]))
        if not counts and "phrase" in name.lower() and not quote:
            line = text[found.start() : found.start() + VALUE_CHARS_MAX].partition("\n")[0].rstrip()
            return Span("password", found.start(), found.start() + len(line)) if is_phrase(line) else end
    if not counts:
        return found.end() if meaning == "key" else end
    inner = value if quote else bare(value)
    return Span("password" if meaning != "key" else "secret", found.start(), found.start() + len(inner))


def _is_password(text: str, name: str, value: str, end: int, meaning: str, *, whole: bool, apart: bool) -> bool:
    if is_placeholder(value) or is_path(value):
        return False
    if meaning == "pass" and not (whole and len(name) > len(meaning)):
        return looks_secret(value) and not _SNAKE.fullmatch(bare(value))
    if whole:
        return True
    if not apart and (value.endswith((",", ";")) or _ENDS_CLAUSE.match(text, end)):
        return True
    return looks_secret(value)


def _place(text: str, start: int) -> str | None:
    """Return `link` if the name is in the query of a web link, `address` for other URLs, otherwise None."""
    if start == 0 or text[start - 1] not in "?&;":
        return None
    run = _NOT_RUN.split(text[max(0, start - 300) : start])[-1]
    scheme = _SCHEME.match(run)
    return "link" if scheme is None or scheme[0].lower() in ("http:", "https:") else "address"
