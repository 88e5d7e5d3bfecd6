"""Parse replies about tracked items or about being at work: `done 3`, `3 holds`, `ask 3`, `joining`, `leaving`.

A reason may follow. The number may be missing only if the writer was asked, so that the word is unambiguous.
"""

from __future__ import annotations

import re
from typing import cast

from incidentmail.core.commands import (
    AddNote,
    AskItem,
    AssignItem,
    AssignRole,
    CallRoll,
    Command,
    FinishItem,
    Join,
    JudgeItem,
    Leave,
    ReleaseItem,
)
from incidentmail.core.facts import ROLE_PREFIX, json_person
from incidentmail.core.frozen import JsonValue, replace
from incidentmail.core.model import Person
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.tracking.tracked_items import Verdict
from incidentmail.reply.parsed import Context

from .clauses import Found
from .courtesy import TOKEN, is_thanks
from .hours import break_word
from .lexicon import REMAINDERS
from .patterns import AHEAD, GREETING_AHEAD, MARKS
from .taking_back import takes_back

_NUMBERED = frozenset({"done", "cannot", "verdict"})
"""The commands that state the outcome of an item. They do not count if the reason says that something is left."""
_MAY_TRACK = re.compile(
    r"[*_#(]{0,3}(?:\d|i\b|im\b|ill\b|ive\b|it\b|is\b|no\b|number|action|need|assumption|done|finished|completed|can|take|taking|mine"
    r"|holds|true|confirmed|refuted|false|wrong|unknown|unclear|still|ask|join|leav|signing|break|back|having|roll)",
    re.I,
)
"""The beginnings of all lines that `tracking_line` recognises. Other lines need no further search."""
_PRESENCE = frozenset({"back", "join", "leave"})
_BARE_NUMBER = re.compile(r"\d{1,6}")
_LEAVES_SOME = REMAINDERS | {"rest", "other", "others", "left"}
_OF_MANY = re.compile(
    r"[ \t]+(?:of|out|more|nodes?|people|times|x|hours?|minutes?|min|percent)\b|[ \t]*(?:%|/|-\d)", re.I
)
_CLAUSE_END = re.compile(
    r"(?:[,;:!?]|\.(?!\w)|[ \t][-–—]{1,2}[ \t]|—)[\s,;:.!—–-]*|[ \t]+(?=\()"
    r"|[ \t]+(?=(?:guys|folks|sorry|because|thanks|thx|pls|plz|please|just"
    r"|gotta|got|need|bye|no|on[ \t]it)\b)",
    re.I,
)
"""The end of the words of a command, before a reason. People who hurry put no comma: `cannot 3 sorry no access`."""
_HOLDS = re.compile(r"\b(?:holds|refuted)\b", re.I)
"""Words that are said of assumptions only, so that `2 holds` is about number 2, whoever was asked."""
_WHY_NOT = re.compile(
    r"\(?(?:sorry[\s,.!–—-]*)?(?:i[ \t])?(?:(?:have|got)[ \t])?(?:no(?!pe)|not[ \t]my|do[ \t]?n['’]?t[ \t]have)[ \t]+"
    r"(?!longer|more|yet|now)(?=\w)",
    re.I,
)
"""What is missing for an item that somebody gives back. It does not contradict `cannot`."""
_WAS_AWAY = re.compile(r"(?:sorry[\s,.!–—-]*)?(?:i[ \t]|i['’]ve[ \t])?(?:had|was|have|ate|slept|got|been)\b", re.I)
_COLON = re.compile(
    r"(?P<word>(?:i['’]?ll[ \t])?take|ask|cannot|can['’]?t|holds|refuted|unknown)[ \t]{0,2}:(?=[ \t]{0,2}#?\d)", re.I
)
"""A word about an item written like a key: `cannot: 3`."""
_ALL = re.compile(r"[ \t,]{1,3}(?:guys|folks|everyone|everybody|all|team|then)(?![\w'’-])[ \t.!]*", re.I)
"""Words to everybody behind a command, which do not change it."""
TRACKING_CHARS_MAX = 80
"""The maximum length of such a reply: a number, one of the words, and thanks."""
_NUMBER = r"(?:(?:number|no\.?|action|need|assumption)[ \t]{1,2}|#)?(\d{1,6})"
_DONE = r"(?:it['’]?s[ \t]|is[ \t]|i[ \t](?:have[ \t])?)?(done|finished|completed)(?:[ \t]with)?"
_TAKE = r"(?:i['’]?ll[ \t]|i[ \t]|is[ \t])?(take|taking|mine)"
_CANNOT = r"(?:i[ \t])?(can[ \t]?not|can['’]?t)(?:[ \t]do)?(?:[ \t](?:it|this|that))?"
_VERDICT = (
    r"(?:it[ \t])?(?:is[ \t])?(?:still[ \t])?(?:is[ \t])?(holds|true|confirmed|refuted|false|wrong|unknown|unclear)"
)
_WORDS = (
    ("done", _DONE),
    ("cannot", _CANNOT),
    ("verdict", _VERDICT),
    ("ask", r"(ask)(?:[ \t]about)?"),
    ("take", _TAKE),
)
_FORMS = tuple(
    (name, re.compile(form, re.I))
    for name, word in _WORDS
    for form in (
        rf"(?P<word>{word})[ \t,]{{0,2}}(?P<number>{_NUMBER})(?!\w)",
        rf"(?P<number>{_NUMBER})[ \t,]{{0,2}}(?P<word>{word})(?!\w)",
    )
)
_LEAVING = re.compile(
    r"(?:i['’]?m[ \t]|i[ \t]am[ \t])?(?:leaving|signing[ \t]off)(?:[ \t](?:now|the[ \t](?:call|incident)))?(?!\w)", re.I
)
_ROLL_CALL = re.compile(
    r"roll[ \t-]?call(?P<all>[ \t,]{1,2}(?:all|everybody|everyone))?(?:,?[ \t]please)?(?![ \t]{0,3}[:\w])", re.I
)
_NOTHING = re.compile(
    r"(?:nothing(?:[ \t](?:new|to[ \t]report|here))?|no(?:t[ \t]affected|ne)?|all[ \t](?:fine|good|well|ok))(?!\w)",
    re.I,
)
_JOINING = re.compile(
    r"(?:i['’]?(?:m|ve)[ \t]|i[ \t](?:am|have)[ \t])?(?:joining|joined)"
    r"(?:[ \t](?:now|in|the[ \t](?:call|bridge|incident)))?(?![ \t]as\b)(?!\w)",
    re.I,
)
_TAKING = re.compile(
    r"(?:(?:i['’]?m[ \t]|i[ \t]am[ \t])?joining[ \t]as|i['’]?ll[ \t](?:be|take)|i[ \t]will[ \t](?:be|take)|taking)"
    r"[ \t](?:the[ \t]|an?[ \t])?",
    re.I,
)
_ALONE = tuple((name, re.compile(rf"(?P<word>{word})(?!\w)", re.I)) for name, word in _WORDS[:3])
_VERDICTS: dict[str, Verdict] = {
    "holds": "holds", "true": "holds", "confirmed": "holds", "refuted": "refuted", "false": "refuted",
    "wrong": "refuted", "unknown": "unknown", "unclear": "unknown",
}  # fmt: skip


