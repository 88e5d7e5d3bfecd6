"""Find remembered lines in which one word was changed in transit: a link by a gateway, or a word by a translator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .remembered_mail import RememberedMail, Words, is_number
from .rewritten_links import LINK

WORDS_MIN = 4  # in shorter lines one changed word is too much, unless it is a link
WORDS_MAX = 200  # our longest line has fewer
CANDIDATES_MAX = 4  # lines of one length with the same first or last word; more would take quadratic time


Row = tuple[Words, Words, Words]
"""A remembered line between the nearest non-blank lines above and below it (empty at the ends of a message)."""


class AlteredLines:
    """The lines of all messages.

    Each line is indexed by its number of words together with its first word, and by its number of words together with
    its last word. The index is brought up to date only on look-up.
    """

    def __init__(self, mails: Sequence[RememberedMail]) -> None:
        self._mails = mails
        self._mails_used = 0
        self._rows: dict[tuple[int, int, str], list[Row]] = {}

    def of(self, words: Words) -> Iterator[Row]:
        """Yield remembered lines that differ from `words` in only one word, not a number. A line may be yielded twice.

        >>> rows = AlteredLines([RememberedMail("Coordinating via https://a.example now\\nfine")])
        >>> {below for _, _, below in rows.of(("coordinating", "via", "\\x00b.example", "now"))}
        {('fine',)}
        """
        if not 2 <= len(words) <= WORDS_MAX:
            return
        self._update()
        for end in (0, -1):
            for row in self._rows.get((len(words), end, words[end]), ()):
                if _differ_in_one(words, row[1]):
                    yield row

    def _update(self) -> None:
        for mail in self._mails[self._mails_used :]:
            lines = [(), *mail.lines(), ()]
            for row in zip(lines, lines[1:], lines[2:], strict=False):
                words = row[1]
                if 2 <= len(words) <= WORDS_MAX:
                    for end in (0, -1):
                        rows = self._rows.setdefault((len(words), end, words[end]), [])
                        if len(rows) < CANDIDATES_MAX:
                            rows.append(row)
        self._mails_used = len(self._mails)


def _differ_in_one(words: Words, others: Words) -> bool:
    changed = [(word, other) for word, other in zip(words, others, strict=True) if word != other]
    if len(changed) != 1:
        return False
    if len(words) < WORDS_MIN:
        return all(word[0] == LINK for word in changed[0])
    return not any(map(is_number, changed[0]))
