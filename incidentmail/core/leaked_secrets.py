"""Secrets in a text that is about to be mailed: keys, tokens, passwords. They are found by their form, and masked.

A pattern begins with something that prose does not contain, or with a word such as `password` and a value that ends the
line. Only the first characters of a secret are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, TypeVar

from .commands import Command
from .frozen import Frozen, replace

C = TypeVar("C", bound=Command)
MASK = "****"
SHOWN_CHARS = 4
"""How much of a secret is shown, so that its owner recognises it."""
_VALUE = r"[^\s\"'`<>]"
# Words behind "password" that describe it and are not its value.
_NO_VALUE = (
    r"(?:un)?known|expired|reset|changed|wrong|missing|none|null|empty|required|protected|invalid|rotated|revoked"
)


class _Shape(Frozen):
    """One kind of secret. `hints`, in lower case: every such secret contains one; looked for first."""

    kind: str
    hints: tuple[str, ...]
    pattern: str


def _shape(kind: str, hints: str, pattern: str) -> _Shape:
    return _Shape(kind, tuple(hints.split()), pattern)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when it is first needed: most texts contain no hint, and compiling all would take long."""
    return re.compile(pattern, re.ASCII | re.MULTILINE)


# The group `secret` is masked, or the whole match if there is no such group. All quantifiers are bounded.
SHAPES = (
    _shape(
        "private key",
        "private",
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[^-]{0,8000}-----END [A-Z ]{0,40}-----)?",
    ),
    _shape("AWS access key", "akia asia", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    _shape("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"\b(?:gh[pousr]_|github_pat_)\w{22,255}"),
    _shape("GitLab token", "glpat-", r"\bglpat-[\w-]{20,64}"),
    _shape("Slack token", "xox", r"\bxox[abeoprs]-[\w-]{10,255}"),
    _shape("Slack webhook", "hooks.slack.com", r"https://hooks\.slack\.com/services/(?P<secret>[\w/]{20,255})"),
    _shape("Google API key", "aiza", r"\bAIza[\w-]{35}"),
    _shape("Stripe key", "k_live_ k_test_", r"\b[rs]k_(?:live|test)_\w{16,255}"),
    _shape("API key", "sk-", r"(?<![\w-])sk-(?=[\w-]{0,80}\d)[\w-]{20,255}"),
    _shape("SendGrid key", "sg.", r"\bSG\.[\w-]{16,32}\.[\w-]{30,64}"),
    _shape("registry token", "npm_ pypi-", r"\b(?:npm_\w{36}|pypi-[\w-]{50,255})"),
    _shape("signed token", "eyj", r"\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{8,2000}"),
    _shape("password in an address", "://", r"://[^\s:/@]{0,100}:(?P<secret>[^\s/@]{3,200})@(?=[\w\[])"),
    _shape(
        "authorization header",
        "authorization bearer",
        r"(?i:\bauthorization\s{0,3}:\s{0,3}(?:bearer|basic|token)|\bbearer)\s{1,3}"
        r"(?P<secret>(?=[\w.~+/=-]{0,80}\d)[\w.~+/=-]{16,2000})",
    ),
    _shape(
        "storage key", "accountkey sharedaccesskey", r"(?i:\b(?:Account|SharedAccess)Key)=(?P<secret>[\w+/=]{20,200})"
    ),
    # Not after "?" or "&": links to meetings contain a password that everybody invited may have.
    _shape(
        "password",
        "passw passphrase pwd passcode",
        r"(?i:(?<![?&\w])(?:pass(?:word|wd|phrase|code)|pwd)[\"']?(?:\s{1,3}is)?\s{0,3}[=:]\s{0,3}[\"']?"
        rf"(?!(?:{_NO_VALUE})\b))(?P<secret>{_VALUE}{{1,200}})(?=[\"'`,;.]?[ \t]{{0,9}}$|\s{{0,3}}[,;]|[\"'`])",
    ),
    _shape(
        "secret",
        "secret token api access",
        r"(?i:\b(?:(?:client|shared)[ _-]?secret|secret(?:[ _-](?:access[ _-])?key)?|(?:api|access|auth)[ _-]?"
        r"(?:key|token)|token)[\"']?\s{0,3}[:=]\s{0,3}[\"']?)"
        rf"(?P<secret>(?=\D{{0,60}}\d)(?=[^A-Za-z]{{0,60}}[A-Za-z]){_VALUE}{{12,200}})",
    ),
)


class Leak(Frozen):
    """A secret in a text: its kind, its start and end, and how it is shown."""

    kind: str
    start: int
    end: int
    shown: str


def leaks(text: str) -> tuple[Leak, ...]:
    """Return the secrets in `text` in their order, none within another.

    >>> [(leak.kind, leak.shown) for leak in leaks("db is postgres://app:hunter22@db.example/x")]
    [('password in an address', 'hunt****')]
    """
    lowered = text.lower()
    found = [
        _leak(shape.kind, match)
        for shape in SHAPES
        if any(hint in lowered for hint in shape.hints)
        for match in _compiled(shape.pattern).finditer(text)
        if MASK not in match[0]
    ]
    kept: list[Leak] = []
    for leak in sorted(found, key=lambda leak: (leak.start, -leak.end)):
        if not kept or leak.start >= kept[-1].end:
            kept.append(leak)
    return tuple(kept)


def masked(text: str) -> tuple[str, tuple[Leak, ...]]:
    """Return `text` with each secret masked, and what was masked.

    >>> masked("password: x")[0]
    'password: ****'
    """
    found = leaks(text)
    for leak in reversed(found):
        text = text[: leak.start] + leak.shown + text[leak.end :]
    return text, found


def masked_command(command: C) -> tuple[C, tuple[Leak, ...]]:
    """Return `command` with the secrets in its texts masked, and what was masked."""
    found: list[Leak] = []

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            value, more = masked(value)
            found.extend(more)
            return value
        return tuple(clean(part) for part in value) if isinstance(value, tuple) else value

    changed = {name: clean(getattr(command, name)) for name in command.__struct_fields__}
    return (replace(command, **changed) if found else command), tuple(found)


def kinds(found: Iterable[Leak]) -> str:
    """Return what was found, each kind once: `AWS access key, password`."""
    return ", ".join(dict.fromkeys(leak.kind for leak in found))


def _leak(kind: str, match: re.Match[str]) -> Leak:
    start, end = match.span("secret") if "secret" in match.re.groupindex else match.span()
    secret = match.string[start:end]
    shown = secret[:SHOWN_CHARS] if len(secret) >= 2 * SHOWN_CHARS and kind != "private key" else ""
    return Leak(kind, start, end, f"{shown}{MASK}" if kind != "private key" else "[private key masked]")
