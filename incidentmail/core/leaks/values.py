"""Decide whether a word after a name such as `password` is a secret or an ordinary word."""

from __future__ import annotations

import re

from incidentmail.core.lazy_pattern import lazy_pattern

from .spans import words

# Words that people write instead of a password, or to say what is wrong with it.
_DESCRIBES = words(  # English, German, French, Spanish, Italian, Portuguese, Dutch
    "unknown known expired reset changed wrong missing none null nil empty required protected invalid valid rotated "
    "revoked correct incorrect accepted rejected refused redacted hidden masked removed secret private same different "
    "still now not the a an in on at to too for see ask set unset broken true false yes no ok todo tbd n/a na optional "
    "disabled enabled locked leaked stolen old new failed failing fails denied below above here there attached sent "
    "falsch richtig unbekannt abgelaufen geändert leer fehlt ungültig gültig gesperrt nötig erforderlich nicht geheim "
    "faux inconnu expiré refusé oublié vide changé incorrect requis perdu invalide bloqué secret "
    "incorrecta desconocida caducada vacía olvidada inválida cambiada requerida bloqueada secreta "
    "errata scaduta sconosciuta vuota cambiata richiesta dimenticata bloccata segreta "
    "errada expirada vazia esquecida alterada desconhecida secreta "
    "onbekend verlopen leeg vergeten ongeldig gewijzigd fout geheim vereist password passwort string bytes"
)
_PLACEHOLDER = lazy_pattern(
    r"\$(?:[A-Za-z_]{2}|[{(])|<|\{\{|\{[\w.-]{1,60}\}|%[\w-]{1,60}%|%s"
    r"|\*\*|\.\.|[•…\[(]|.[x*•._-]{3,}$"
    r"|(?i:x{3,}|_{3,})"
)
_SAYS_SO = lazy_pattern(
    r"your[_ -]|(?<![^\W_])example|placeholder|redacted|replace[_ -]?me|secret[_ -]?here|here\Z", re.I
)
PLACEHOLDER_CHARS_MAX = 60
"""The maximum length of a placeholder, such as YOUR_API_KEY_HERE. A longer word with `example` may be a secret."""
_NO_SECRET = lazy_pattern(
    r"(?i:"
    r"[a-z]{2,10}-\d{1,10}(?:[a-z]|-\d+)?"  # a ticket
    r"|[#@][\w-]+"  # a channel, a handle, a part of a page
    r"|v?\d{1,5}(?:[.:,/-]\d{1,5}){0,8}(?:[.-]?(?:rc|beta|alpha|b|a)\d{0,3})?"  # a number, a version
    r"(?:ms|s|m|h|d|kb|mb|gb|%|am|pm|x|th|st|nd|rd)?"
    r"|\d{4}-\d\d-\d\dt[\d:.]{1,16}(?:z|[+-][\d:]{2,5})?"
    r"|p\d{2,3}|sha-?\d{1,3}|md5|utf-?\d{1,2}|ipv[46]|oauth\d?|[a-z]{1,3}\d"
    r"|[234]fa|base64|ldap\d|http\d|s3|ec2|k8s|tls1\.\d"
    r"|(?:https?|file|mailto):\S*|[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[a-z]{2,10}|(?:[a-z][\w-]{0,62}\.){1,8}[a-z]{2,10}(?::\d+)?"
    r"|[\w-]{1,60}\.(?:py|js|ts|go|java|rb|log|txt|yml|yaml|json|conf|toml|sql)"
    r")",
    re.ASCII,
)
_LETTER = lazy_pattern(r"[^\W\d_]")
_DIGIT = lazy_pattern(r"\d")
_TURN = lazy_pattern(r"\d[A-Za-z]|[A-Za-z]\d")
_CAPITAL, _SMALL_LETTER = lazy_pattern(r"[A-Z]"), lazy_pattern(r"[a-z]")
_UNLIKE_PROSE = lazy_pattern(r"\d|[!@#$%^&*+=?~_/\\|]|[a-z][A-Z]")
_SMALL = words("is was it nobody who of and or but all by with has have from not the a an in on at to for see unknown")
_PARTS = lazy_pattern(r"[a-z]{4,20}(?:-[a-z]{4,20}){2,7}")
CLOSING = ".,;:!?)]}'\"`"
VALUE_CHARS_MAX = 400


