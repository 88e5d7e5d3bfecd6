"""Parse words that count only as the whole reply, such as `close`, `retract`, `reopen`, `undo 7`, `accept`.

A greeting, thanks and a name can surround such a word. `close`, `retract` and `reopen` can be followed by a reason,
which becomes the message. The writer is asked if the reason contains a contrast, or says that something is left to do
(`close, but refunds still fail`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from incidentmail.core.commands import (
    AcceptProposal,
    AssignRole,
    Decline,
    RejectProposal,
    SetSeverity,
    SetStatus,
    TakeCommand,
    Undo,
)
from incidentmail.core.facts import json_person
from incidentmail.core.teams.team_commands import StopCustomerWords
from incidentmail.core.text import fold_case
from incidentmail.core.words import STATUS_WORDS
from incidentmail.reply.parsed import Context
from incidentmail.reply.retro_line import retro_word

from .clauses import Found
from .courtesy import TOKEN, is_thanks, without_courtesy
from .hours import break_word
from .key_values import split_key
from .lexicon import CONDITIONS, DOUBTS, OTHER_TIMES, REMAINDERS
from .patterns import BREAK, FLAGS, MARKS, POLITE_TAIL
from .taking_back import takes_back
from .tracking_words import tracking_reply

WHOLE_CHARS_MAX = 600
"""The maximum length of such a reply: a greeting, one of the words, thanks and a reason."""


_AHEAD = re.compile(
    r"(?:(?:yes|yep|yeah|ja|oui|ok|okay|sure|fine|great|perfect|good|alright|no|sorry|thanks|thank\s+you|so|fyi"
    r"|please|pls|plz"
    r"|kindly|reply|answer|command|all\s+good|confirmed|bitte)[ \t]*[,.!:–—-]*[ \t\n]+|[-*•–—][ \t]+){1,3}",
    FLAGS,
)
_COPIED = re.compile(r"reply(?:[ \t]+with)?[ \t]*:[ \t]*", FLAGS)
"""The beginning of the button label `Reply: accept`, for people who type all of it."""
_OBJECT = r"(?:[ \t]+(?:(?:the|this)[ \t]+(?:incident|one|offer)|it|this|that|incident|command|now))?"
_WORD = re.compile(
    r"(?:I\s+|I['’]?m\s+|I\s+am\s+)?(?P<word>closed?|closing|retract(?:ed|ing)?|re-?open(?:ing|ed)?|accept(?:ed"
    r"|ing)?|accepting"
    rf"|declin(?:e|ed|ing)|reject(?:ed|ing)?|confirm(?:ed|ing)?|undo\s+(?:update\s+|number\s+|no\.?\s+"
    rf"|#\s?)?(?P<number>\d{{1,6}})){_OBJECT}(?![\w-])",
    FLAGS,
)
_STOP = re.compile(r"stop(?:\s+(?:the|these|those)\s+words)?(?![\w-])[ \t]*[.!]*", FLAGS)
_ONE_OF_MANY = re.compile(
    r"(?:I[ \t]+)?(?:(?P<undo>undo[ \t]+)?(?:updates?[ \t]+|numbers?[ \t]+|nos?\.?[ \t]+)?#?[ \t]?(?P<number>\d{1,6})"
    r"|(?P<word>close|retract|reopen))(?!\w)",
    FLAGS,
)
_BETWEEN = re.compile(
    r"(?:[ \t]*(?:[,;/&+]|\b(?:and|or|then|plus|also|und|et|y|e)\b)){1,3}[ \t]*"
    r"|(?P<through>[ \t]*(?:[-–]|\bto\b)[ \t]*)|[ \t]+(?=#?\d)",
    FLAGS,
)
MANY_MAX = 6
"""The maximum number of words or updates in a reply that asks for several things. All of them are offered."""
YES = re.compile(
    r"(?:yes|yep|yeah|yup|ja|oui|sí|si|sim|tak|it\s+is|correct|affirmative)(?:,?\s+(?:it\s+is(?:\s+one)?|please"
    r"|do(?:\s+it|\s+so)?|I\s+do|go\s+ahead))?(?![\w-])",
    FLAGS,
)
NO = re.compile(r"(?:no|nope|nein|non|nee|nie|não)(?![\w-])", FLAGS)
_SEPARATOR = re.compile(
    r"[ \t]*(?:[,;:.!–—\n]|-{1,2}[ \t]|[ \t]-(?=[A-Z])|[ \t](?=\()|[ \t](?:because|since|as)[ \t])[ \t\n]*", re.A
)
_OVER = re.compile(
    r"(?:it(?:['’]?s|\s+is)|this\s+is|that['’]?s|all(?:\s+is)?|we\s+are)?\s*(?:now\s+)?(?:over|resolved|fixed|solved"
    r"|done|back|recovered|closed|mitigated|gone|a?\s*false\s+alarm)\b|it\b|this\b|that\b|was\b|is\b",
    FLAGS,
)
"""Words that make a reason for ending an incident plain: they say that it is over, or what the cause was."""
_BEFORE_THE_WORD = re.compile(r"[ \t]*[,.!:–—-]*[ \t\n]+(?=(?:I\s+)?(?:accept|confirm|reject|declin)\w*\b)", FLAGS)


_DOUBTFUL = CONDITIONS | DOUBTS | OTHER_TIMES
_ENDING_DOUBTS = (REMAINDERS | _DOUBTFUL, (REMAINDERS | _DOUBTFUL) - {"monitoring", "monitor", "only"})
"""The doubtful words in a reason for `close` and in one for `retract`. Nothing is left to watch after `retract`."""
_THE_MONITORING = re.compile(r"\b(?:the|our|a|an|your|its|bad|wrong|broken|faulty)\s+monitoring\b", FLAGS)
"""Words for a monitoring program, as opposed to monitoring work that is left to do."""
REASON_LINES_MAX = 6
ANSWER_WORDS_MAX = 25
"""The maximum number of words after an answer or an undo. A longer text means something else."""
_About = Literal["end", "reopen", "undo", "answer"]
_DENIALS = ("reject", "decline")
_ABOUT: dict[str, _About] = {"close": "end", "retract": "end", "reopen": "reopen", "undo": "undo"}


@dataclass(frozen=True, slots=True)
class Whole:
    """The meaning of a whole reply: a command with its reason as `message`, or a topic to ask the writer about.

    If the writer has to be asked, `word` is the reply that would count, or `one_by_one` are the replies that would,
    each sent alone.
    """

    command: Found | None = None
    message: str = ""
    asks: _About | None = None
    word: str = ""
    one_by_one: tuple[str, ...] = ()


def whole_reply(text: str, context: Context) -> Whole | None:
    """Return the meaning of a reply that is one of this module's words, perhaps with courtesies around it, or None."""
    text = without_courtesy(text) if len(text) <= WHOLE_CHARS_MAX else ""
    if not text:
        return None
    if context.proposal is not None or context.asked:
        answered = _yes_or_no(text, context)
        if answered:
            return answered
    if context.declaring:
        return None
    if context.may_stop and (found := _STOP.match(text)) and is_thanks(text[found.end() :], context.writer.name):
        return Whole(command=Found(0, "customers_may_be_told", None, StopCustomerWords(), "shorthand"), word="stop")
    if about_break := break_word(text, context):
        return Whole(command=about_break, word=text)
    if about_retro := retro_word(text, context):
        return Whole(command=about_retro[0], message=about_retro[1], word="retro held")
    if tracked := tracking_reply(text, context):
        return Whole(command=tracked)
    if many := _several(text, context):
        return many
    found = _WORD.match(text)
    ahead = _AHEAD.match(text) if found is None else None
    if ahead:
        found = _WORD.match(text, ahead.end())
    if found is None:
        return None
    word = _stem(found["word"])
    offer = f"undo {found['number']}" if word == "undo" else word
    says = _command(word, found, context)
    rest = text[found.end() :]
    for pattern in (MARKS, POLITE_TAIL):
        around = pattern.match(rest)
        rest = rest[around.end() :] if around and BREAK.match(rest, around.end()) else rest
    if is_thanks(rest, context.writer.name):
        return Whole(command=says, word=offer, asks=None if says else "answer")
    separator = _SEPARATOR.match(rest)
    if separator is None:
        if word in ("close", "retract") and _hedges(rest):
            return Whole(asks="end", word=word)
        return None
    reason = rest[separator.end() :].strip()
    return _with_reason(word, offer, says, reason, context)


