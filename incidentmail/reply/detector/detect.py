"""Work out what a reply without a recognised command seems to ask for, and return questions for its writer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import lru_cache

from incidentmail.core.frozen import replace
from incidentmail.core.text import fold_case, one_line
from incidentmail.reply.asking_words import asks_for_help
from incidentmail.reply.coming_back import says_it_is_back
from incidentmail.reply.grammar.clauses import dated_promise
from incidentmail.reply.grammar.courtesy import is_pleasantry
from incidentmail.reply.grammar.patterns import AHEAD, NUMBER_WORDS, POLITE_TAIL, Forms
from incidentmail.reply.grammar.person_names import is_name
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.grammar.reader import ABOUT
from incidentmail.reply.grammar.tracking_words import unfinished_tracking
from incidentmail.reply.parsed import About, Ask, Context, NewLine

from .requests import HANDED, NAMED, PLACE, REQUESTS
from .role_requests import role_request
from .stated import stated

SHORT_CHARS_MAX = 400
"""The maximum length of a reply whose first words count as a request. Longer replies are reports."""
ANSWER_CHARS_MAX = 30
"""The maximum length of a reply that counts as an answer to an open question, in any language."""
LINE_CHARS_MAX = 120
ASKS_MAX = 3
MISTYPED_WORDS_MAX = 8
"""The maximum length of a line that is searched for misspelled commands. Longer lines are prose."""
_CLAUSE_END = re.compile(r"[,;:.!?…]|\s[-–—]{1,2}\s|—|\n")
_OUTER = re.compile(r"^[\W_]+|[\s.!…*_~]+$")
_AGREES = re.compile(
    r"(?:yes|yeah|yep|yup|ok|okay|sure|fine|agreed|i\s+will|i\s+do|i\s+can|happy\s+to|will\s+do|on\s+it|on\s+my\s+way|sounds?\s+good|got\s+it"
    r"|(?:i\s+)?(?:can\s+)?take\s+(?:it|this)|roger|copy(?:\s+that)?|ack|acknowledged|noted|understood|great|perfect|good|no\s+problem|np|absolutely"
    r"|of\s+course|gladly|done|confirmed|deal|works\s+for\s+me|let['’]?s\s+do\s+it|ja|oui|d['’]accord|sí|si|claro|sim|tak|dobrze|akkoord|prima|gern(?:e)?"
    r"|no|nope|nein|non|não|nee|nie|sorry|can['’]?t|i\s+can['’]?t|i\s+cannot|not\s+me|not\s+now|busy|unable)\b.{0,60}",
    re.I,
)
_ASKS_FOR = re.compile(r"(?:please|pls|can|could|may|shall)\b", re.I)
_SEVERITY = re.compile(rf"sev(?:erity)?\W{{0,3}}(\d{{1,2}}|{'|'.join(NUMBER_WORDS)})", re.I)
_PICTURE = re.compile(r"[\W_]{1,8}")


def detect(lines: Sequence[NewLine], context: Context) -> tuple[Ask, ...]:
    """Return at most three questions about what the sender's own lines seem to ask for.

    `lines` contain no command. A reply that only reports what is happening raises no question. In a declaration, only a
    severity and a commander are looked for.
    """
    own = [line for line in lines if line.readable and line.text.strip()]
    while len(own) > 1 and is_pleasantry(own[0].text):
        own = own[1:]
    if not own:
        return ()
    found = list(_found(own, context))
    return tuple(dict.fromkeys(found))[:ASKS_MAX]


def _found(own: Sequence[NewLine], context: Context) -> Iterator[Ask]:
    text = "\n".join(line.text for line in own)
    first = own[0]
    if not context.is_open and not context.declaring:  # reopening comes first, whatever else the reply says
        back = next((line for line in own if says_it_is_back(line.text)), None)
        if back is not None:
            yield _ask(back, "reopen", offers=("reopen",))
            return
    if not context.declaring and len(text) <= SHORT_CHARS_MAX:
        answer = _answer(first, context)
        if answer:
            yield answer
            return
        if asks_for_help(text):
            yield _ask(first, "help", offers=("catch up", "sev 1", "taking command", "close"))
            return
        if word := unfinished_tracking(first.text, context):
            yield Ask(line=first.number, text=one_line(first.text), about="item", why="taken back", offers=(word,))
            return
        request = _request(first, context) or _mistyped(first, context)
        if request:
            yield request
            return
        if context.answers and len(text) <= ANSWER_CHARS_MAX and "\n" not in text:
            yield Ask(line=first.number, text=one_line(text), about="answer", why="unanswered", offers=context.answers)
            return
    if context.proposal is not None and not context.declaring:  # only answers are sent to that address
        text = one_line(first.text)
        yield Ask(line=first.number, text=text, about="answer", why="unanswered", offers=context.answers)
        return
    if len(text) <= SHORT_CHARS_MAX and (named := _commander(first, context)):
        yield named
    for one in stated(text, context):
        line = next((line for line in own if one.sentence[:40] in line.text), first)
        about: About = "severity" if one.fact == "severity" else "phase"
        word = "sev" if one.fact == "severity" else "phase"
        yield Ask(
            line=line.number,
            text=one_line(one.sentence),
            about=about,
            why="other words",
            offers=(f"{word} {one.number}",),
        )


def _ask(line: NewLine, about: About, *, offers: tuple[str, ...]) -> Ask:
    return Ask(line=line.number, text=one_line(line.text), about=about, why="other words", offers=offers)


def _answer(line: NewLine, context: Context) -> Ask | None:
    """Return the open question for the writer if this line seems to answer it, or None."""
    offers, text = context.answers, one_line(line.text)
    if not offers or not (_AGREES.match(text) or _PICTURE.fullmatch(text)):
        return None
    return Ask(line=line.number, text=text, about="answer", why="unanswered", offers=offers)


def _request(line: NewLine, context: Context) -> Ask | None:
    """Return the question about the first sentence or clause of a short reply."""
    is_question = line.text.rstrip().endswith("?")
    promise = None if is_question else dated_promise(one_line(line.text[:LINE_CHARS_MAX]), context)
    if promise:
        return Ask(line=line.number, text=one_line(line.text), about="time", why="too far", offers=(promise,))
    for text in _candidates(line.text):
        for request in REQUESTS:
            found = request.pattern.fullmatch(_with_apostrophe(text.lower()))
            if found is None or not request.holds(context):
                continue
            if is_question and not _ASKS_FOR.match(text):
                continue
            return _ask(line, request.about, offers=request.offers(context, found))
    if is_question:
        return None
    bare = _candidates(line.text)[0]
    if role := role_request(bare, context):
        return _ask(line, "role", offers=(role,))
    place = PLACE.match(bare)
    if place:
        return _ask(line, "venue", offers=(f"{context.words.key('venue')}: {place['place'].rstrip('.,)')}",))
    return _named_step(line, bare, context)


_SHORTENED = {
    "its": "it's", "thats": "that's", "lets": "let's", "im": "i'm", "ill": "i'll", "ive": "i've", "weve": "we've",
    "youre": "you're", "cant": "can't", "dont": "don't", "isnt": "isn't",
}  # fmt: skip


def _with_apostrophe(text: str) -> str:
    """Return `text` with the apostrophe that is often left out of the first word restored."""
    first, _, rest = text.partition(" ")
    return f"{_SHORTENED[first]} {rest}" if first in _SHORTENED and rest else text


_COMMAND_WORDS = (
    "severity", "phase", "close", "change", "command", "commander", "taking", "retract", "reopen", "accept", "decline",
    "update", "incident", "customer", "business", "liaison", "venue", "status", "moving", "raising", "description",
    "impact",
)  # fmt: skip


def _mistyped(line: NewLine, context: Context) -> Ask | None:
    """Return the question about a short first line that would be a command if one word were spelled correctly."""
    words = line.text.strip()[:LINE_CHARS_MAX].split(" ")
    if len(words) > MISTYPED_WORDS_MAX:
        return None
    spelled = [_spelled(word) for word in words]
    if spelled == words:
        return None
    meant = " ".join(spelled)
    found = read([replace(line, text=meant)], context)
    if len(found.commands) != 1 or found.problems:
        return None
    command = found.commands[0]
    about = ABOUT.get(command.name, "role")
    return _ask(line, about, offers=(meant,))


def _spelled(word: str) -> str:
    bare = word.strip(".,:;!?*").lower()
    if len(bare) < 5 or bare in _COMMAND_WORDS:
        return word
    near = get_close_matches(bare, _COMMAND_WORDS, n=1, cutoff=0.8)
    return word.lower().replace(bare, near[0]) if near and near[0] + "s" != bare and near[0] + "d" != bare else word


def _candidates(text: str) -> list[str]:
    """Return the first line, its first sentence and its first clause, without polite phrases."""
    text = unicodedata.normalize("NFKC", text[: 2 * LINE_CHARS_MAX]).replace("’", "'")
    as_written = _bare(text)
    for _ in range(2):
        ahead = AHEAD.match(text)
        text = text[ahead.end() :] if ahead and ahead.end() < len(text) else text
    whole = _bare(text)
    pieces = [whole, as_written]
    end = _CLAUSE_END.search(text)
    if end:
        pieces.append(_bare(text[: end.start()]))
    return [piece for piece in pieces if piece and len(piece) <= LINE_CHARS_MAX] or [""]


def _bare(text: str) -> str:
    text = one_line(_OUTER.sub("", text.rstrip("? ")))
    tail = POLITE_TAIL.search(text)
    if tail and tail.end() == len(text) and tail.start():
        text = text[: tail.start()].rstrip(" ,")
    return text


def _named_step(line: NewLine, text: str, context: Context) -> Ask | None:
    """Return the question about a short reply that only names a severity or phase: `critical!`, `resolving`."""
    policy = context.words.policy
    folded = fold_case(text)
    for step in policy.severities:
        if step.name and folded == fold_case(step.name) and step.level != context.severity:
            return _ask(line, "severity", offers=(f"sev {step.level}",))
    for phase in policy.phases:
        if phase.name and folded == fold_case(phase.name) and phase.number != context.phase:
            return _ask(line, "phase", offers=(f"phase {phase.number}",))
    found = _SEVERITY.fullmatch(text)
    if found:
        word = fold_case(found[1])
        number = NUMBER_WORDS[word] if word in NUMBER_WORDS else int(word)
        if number != context.severity and policy.severity(number):
            return _ask(line, "severity", offers=(f"sev {number}",))
    return None


def _commander(line: NewLine, context: Context) -> Ask | None:
    """Return the question about a first line that names a new commander: `bo is ic`, `handing over to Ann`."""
    text = _candidates(line.text)[-1] if not line.text.rstrip().endswith("?") else ""
    for pattern in _named(Forms.of(context.words).titles):
        found = pattern.fullmatch(text)
        name = one_line(found["name"]).lstrip("@") if found else ""
        if name and is_name(name, any_case=True):
            return _ask(line, "command", offers=(f"{context.words.key('commander')}: {_shown(name)}",))
    return None


@lru_cache(maxsize=8)
def _named(titles: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"(?:{words.replace('TITLES', titles)})(?: (?:now|please))?", re.I) for words in (NAMED, HANDED)
    )


def _shown(name: str) -> str:
    return name.title() if name.islower() else name
