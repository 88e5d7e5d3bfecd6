"""Find and mask secrets in text that is about to be sent: keys, tokens, passwords.

Secrets are recognised by their format (token_forms.py, private_keys.py), by the name before them (named_values.py), by
the surrounding text (credentials.py), or by the sentence that contains them (sentences.py). Masking keeps only their
first characters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from incidentmail.core.commands import Command
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.text import HIDDEN

from .credentials import find_credentials
from .named_values import find_named
from .private_keys import KIND as PRIVATE_KEY
from .private_keys import find_private_keys
from .sentences import find_in_sentences
from .spans import Span
from .token_forms import find_tokens

C = TypeVar("C", bound=Command)
MASK = "****"
SHOWN_CHARS = 4
"""The number of characters of a secret that stay visible, so that its owner recognises it."""
# Other spellings of the punctuation around a secret. Each is one character, so that positions do not change.
_PLAIN = str.maketrans(
    {**dict.fromkeys("“”„‟«»＂", '"'), **dict.fromkeys("‘’‚‛", "'"), "：": ":", "＝": "=",
     **dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")}
)  # fmt: skip
_WIDE = lazy_pattern("[\uff01-\uff5e]")


class Leak(Frozen):
    """A secret in a text: its kind, its start and end, and its masked form."""

    kind: str
    start: int
    end: int
    shown: str


def leaks(text: str) -> tuple[Leak, ...]:
    """Return the secrets in `text`, in order and without overlaps.

    >>> [(leak.kind, leak.shown) for leak in leaks("db is postgres://app:hunter22@db.example/x")]
    [('password in an address', 'hunt****')]
    """
    seen, places = _as_seen(text)
    lowered, folded = seen.lower(), seen.casefold()
    found = [
        *find_private_keys(seen),
        *find_tokens(seen, lowered),
        *find_credentials(seen, lowered),
        *find_named(seen, folded),
        *find_in_sentences(seen, folded),
    ]
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, -span.end)):
        if MASK not in seen[span.start : span.end + len(MASK)] and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return tuple(_leak(span, seen, places) for span in kept)


def masked(text: str) -> tuple[str, tuple[Leak, ...]]:
    """Return `text` with each secret masked, and the secrets found.

    >>> masked("password: x")[0]
    'password: ****'
    """
    found = leaks(text)
    parts, at = [], 0
    for leak in found:
        parts += [text[at : leak.start], leak.shown]
        at = leak.end
    return "".join((*parts, text[at:])), found


def masked_command(command: C) -> tuple[C, tuple[Leak, ...]]:
    """Return `command` with the secrets in its texts masked, and the secrets found."""
    found: list[Leak] = []

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            text, more = masked(value)
            found.extend(more)
            return text if more else value
        return tuple(clean(part) for part in value) if isinstance(value, tuple) else value

    changed = {name: clean(getattr(command, name)) for name in command.__struct_fields__}
    return (replace(command, **changed) if found else command), tuple(found)


def kinds(found: Iterable[Leak]) -> str:
    """Return the distinct kinds of the secrets found, such as `AWS access key, password`."""
    return ", ".join(dict.fromkeys(leak.kind for leak in found))


def _as_seen(text: str) -> tuple[str, list[int] | None]:
    """Return `text` without invisible characters and with plain punctuation.

    Also return the original position of each character, or None if the positions are unchanged.
    """
    if text.isascii():
        return text, None
    plain = _WIDE.sub(lambda wide: chr(ord(wide[0]) - 0xFEE0), text.translate(_PLAIN))
    if not HIDDEN.search(plain):
        return plain, None
    places = [at for at, character in enumerate(plain) if not HIDDEN.match(character)]
    return "".join(plain[at] for at in places), places


def _leak(span: Span, seen: str, places: list[int] | None) -> Leak:
    secret = seen[span.start : span.end]
    start, end = (span.start, span.end) if places is None else (places[span.start], places[span.end - 1] + 1)
    if span.kind == PRIVATE_KEY:
        return Leak(span.kind, start, end, "[private key masked]")
    shown = secret[:SHOWN_CHARS] if len(secret) >= 2 * SHOWN_CHARS else ""
    return Leak(span.kind, start, end, f"{shown}{MASK}")