def _several(text: str, context: Context) -> Whole | None:
    """Return the question about a reply with several of these words (`undo 1 and 2`, `close and retract`), or None.

    Each word counts only alone. The newest update is offered first for undoing, because it may depend on older ones.
    """
    ahead = _AHEAD.match(text)
    at = ahead.end() if ahead else 0
    numbers: list[int] = []
    words: list[str] = []
    through = False
    while found := _ONE_OF_MANY.match(text, at):
        if found["number"] and not (numbers or found["undo"]):
            return None
        if found["word"]:
            words.append(fold_case(found["word"]))
        else:
            first, last = sorted((numbers[-1], int(found["number"]))) if through else (int(found["number"]),) * 2
            numbers += range(max(first, last - MANY_MAX), last + 1)
        at = found.end()
        between = _BETWEEN.match(text, at)
        if between is None or _ONE_OF_MANY.match(text, between.end()) is None:
            break
        at, through = between.end(), bool(between["through"] and numbers)
    several = (*(f"undo {number}" for number in sorted(set(numbers), reverse=True)), *dict.fromkeys(words))[:MANY_MAX]
    is_all = is_thanks(text[at:], context.writer.name) or _SEPARATOR.match(text, at)
    if len(several) < 2 or not is_all:
        return None
    return Whole(asks="undo" if numbers else _ABOUT[words[0]], one_by_one=several)


