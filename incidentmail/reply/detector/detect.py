"""Determine what a reply without a recognised command seems to ask for, and return questions for its writer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from incidentmail.core.frozen import replace
from incidentmail.core.text import one_line
from incidentmail.reply.asking_words import asks_for_help, asks_how
from incidentmail.reply.coming_back import says_it_is_back
from incidentmail.reply.grammar.clauses import dated_promise
from incidentmail.reply.grammar.courtesy import is_pleasantry
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.grammar.reader import ABOUT
from incidentmail.reply.grammar.tracking_words import unfinished_tracking
from incidentmail.reply.parsed import About, Ask, Context, NewLine, text_of

from .beginnings import beginning
from .brief_steps import brief_step
from .indirect import indirect
from .places import place
from .suggestions import suggestions
from .wishes import Wish, wishes

SHORT_CHARS_MAX = 400
"""The maximum length of a reply whose first words count as a request. Longer replies are reports."""
STATING_CHARS_MAX = 700
"""The maximum length of a text that may state a severity or phase in its first clauses."""
STATED = ("severity", "phase")
DECLARED = (*STATED, "command")
"""What a declaration may ask for. A declaration cannot end an incident or answer a question."""
ANSWER_CHARS_MAX = 30
"""The maximum length of a reply that counts as an answer to an open question, in any language."""
LINE_CHARS_MAX = 120
ASKS_MAX = 3
MISTYPED_WORDS_MAX = 8
"""The maximum number of words in a line that is searched for misspelled commands. Longer lines are prose."""
_AGREES = re.compile(
    r"(?:yes|yeah|yep|yup|ok|okay|sure|fine|agreed|i\s+will|i\s+do|i\s+can|happy\s+to|will\s+do|on\s+it|on\s+my\s+way|sounds?\s+good|got\s+it"
    r"|(?:i\s+)?(?:can\s+)?take\s+(?:it|this)|count\s+me\s+in|roger|copy(?:\s+that)?|ack|acknowledged|noted|understood|great|perfect|good|no\s+problem|np|absolutely"
    r"|of\s+course|gladly|done|confirmed|deal|works\s+for\s+me|let['’]?s\s+do\s+it|ja|oui|d['’]accord|sí|si|claro|sim|tak|dobrze|akkoord|prima|gern(?:e)?"
    r"|no|nope|nein|non|não|nee|nie|sorry|can['’]?t|i\s+can['’]?t|i\s+cannot|not\s+me|not\s+now|busy|unable)\b.{0,60}",
    re.I,
)
_PICTURE = re.compile(r"[\W_]{1,8}")


def detect(lines: Sequence[NewLine], context: Context) -> tuple[Ask, ...]:
    """Return at most three questions about what the sender's own lines seem to ask for.

    `lines` must contain no command. A reply that only reports what is happening leads to no question. A declaration is
    searched only for a severity, a phase and a commander.
    """
    own = [line for line in lines if line.readable and line.text.strip()]
    while len(own) > 1 and is_pleasantry(own[0].text):
        own = own[1:]
    if not own:
        return ()
    found = list(_found(own, context))
    return tuple(dict.fromkeys(found))[:ASKS_MAX]


def _found(own: Sequence[NewLine], context: Context) -> Iterator[Ask]:
    text = text_of(own)
    first = own[0]
    if not context.is_open and not context.declaring:  # reopening has priority, whatever else the reply says
        back = next((line for line in own if says_it_is_back(line.text)), None)
        if back is not None:
            yield _ask(back, "reopen", offers=("reopen",))
            return
    if len(text) <= SHORT_CHARS_MAX and not context.declaring:
        known = _known(first, text, context)
        if known:
            yield known
            return
    asked = list(_wished(own, text, context))
    yield from asked
    if context.declaring or asked:
        return
    others = [named] if (named := brief_step(text, context)) else _suggested(text, context)
    others = others or _indirect(first, text, context)
    for other in others:
        line = next((line for line in own if other.text[:40] in line.text), first)
        yield _ask(line, other.about, offers=other.offers)
    if others:
        return
    if len(text) <= SHORT_CHARS_MAX and (mistyped := _mistyped(first, context)):
        yield mistyped
    elif context.proposal is not None or (context.answers and len(text) <= ANSWER_CHARS_MAX and "\n" not in text):
        # Only answers are sent to the address of a proposal.
        yield Ask(
            line=first.number, text=one_line(first.text), about="answer", why="unanswered", offers=context.answers
        )


def _known(first: NewLine, text: str, context: Context) -> Ask | None:
    """Return the question raised by an answer, a request for help, an unfinished item or a promise. Or return None.

    A promise of the next update raises a question only if its time is too far ahead.
    """
    if answer := _answer(first, context):
        return answer
    if asks_for_help(text) or asks_how(text):
        return _ask(first, "help", offers=("catch up", "sev 1", "taking command", "close"))
    line = one_line(first.text)
    if word := unfinished_tracking(first.text, context):
        return Ask(line=first.number, text=line, about="item", why="taken back", offers=(word,))
    is_question = line.endswith("?")
    promise = None if is_question else dated_promise(line[:LINE_CHARS_MAX], context)
    if promise:
        return Ask(line=first.number, text=line, about="time", why="too far", offers=(promise,))
    return None


def _wished(own: Sequence[NewLine], text: str, context: Context) -> Iterator[Ask]:
    """Yield a question about each wish in the reply."""
    if len(text) > STATING_CHARS_MAX:
        return
    counts = DECLARED if context.declaring else STATED if len(text) > SHORT_CHARS_MAX else None
    found: dict[About, Wish] = {}
    for wish in wishes(text, context):
        found.setdefault(wish.about, wish)
    if not found and (venue := place(own[0].text[:LINE_CHARS_MAX].strip(), context)):
        found["venue"] = venue
    for about, wish in found.items():
        if counts is not None and about not in counts:
            continue
        line = next((line for line in own if wish.text[:40] in line.text), own[0])
        yield _ask(line, about, offers=wish.offers)


def _suggested(text: str, context: Context) -> list[Wish]:
    return list(suggestions(text, context)) if len(text) <= SHORT_CHARS_MAX else []


def _indirect(first: NewLine, text: str, context: Context) -> list[Wish]:
    if len(text) > SHORT_CHARS_MAX:
        return []
    begun = beginning(first.text, context)
    return [begun] if begun else list(indirect(text, context))


def _ask(line: NewLine, about: About, *, offers: tuple[str, ...]) -> Ask:
    return Ask(line=line.number, text=one_line(line.text), about=about, why="other words", offers=offers)


def _answer(line: NewLine, context: Context) -> Ask | None:
    """Return a question about the answer that this line seems to give to an open question, or None."""
    offers, text = context.answers, one_line(line.text)
    if not offers or not (_AGREES.match(text) or _PICTURE.fullmatch(text)):
        return None
    return Ask(line=line.number, text=text, about="answer", why="unanswered", offers=offers)


_PLAIN_WORDS = ("severity", "command", "commander", "liaison", "retract", "incident", "description")
"""The words whose misspellings are searched for in other than exact commands. Others resemble too many words."""
LENGTHS_DIFFER_MAX = 3
_CLAUSE_END = re.compile(r"[,;.!?](?=\s|$)")
_COMMAND_WORDS = (
    "severity", "phase", "close", "change", "command", "commander", "taking", "retract", "reopen", "accept", "decline",
    "update", "incident", "customer", "business", "liaison", "venue", "status", "moving", "raising", "description",
    "impact",
)  # fmt: skip


def _by_letter(known: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the words by their first and by their second letter, because these may be exchanged."""
    letters = {letter for one in known for letter in one[:2]}
    return {letter: tuple(one for one in known if letter in one[:2]) for letter in letters}


