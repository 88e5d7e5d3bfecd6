"""Find words to redact, even if a mail program wrapped, quoted or capitalised them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

REMOVED: Final = "[redacted]"
"""The text that replaces redacted words."""
CHARS_MIN: Final = 4
"""Texts shorter than this are removed only from the chosen entries. A word such as "ok" occurs in many others."""
_BETWEEN: Final = r"[\s>|*]+"
"""The characters that a mail program may insert between two words when it wraps or quotes them."""


class WordsToRemove:
    r"""Texts to redact, found wherever the same words occur in sequence.

    >>> words = WordsToRemove(["the password is hunter2"])
    >>> words.are_in("> The password\n> is hunter2."), words.are_in("the password is hunter22")
    (True, False)
    >>> words.without("> The password\n> is hunter2.")
    '> [redacted].'
    """

    def __init__(self, texts: Iterable[str]) -> None:
        found = {text.strip() for text in texts}
        self.texts = tuple(sorted((one for one in found if len(one) >= CHARS_MIN), key=lambda one: (-len(one), one)))
        self._pattern = re.compile("|".join(map(_pattern, self.texts)), re.IGNORECASE) if self.texts else None

    def are_in(self, text: str) -> bool:
        return self._pattern is not None and self._pattern.search(text) is not None

    def without(self, text: str) -> str:
        """Return `text` with each of these texts replaced by `[redacted]`."""
        return self._pattern.sub(REMOVED, text) if self._pattern is not None else text


def left_of_mail(message_id: str) -> bytes:
    """Return the replacement for one of our mails whose text was redacted. It is never sent.

    >>> is_left_of_mail(left_of_mail("<a@example.com>"), "<a@example.com>"), is_left_of_mail(b"", "<a@example.com>")
    (True, False)
    """
    return f"Message-ID: {message_id}\r\nSubject: {REMOVED}\r\n\r\n{REMOVED}\r\n".encode()


def is_left_of_mail(raw: bytes, message_id: str) -> bool:
    """Return whether `raw` is the replacement for one of our mails whose text was redacted."""
    return raw == left_of_mail(message_id)


def _pattern(text: str) -> str:
    """Return a regular expression for the words of `text` in order. It matches in linear time."""
    words = _BETWEEN.join(re.escape(word) for word in text.split())
    begins, ends = (r"(?<!\w)" if text[0].isalnum() else ""), (r"(?!\w)" if text[-1].isalnum() else "")
    return f"{begins}{words}{ends}"