def _with_reason(word: str, offer: str, says: Found | None, reason: str, context: Context) -> Whole | None:
    """Return the meaning of a word that is followed by a reason.

    The reason becomes the message, unless it takes the word back.
    """
    about = _ABOUT.get(word, "answer")
    pasted = sum(split_key(line, context) is not None for line in reason.split("\n"))
    if pasted or reason.count("\n") > REASON_LINES_MAX:
        return Whole(asks=about, word=offer)
    if word == "reopen":  # people reopen an incident because something still fails
        doubtful = not _is_plain(" ".join(TOKEN.findall(reason)[:2]), _DOUBTFUL) or "?" in reason
    else:
        doubtful = not _is_plain(reason, _ENDING_DOUBTS[word == "retract"])
    too_long = about in ("answer", "undo") and len(TOKEN.findall(reason)) > ANSWER_WORDS_MAX
    denied = word != "undo" and _is_taken_back(reason, context)
    if doubtful or too_long or says is None or denied:
        return Whole(asks=about, word=offer)
    return Whole(command=says, message=reason, word=offer)


def _is_plain(reason: str, doubtful: frozenset[str] = REMAINDERS | _DOUBTFUL) -> bool:
    """Return whether a reason contains no question and none of the `doubtful` words."""
    words = {fold_case(token).replace("’", "'") for token in TOKEN.findall(_THE_MONITORING.sub(" ", reason))}
    return "?" not in reason and not words & doubtful


def _is_taken_back(reason: str, context: Context) -> bool:
    """Return whether a reason takes back the word before it. A reason which says that all is over does not."""
    return _OVER.match(reason) is None and takes_back(reason, 0, written_at=context.written_at)


