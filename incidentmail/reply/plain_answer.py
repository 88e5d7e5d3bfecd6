"""Read `yes`, `no` and `ok` in answer to a private mail of ours that offered replies.

Such an answer is never a silent note. `yes` stands for the reply that the mail offered, if it offered a single one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from incidentmail.core.frozen import replace
from incidentmail.core.text import one_line

from .grammar.courtesy import is_thanks, without_courtesy
from .grammar.read_commands import read
from .grammar.whole_words import NO, YES
from .parsed import Ask, Context, NewLine, Read, Why, text_of

ANSWER_CHARS_MAX = 200
"""The maximum length of an answer. A longer text is a report, whatever its first word is."""
DECLINE = "decline"
HELP = "help"
"""The reply to suggest if the mail that was answered offered none: it brings a list of all replies."""
_ASSENT = re.compile(
    r"(?:ok(?:ay)?|sure|agreed|go ahead|please do|(?:just )?do (?:it|so|that)|confirmed|right|of course)\s*[.!]*\s*",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:[,;:.!–—\n]|--?\s)\s*")
_UNDECIDED = re.compile(
    r"\?|\b(?:but|if|unless|except|maybe|perhaps|not|later|once|when|after|until|almost|only)\b|n['’]t\b", re.IGNORECASE
)
"""What leaves open whether the word before it is meant."""


def answered(lines: Sequence[NewLine], context: Context) -> Read | None:
    """Return what a reply that is only `yes` or `no` stands for, or None for any other reply.

    Nothing is returned if the writer was asked something that has answers of its own, such as an offer of command.
    """
    text = _text(lines, context)
    if text is None:
        return None
    for pattern in (YES, NO):
        found = pattern.match(text)
        if found and is_thanks(text[found.end() :], context.writer.name):
            return _yes(lines, context) if pattern is YES else _no(lines, context)
    return None


def unclear(lines: Sequence[NewLine], context: Context, found: Read) -> Read:
    """Return `found`, which holds no command, with what the reply answers to our private mail.

    A reason may follow `yes` or `no`. If the answer is doubtful, or only `ok`, its writer is asked. A reply that asks
    for something else than our mail offered is left as it is.
    """
    text = _text(lines, context)
    wanted = [offer for ask in found.asks for offer in ask.offers]
    if text is None or any(not one.startswith(offer) for offer in wanted for one in context.suggested or ("",)):
        return found
    if context.suggested and _ASSENT.fullmatch(text):
        return _ask(lines, context, "unanswered")
    for pattern in (YES, NO):
        word = pattern.match(text)
        rest = text[word.end() :] if word else ""
        separator = _SEPARATOR.match(rest)
        if word is None or not (separator or context.suggested):
            continue
        if separator is None or (pattern is YES and _UNDECIDED.search(rest)):
            return _which(lines, context)
        if pattern is NO:
            return _no(lines, context)
        return replace(_yes(lines, context), prose=rest[separator.end() :].strip())
    return found


def _text(lines: Sequence[NewLine], context: Context) -> str | None:
    """Return the reply without courtesies, or None if it is no answer to a private mail that offered replies."""
    if context.suggested is None or context.declaring or context.asked or context.proposal is not None:
        return None
    if context.answers and not context.suggested:
        return None
    text = text_of(lines).strip()
    if not text or len(text) > ANSWER_CHARS_MAX or not all(line.readable for line in lines if line.text.strip()):
        return None
    return without_courtesy(text)


def _yes(lines: Sequence[NewLine], context: Context) -> Read:
    """Return the commands of the single reply that our mail offered, or a question if there is no single one."""
    offers = context.suggested or ()
    if len(offers) != 1 or not offers[0]:
        return _which(lines, context)
    meant = read([NewLine(_first(lines).number, offers[0])], context)
    if not meant.commands or meant.problems or meant.asks:
        return _ask(lines, context, "unanswered")
    return replace(meant, prose="")


def _no(lines: Sequence[NewLine], context: Context) -> Read:
    """Return the receipt for a no. If it may refuse a part, the writer is asked."""
    if context.suggested:
        return _ask(lines, context, "no")
    if context.may_decline:
        return _ask(lines, context, "unanswered", DECLINE)
    return _which(lines, context)


def _which(lines: Sequence[NewLine], context: Context) -> Read:
    """Return the question which reply is meant."""
    if not context.suggested:
        return _ask(lines, context, "nothing to answer", HELP)
    return _ask(lines, context, "unanswered" if any(context.suggested) else "copy the line")


def _ask(lines: Sequence[NewLine], context: Context, why: Why, *offers: str) -> Read:
    first = _first(lines)
    if why == "unanswered" and not offers:
        offers = tuple(filter(None, context.suggested or ()))
    asked = Ask(line=first.number, text=one_line(first.text), about="answer", why=why, offers=offers)
    return Read(prose=text_of(lines).strip(), asks=(asked,))


def _first(lines: Sequence[NewLine]) -> NewLine:
    return next(line for line in lines if line.text.strip())