def bare(value: str) -> str:
    """Return a word without the closing punctuation of the surrounding sentence."""
    return value.rstrip(CLOSING)


def holds_place(value: str) -> bool:
    """Return whether `value` only stands in for a secret: `$TOKEN`, `<password>`, `****`."""
    word = bare(value)
    return (
        not word
        or len(set(word)) == 1 < len(word)
        or bool(_PLACEHOLDER.match(word) or _SAYS_SO.search(word, 0, PLACEHOLDER_CHARS_MAX))
    )


def is_placeholder(value: str) -> bool:
    """Return whether `value` is a placeholder for a secret, or a word about its status, such as `expired`.

    >>> [is_placeholder(value) for value in ("$TOKEN", "<password>", "********", "xxxx", "expired", "hunter2")]
    [True, True, True, True, True, False]
    """
    return bare(value).lower() in _DESCRIBES or holds_place(value)


def is_path(value: str) -> bool:
    """Return whether `value` is a file path."""
    return value.startswith(("/", "~", "./", "../")) or value[1:3] in (":\\", ":/")


def looks_secret(value: str) -> bool:
    """Return whether `value` is unlike prose: letters with digits or symbols, but not a date, ticket or host.

    >>> [looks_secret(value) for value in ("hunter2", "Tr0ub4dor&3", "sWordFish", "correct-horse-battery")]
    [True, True, True, True]
    >>> [looks_secret(value) for value in ("wrong", "LDAP2", "OPS-4711", "2026-11-20", "db1.example.com", "v2.118.4")]
    [False, False, False, False, False, False]
    """
    word = bare(value)
    if len(word) < 4 or not (_UNLIKE_PROSE.search(word) or _PARTS.fullmatch(word)):  # like most words
        return False
    return bool(_LETTER.search(word)) and not (is_placeholder(word) or is_path(word) or _NO_SECRET.fullmatch(word))


def is_key(value: str) -> bool:
    """Return whether `value` could be a generated key: at least twelve characters, with letters and digits.

    >>> is_key("aB3dE5gH7jK9mN1p"), is_key("expired"), is_key("db-credentials")
    (True, False, False)
    """
    word = bare(value)
    if len(word) < 12 or not _DIGIT.search(word) or is_placeholder(word) or is_path(word) or _NO_SECRET.fullmatch(word):
        return False
    return bool(_LETTER.search(word))


def is_mixed_key(value: str) -> bool:
    """Return whether `value` is clearly a generated key, even without a name before it.

    Generated names such as `db-7f9c8d` have no capitals and do not count.

    >>> is_mixed_key("aB3dE5gH7jK9mN1p"), is_mixed_key("db-credentials-7f9c8d"), is_mixed_key("getPassword2FromVault")
    (True, False, False)
    """
    word = bare(value)
    turns = sum(1 for _ in _TURN.finditer(word))
    return (
        len(word) >= 16
        and is_key(word)
        and turns >= 4
        and bool(_CAPITAL.search(word))
        and bool(_SMALL_LETTER.search(word))
    )


def is_long_key(value: str) -> bool:
    """Return whether `value` is as long and as mixed as no name of anything is: 30 characters of a generated key.

    >>> is_long_key("bT9wQe/rTyUiOpAsDfGhJkLzXcVbNmQwErTyUi"), is_long_key("checkout-service-canary-7f9c8d5b6-x2x4q")
    (True, False)
    """
    word = bare(value)
    return len(word) >= 30 and is_key(word) and bool(_CAPITAL.search(word) and _SMALL_LETTER.search(word))


def is_ordinary(value: str) -> bool:
    """Return whether the value of a key, token or secret is harmless: too short, a path, or a number."""
    word = bare(value)
    return len(word) < 6 or is_placeholder(word) or is_path(word) or bool(_NO_SECRET.fullmatch(word))


def is_phrase(line: str) -> bool:
    """Return whether a line is a passphrase: four to eight plain words, none of them common in sentences.

    >>> is_phrase("correct horse battery staple"), is_phrase("nobody knows it at all"), is_phrase("not in the vault")
    (True, False, False)
    """
    words = bare(line).split()
    plain = all(word.isalpha() and word.islower() and word not in _SMALL for word in words)
    return 4 <= len(words) <= 8 and plain