def tracking_reply(text: str, context: Context) -> Found | None:
    """Return the command if the whole reply is about a tracked item, otherwise None.

    `text` has no greeting. A word without a number counts only if it can refer to one of the writer's items.
    """
    if len(text) > TRACKING_CHARS_MAX:
        return None
    if being := _being_here(text, context):
        return being
    for name, form in _FORMS:
        found = form.match(text)
        if found and _only_thanks(text[found.end() :], context):
            number = int("".join(filter(str.isdecimal, found["number"])))
            return _found(name, found["word"], number, context.writer)
    for name, form in _ALONE:
        found = form.match(text)
        waits = context.asked_items if name == "verdict" else context.owned_items
        if found and waits and _only_thanks(text[found.end() :], context):
            return _found(name, found["word"], None, context.writer)
    return None


def tracking_line(line: str, context: Context) -> Found | None:
    """Return the command in a first line about an item, or about the writer joining, taking a break or leaving.

    A reason may follow: `done 3, restarted it twice`, `joining as SME, I wrote that queue`. `end` in the result is the
    index of the reason. As with other commands, the line is prose if a clause takes the command back.
    """
    begin = _content_at(line)
    if _MAY_TRACK.match(line, begin) is None:
        return None
    if colon := _COLON.match(line, begin):
        line = f"{line[: colon.end() - 1]} {line[colon.end() :]}"
    mark = _CLAUSE_END.search(line, begin)
    end, behind = (mark.start(), mark.end()) if mark else (len(line), len(line))
    said = line[begin:end].rstrip(" \t*_")
    found = tracking_reply(said, context) or break_word(said, context)
    if found is None or isinstance(found.command, AddNote):  # the answer to a roll call is the whole reply
        return None
    if "?" in (mark[0] if mark else ""):
        return None
    reason = line[behind:]
    if found.name == "cannot" and (why := _WHY_NOT.match(reason)):
        reason = reason[why.end() :]
    if takes_back(reason, 0, written_at=context.written_at) and not (
        found.name in _PRESENCE and _WAS_AWAY.match(reason)
    ):
        return None
    if found.name in _NUMBERED and not _finishes(reason, said, context, found):
        return None
    return replace(found, end=behind)