def _hedges(rest: str) -> bool:
    """Return whether a condition, a doubt or a question directly follows a word: `close if the bank agrees`."""
    if rest.lstrip().startswith("?"):
        return True
    token = TOKEN.search(rest[:40])
    return token is not None and fold_case(token[0]) in CONDITIONS | DOUBTS | OTHER_TIMES | {"but", "in", "at"}


def _yes_or_no(text: str, context: Context) -> Whole | None:
    """Return the answer to a pending question to the writer, or None if the text is neither yes nor no."""
    copied = _COPIED.match(text)
    text = text[copied.end() :] if copied else text
    at = 0
    for pattern, positive in ((YES, True), (NO, False)):
        found = pattern.match(text)
        if found is None:
            continue
        rest = text[found.end() :]
        word = _BEFORE_THE_WORD.match(rest)
        if word:
            at = found.end() + word.end()
            break
        if is_thanks(rest, context.writer.name):
            return _answered(context, yes=positive)
        separator = _SEPARATOR.match(rest)
        reason = rest[separator.end() :] if separator else rest
        if separator and _is_plain(reason) and len(TOKEN.findall(reason)) <= ANSWER_WORDS_MAX:
            answered = _answered(context, yes=positive)
            return Whole(command=answered.command, message=reason.strip(), word=answered.word) if answered else None
        return Whole(asks="answer", word="yes" if positive else "no") if context.proposal is not None else None
    if context.proposal is None:
        return None
    found = _WORD.match(text, at)
    if found and _stem(found["word"]) in ("accept", "confirm", *_DENIALS):  # this mail answers no offer of a role
        rest = text[found.end() :]
        separator = _SEPARATOR.match(rest)
        plain = _is_plain(rest) and len(TOKEN.findall(rest)) <= ANSWER_WORDS_MAX
        if is_thanks(rest, context.writer.name) or (separator and plain):
            return _answered(context, yes=_stem(found["word"]) not in _DENIALS)
        return Whole(asks="answer", word=_stem(found["word"]))
    return None


def _answered(context: Context, *, yes: bool) -> Whole | None:
    if context.proposal is not None:
        command = AcceptProposal(context.proposal) if yes else RejectProposal(context.proposal)
        return Whole(command=Found(0, "proposal", context.proposal, command, "shorthand"), word="yes" if yes else "no")
    if not yes:
        return None
    severity = context.words.policy.default_severity
    return Whole(command=Found(0, "severity", severity, SetSeverity(severity), "shorthand", unsure=True), word="yes")


def _command(word: str, found: re.Match[str], context: Context) -> Found | None:
    """Return the command that a word stands for, or None if the word does not answer a pending question."""
    if word == "undo":
        number = int(found["number"])
        return Found(0, "undo", number, Undo(number), "shorthand")
    if word == "accept":
        return _accepted(context)
    if word == "decline":
        return Found(0, "decline", None, Decline(), "shorthand")
    if word in ("confirm", "reject"):
        return None
    status = STATUS_WORDS[word]
    return Found(0, "status", status.value, SetStatus(status), "shorthand")


def _accepted(context: Context) -> Found | None:
    """Return the command that accepts the offer made to the writer, or None if there is no offer."""
    writer = context.writer
    if context.offered:
        return Found(0, "commander", json_person(writer), TakeCommand(), "shorthand")
    if context.offered_role is None:
        return None
    added = AssignRole(context.offered_role, (writer,), "add")
    return Found(0, f"roles.{context.offered_role}", {"add": [json_person(writer)]}, added, "shorthand")


def _stem(word: str) -> str:
    word = fold_case(word).replace("-", "")
    stems = ("close", "retract", "reopen", "accept", "declin", "reject", "confirm", "undo", "closing")
    stem = next(stem for stem in stems if word.startswith(stem))
    return {"declin": "decline", "closing": "close"}.get(stem, stem)