_COMMANDS_BY_LETTER, _PLAIN_BY_LETTER = _by_letter(_COMMAND_WORDS), _by_letter(_PLAIN_WORDS)
_LETTERS = {one: frozenset(one) for one in (*_COMMAND_WORDS, *_PLAIN_WORDS)}


def _mistyped(line: NewLine, context: Context) -> Ask | None:
    """Return a question about a short first line or clause that would be a command if it were spelled correctly.

    Return None for other lines. Of a longer line, only the first clause counts, and only words like `commander`.
    """
    whole = line.text.strip()[:LINE_CHARS_MAX]
    words = whole.split(" ")
    is_long = len(words) > MISTYPED_WORDS_MAX
    words = _CLAUSE_END.split(whole, maxsplit=1)[0].split(" ") if is_long else words
    if len(words) > MISTYPED_WORDS_MAX:
        return None
    spelled = [_spelled(word, _PLAIN_BY_LETTER if is_long else _COMMANDS_BY_LETTER) for word in words]
    if spelled == words:
        return None
    meant = " ".join(spelled).replace("no change next", "no change; next")
    found = read([replace(line, text=meant)], context)
    if len(found.commands) == (2 if ";" in meant else 1) and not found.problems:
        return _ask(line, ABOUT.get(found.commands[0].name, "role"), offers=(meant,))
    if not any(_is_misspelled(before, word) for word, before in zip(spelled, words, strict=True)):
        return None
    wish = beginning(meant, context) or next(iter(wishes(meant, context)), None)
    return _ask(line, wish.about, offers=wish.offers) if wish else None


def _is_misspelled(word: str, meant: str) -> bool:
    """Return whether a word is certainly a misspelling of another one: of `commander`, or by exchanged letters."""
    return word != meant and (meant in _PLAIN_WORDS or sorted(meant) == sorted(word.lower()))


def _spelled(word: str, known: Mapping[str, Sequence[str]]) -> str:
    bare = word.strip(".,:;!?*").lower()
    if len(bare) < 5 or bare in _COMMAND_WORDS:
        return word
    begin_alike = known.get(bare[0])
    if not begin_alike:
        return word
    letters = set(bare)
    alike = [
        one
        for one in begin_alike
        if abs(len(one) - len(bare)) <= LENGTHS_DIFFER_MAX and len(_LETTERS[one] - letters) < 2
    ]
    near = get_close_matches(bare, alike, n=1, cutoff=0.8) if alike else ()
    return word.lower().replace(bare, near[0]) if near and near[0] + "s" != bare and near[0] + "d" != bare else word
