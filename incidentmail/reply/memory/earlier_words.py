"""Find lines of a reply that occurred in an earlier message of the incident, to avoid carrying out commands again.

A mail program may quote without any mark, in an unlisted language, and may wrap our long lines. Therefore words are
compared, not lines: a run of lines is remembered if its words are consecutive in one earlier message, regardless of
line breaks. Gateways rewrite links, and translators change words, so a line next to a quoted line also counts as
remembered if one of its words was changed. Memory prevents lines from being treated as commands, but never removes text
from the note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import filterfalse, pairwise
from operator import attrgetter

from incidentmail.reply.extraction.attribution import COLONS
from incidentmail.reply.extraction.cut import Extraction
from incidentmail.reply.extraction.line_kinds import MARKERS
from incidentmail.reply.extraction.plain_line import plain, plain_lines
from incidentmail.reply.extraction.positions import positions

from .altered_lines import WORDS_MAX, WORDS_MIN, AlteredLines
from .bottom_posted import below_marked_quotation
from .first_block import first_block
from .remembered_mail import LazySet, RememberedMail, Words, is_number, threes, words_in, words_in_each
from .summary import LazyMemory

FRAGMENT_WORDS_MIN = 3
FRAGMENT_CHARS_MIN = 20
PAIR_CHARS_MIN = 30  # two lines that are shorter than this together are not one wrapped line
GREETING_WORDS_MAX = 3
_KEPT = attrgetter("kept")


class Memory:
    """The text of one incident's messages so far, for comparison with replies.

    `_words` holds every word. The other indexes are computed on first use, because few replies repeat more than single
    words. They hold every line, every two consecutive lines (ignoring blank ones), and every two and three consecutive
    words, each within one message.
    """

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._mails: list[RememberedMail] = []
        self._lines = LazySet(self._mails, RememberedMail.lines)
        self._pairs = LazySet(self._mails, lambda mail: pairwise(mail.lines()))
        self._twos = LazySet(self._mails, lambda mail: pairwise(mail.stream))
        self._threes = LazySet(self._mails, lambda mail: threes(mail.stream))
        self._altered = AlteredLines(self._mails)

    @classmethod
    def of(cls, mails: Iterable[str]) -> Memory:
        """Return a memory of these texts of earlier messages, in time linear in their length.

        >>> Memory.of(["Severity: 1\\nPhase: 2"]).quoted(["> severity:  1", "Phase: 2"])
        (True, True)
        """
        memory = cls()
        for mail in mails:
            memory.add(mail)
        return memory

    def add(self, text: str) -> None:
        """Remember one more message, in time linear in its length."""
        self._remember(RememberedMail(text))

    def without(self, text: str) -> Memory:
        """Return the memory without the messages whose text is exactly `text`. No text is split again.

        >>> Memory.of(["Severity: 1"]).without("Severity: 1").is_empty()
        True
        """
        others = Memory()
        for mail in self._mails:
            if mail.text != text:
                others._remember(mail)
        return others

    def _remember(self, mail: RememberedMail) -> None:
        self._mails.append(mail)
        self._words.update(mail.stream)

    @property
    def whole(self) -> Memory:
        """This memory. The property exists because `LazyMemory` has it too."""
        return self

    def is_empty(self) -> bool:
        """Return whether no remembered message contains a word."""
        return not self._words

    def quoted(self, lines: Sequence[str]) -> tuple[bool, ...]:
        """Return for each line of a body whether it quotes an earlier message, in linear time. Blank lines never do.

        A line that begins with `>` marks the lines below it as a possible quotation. A line that ends with a colon does
        so for the next line, because it may be an attribution in an unknown language.

        >>> Memory.of(["Severity: 1"]).quoted(["Severity: 1"])
        (False,)
        >>> Memory.of(["Severity: 1"]).quoted(["> fine", "Severity: 1"])
        (False, True)
        """
        plains = plain_lines(lines)
        return self.quoted_below(plains, [line[:1] in (">", "＞") for line in plains])

    def mostly_known(self, lines: Sequence[str]) -> tuple[bool, ...]:
        """Return for each line whether most of its pairs of words, or all its words, are remembered.

        Gateways and translators change words but not numbers, so a line with a different number is new.

        >>> Memory.of(["Is anybody at the bank?"]).mostly_known(["is anybody at the bank", "Yes, Bo."])
        (True, False)
        >>> Memory.of(["Half of the shops in part 1."]).mostly_known(["Half of all shops in part 1.", "half of part 2"])
        (True, False)
        """
        found, twos = [], self._twos.current()
        for words in words_in_each(plain_lines(lines)):
            pairs = list(pairwise(words))
            unknown = list(filterfalse(twos.__contains__, pairs))
            is_known = 2 * len(unknown) <= len(pairs) if pairs else self._words.issuperset(words)
            found.append(is_known and not any(is_number(word) for pair in unknown for word in pair))
        return tuple(found)

    def quoted_below(self, plains: Sequence[str], markers: Sequence[bool]) -> tuple[bool, ...]:
        """Return for each plain line whether it is quoted. `markers` says which lines mark those below as quoted."""
        rows = words_in_each(plains)
        filled = [index for index, words in enumerate(rows) if words]
        if "-" in [rows[index][-1][-1] for index in filled]:
            self._rejoin_hyphenated(rows)
        quoted = [False] * len(rows)
        known = {index for index in filled if self._words.issuperset(rows[index])}
        remembered = self._lines.current() if known else set()
        whole = {index for index in known if rows[index] in remembered}
        for above, below in pairwise(filled) if known else ():
            follows = above in known and below in known and self._follow_each_other(rows[above], rows[below])
            if follows or ((above in whole or below in whole) and self._one_was_altered(rows[above], rows[below])):
                quoted[above] = quoted[below] = True
        marked = markers.index(True) if True in markers else len(rows)
        evidence = colon = False  # `evidence`: a quotation may be above; `colon`: the line above ends in a colon
        for index in filled:
            words = rows[index]
            evidence = evidence or index >= marked
            if (evidence or colon) and not quoted[index]:
                quoted[index] = index in whole or self._is_fragment(words) or self._is_altered(words)
            evidence = evidence or quoted[index] or (index in whole and not _is_greeting(words))
            colon = words[-1][-1] in COLONS
        for above, below in reversed(tuple(pairwise(filled))) if True in quoted else ():
            if quoted[below] and not quoted[above]:
                quoted[above] = above not in whole and self._is_altered(rows[above])
        return tuple(quoted)

    def _one_was_altered(self, above: Words, below: Words) -> bool:
        """Return whether two lines follow each other in one message, apart from one changed word in a long line."""
        if len(above) >= WORDS_MIN and self._is_line(below) and self._differs_little(above):
            rows = (one == below for _, _, one in self._altered.of(above))
        elif len(below) >= WORDS_MIN and self._is_line(above) and self._differs_little(below):
            rows = (one == above for one, _, _ in self._altered.of(below))
        else:
            return False
        return _chars(above + below) >= PAIR_CHARS_MIN and any(rows)

    def _differs_little(self, words: Words) -> bool:
        """Return whether all words are remembered, except for at most one that is not a number."""
        unknown = set(words) - self._words
        return len(unknown) < 2 and not any(map(is_number, unknown))

    def _is_altered(self, words: Words) -> bool:
        """Return whether the words are all or part of a remembered line, with one word changed.

        The changed word must not be a number.
        """
        if not self._differs_little(words):
            return False
        if any(True for _ in self._altered.of(words)):
            return True
        if not WORDS_MIN <= len(words) <= WORDS_MAX:
            return False
        remembered = self._threes.current()
        missing = [n for n, three in enumerate(threes(words)) if three not in remembered]
        if not missing or missing[-1] - missing[0] > 2 or 2 * len(missing) > len(words) - 2:
            return False
        return not is_number(words[missing[-1] if missing[0] == 0 else missing[0] + 2])

    def is_old(self, words: Words) -> bool:
        """Return whether the words are a greeting or a line of an earlier message."""
        return _is_greeting(words) or self._is_line(words)

    def has_mail_with(self, part: str, line: str) -> bool:
        """Return whether a single message contains the words of `part`, and has `line` as one of its lines.

        >>> memory = Memory.of(["Is it worse now?\\nseverity 1", "severity 2"])
        >>> memory.has_mail_with("worse now?", "severity 1"), memory.has_mail_with("worse now?", "severity 2")
        (True, False)
        """
        words, row = words_in(plain(part)), words_in(plain(line))
        together = f" {' '.join(words).rstrip('.,:;')}"
        return any(row in mail.lines() and together in f" {' '.join(mail.stream)}" for mail in self._mails)

    def _is_line(self, words: Words) -> bool:
        return self._words.issuperset(words) and words in self._lines.current()

    def follow_each_other(self, above: str, below: str) -> bool:
        """Return whether the second line is directly below the first one in a message.

        >>> Memory.of(["Severity: 1\\n\\nIs anybody at the bank now?"]).follow_each_other(
        ...     "> Severity: 1", "Is anybody at the bank now?")
        True
        """
        rows = words_in(plain(above)), words_in(plain(below))
        return bool(rows[0] and rows[1]) and self._follow_each_other(*rows)

    def _follow_each_other(self, above: Words, below: Words) -> bool:
        """Return whether two lines follow each other in one message, unchanged or as parts of longer lines."""
        last, first = above[-1], below[0]
        if last not in self._words or first not in self._words or (last, first) not in self._twos.current():
            return False
        if _is_long(above) or _is_long(below) or _chars(above) + _chars(below) >= PAIR_CHARS_MIN:
            return self._are_in_a_row(above + below)
        return (above, below) in self._pairs.current()

    def _rejoin_hyphenated(self, rows: list[Words]) -> None:
        """Join, in place, words that a program broke after a hyphen, if the whole word is remembered."""
        for index, (above, below) in enumerate(pairwise(rows)):
            if above and above[-1][-1] == "-" and len(below) > 1 and above[-1] + below[0] in self._words:
                rows[index], rows[index + 1] = (*above[:-1], above[-1] + below[0]), below[1:]

    def _is_fragment(self, words: Words) -> bool:
        return _is_long(words) and len(words) > 1 and self._are_in_a_row(words)

    def _are_in_a_row(self, words: Words) -> bool:
        """Return whether every three consecutive words, or the only two, are also consecutive in an earlier message."""
        if not self._words.issuperset(words):
            return False
        if len(words) == 2:
            return words in self._twos.current()
        return self._threes.current().issuperset(threes(words))


def mask(
    extraction: Extraction, memory: Memory | LazyMemory, answered: Memory | Callable[[], Memory] | None = None
) -> tuple[bool, ...]:
    """Return for each kept line, in order, whether it can be parsed for commands.

    Dropped lines are examined too, because they may mark the kept lines below as quoted. If `answered` is given, the
    beginning of the reply can quote only those messages. Words from other messages count as the writer's own there.

    >>> from incidentmail.reply.extraction.cut import cut
    >>> mask(cut("sev 1\\n\\nBo aliandika:\\n\\nSeverity: 4\\nfine"), Memory.of(["Severity: 4\\nfine"]))
    (True, True, True, True, False, False)
    """
    own = list(positions(map(_KEPT, extraction.lines)))
    if not own or (isinstance(memory, Memory) and memory.is_empty()):
        return (True,) * len(own)
    end = own[-1] + 1  # a line is compared together with the next non-blank line
    while end < len(extraction.lines) and not words_in(extraction.lines[end].line.plain):
        end += 1
    lines = extraction.lines[: end + 1]
    plains = [kept.line.plain for kept in lines]
    if isinstance(memory, LazyMemory):
        if memory.summary.repeats_nothing(plains, [kept.kept for kept in lines]):
            return (True,) * len(own)
        memory = memory.whole
    quoted = list(memory.quoted_below(plains, [not kept.kept and kept.line.kind in MARKERS for kept in lines]))
    below = below_marked_quotation(extraction, own, memory)
    starts = [0]
    if below is not None and any(quoted[below:]):
        # Only marked lines were quoted, so these words are the writer's unless they follow each other in a message.
        quoted[below:] = memory.quoted_below(plains[below:], [False] * len(plains[below:]))
        starts.append(below)
    answered = answered() if callable(answered) else answered
    if answered is not None:
        for start in starts:
            for index in first_block(lines[start:], plains[start:], memory, answered):
                quoted[start + index] = False
    return tuple([not quoted[index] for index in own])


def _is_long(words: Words) -> bool:
    return len(words) >= FRAGMENT_WORDS_MIN or _chars(words) >= FRAGMENT_CHARS_MIN


def _chars(words: Words) -> int:
    return sum(map(len, words)) + len(words) - 1


def _is_greeting(words: Words) -> bool:
    """Return whether the words are a greeting such as `Hi all,`, which is no evidence that the next line is quoted."""
    return len(words) <= GREETING_WORDS_MAX and words[-1].endswith(",")