def unfinished_tracking(line: str, context: Context) -> str | None:
    """Return the command at the start of a first line, such as `done 3` or `leaving`, if it does not count.

    It does not count if the text after it says that something is left, or is not a reason: `done 3, but not tested`.
    """
    begin = _content_at(line)
    if _MAY_TRACK.match(line, begin) is None or line.rstrip().endswith("?"):
        return None
    for _, form in _FORMS:
        found = form.match(line, begin)
        if (
            found
            and not _OF_MANY.match(line, found.end())
            and (_HOLDS.search(found[0]) or _is_about_item(found[0], context))
        ):
            command = tracking_reply(found[0], context)
            return found[0].strip() if command and command.name in _NUMBERED else None
    mark = _CLAUSE_END.search(line, begin)
    said = line[begin : mark.start()].strip() if mark else ""
    being = _being_here(said, context) if said else None
    return said if being and being.name in _PRESENCE else None


def _only_thanks(rest: str, context: Context) -> bool:
    """Return whether the text behind a command is only thanks, a name, or a word to everybody."""
    everybody = _ALL.match(rest)
    return is_thanks(rest[everybody.end() :] if everybody else rest, context.writer.name)


def _is_about_item(said: str, context: Context) -> bool:
    """Return whether `3 done` is about item 3.

    A number at the start normally counts things of any kind, unless the writer was asked about the item with that
    number.
    """
    number = _BARE_NUMBER.match(said)
    return number is None or int(number[0]) in (*context.owned_items, *context.asked_items)


def _content_at(line: str) -> int:
    """Return the index after any greeting, politeness and emphasis at the beginning of a line."""
    begin = 0
    for pattern in (GREETING_AHEAD, AHEAD, MARKS):
        around = pattern.match(line, begin)
        begin = around.end() if around else begin
    return begin


def leaves_open(reason: str) -> bool:
    """Return whether a reason says or asks that something is left: `but not tested`, `4 is left`."""
    words = {fold_case(word).replace("’", "'") for word in TOKEN.findall(reason)}
    return "?" in reason or bool(words & _LEAVES_SOME) or any(map(str.isdecimal, words))


def _finishes(reason: str, said: str, context: Context, found: Found) -> bool:
    """Return whether the reason after a command such as `done 3` leaves nothing to do, unlike `3 done, 2 to go`."""
    if not reason.strip():
        return True
    is_verdict = found.name == "verdict" and _HOLDS.search(said) is not None
    return not leaves_open(reason) and (is_verdict or _is_about_item(said, context))


def _being_here(text: str, context: Context) -> Found | None:
    """Return the command in a reply such as `joining`, `joining as SME`, `I'll be scribe` or `leaving`, or None."""
    left = _LEAVING.match(text)
    if left and _only_thanks(text[left.end() :], context):
        return Found(0, "leave", None, Leave(), "shorthand")
    called = _ROLL_CALL.match(text)
    if called and _only_thanks(text[called.end() :], context):
        everybody = called["all"] is not None
        return Found(0, "roll_call", "all" if everybody else None, CallRoll(everybody), "shorthand")
    nothing = _NOTHING.match(text) if context.is_called else None
    if nothing and _only_thanks(text[nothing.end() :], context):
        return Found(0, "roll_call", nothing[0], AddNote(nothing[0]), "shorthand")
    joined = _JOINING.match(text)
    if joined and _only_thanks(text[joined.end() :], context):
        return Found(0, "join", None, Join(), "shorthand")
    taking = _TAKING.match(text)
    if taking is None:
        return None
    rest = text[taking.end() :]
    for end in range(len(rest), 0, -1):
        fact = context.words.keys.get(fold_case(one_line(rest[:end])))
        if fact and fact.startswith(ROLE_PREFIX) and _only_thanks(rest[end:], context):
            people = (context.writer,)
            command = AssignRole(fact.removeprefix(ROLE_PREFIX), people, "add")
            return Found(0, fact, {"add": [json_person(context.writer)]}, command, "shorthand")
    return None


def _found(name: str, word: str, number: int | None, writer: Person) -> Found:
    command: Command
    value: JsonValue = number
    match name:
        case "done":
            command, fact = FinishItem("" if number is None else str(number)), "done"
        case "cannot":
            command, fact = ReleaseItem(number), "cannot"
        case "take":
            command, fact = AssignItem(cast(int, number), writer), "assign"
        case "ask":
            command, fact = AskItem(cast(int, number)), "ask"
        case _:
            last = fold_case(word).split()[-1]
            command, fact = JudgeItem(_VERDICTS[last], number), "verdict"
            value = {"number": number, "verdict": _VERDICTS[last]}
    return Found(0, fact, value, command, "shorthand")
