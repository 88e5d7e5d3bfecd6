"""Recognise wishes about who leads or holds a role: `I'm taking this over`, `Ann has the hat`, `can Kim do comms?`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile

from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.words import Words
from incidentmail.reply.grammar.lexicon import words
from incidentmail.reply.grammar.patterns import Forms
from incidentmail.reply.grammar.person_names import is_name
from incidentmail.reply.parsed import Context

from .clauses import TAKES_BACK, Clause
from .vocabulary import Word

NAME_WORDS_MAX = 3
STRAYS_MAX = 3
"""The maximum number of unknown words beside unambiguous words: `ich übernehme das Kommando für Mara`."""
TAKE = ("taking command",)
_FROM = words("from for von für de van od da för efter")
_ROLE_TAGS = ("scribe", "communications", "customer liaison", "business liaison", "deputy", "subject matter experts")


def command(clause: Clause, context: Context, before: Clause | None) -> tuple[str, ...] | None:
    """Return the replies that would give command to the person that a clause names, or None.

    `before` is the preceding clause.
    """
    if before and is_titled(before, context) and all("me" in word.tags for word in clause.words):
        return TAKE  # `Bo is not IC any more, I am`
    if clause.takes_back():
        return None
    titled = is_titled(clause, context)
    clause = _apart(clause, Forms.of(context.words).titles)
    gives = clause.has("hand") and not clause.words[-1].tags & {"me", "lead"}
    if (clause.has("me") and not gives) or clause.begins_with("take", "takeover", "grab", "mine"):
        return TAKE if _takes(clause, is_titled=titled) else None
    is_given = (
        (titled and clause.has("is", "take", "do", "move", "hand"))
        or ((clause.has("lead") and clause.has("take", "is")) or clause.has("takeover", "hand"))
        or (clause.is_wish and clause.has("grab") and clause.has("this"))
    )
    at = clause.first("hand") or 0
    giver, taker = _of(clause, clause.words[:at]), _of(clause, clause.words[at:])
    is_proposed = clause.is_wish and clause.has("grab") and clause.has("this")
    if is_proposed and not is_given:  # `could Ann Lee lead this from here?`
        name = _name(clause, is_asked=False)
        return (f"{context.words.key('commander')}: {name}",) if name else None
    name = _name(taker) if is_given and (not giver.strays or _name(giver, is_asked=False)) else None
    return (f"{context.words.key('commander')}: {name}",) if name else None


def _takes(clause: Clause, *, is_titled: bool) -> bool:
    strays, lead = len(clause.strays), clause.first("lead")
    of_what = clause.words[lead + 1 : lead + 4] if lead is not None else ()
    over = clause.first("takeover")
    of_what = clause.words[over + 1 : over + 4] if lead is None and over is not None else of_what
    if of_what and of_what[0].text.casefold() == "of" and any(not word.tags for word in of_what):
        return False  # `I have command of the facts`
    if clause.has("hand"):
        return strays <= 1 and bool(clause.words[-1].tags & {"me", "lead"})
    if clause.has("take", "takeover") and (clause.has("lead") or is_titled):
        return strays <= STRAYS_MAX
    if clause.has("takeover"):
        return all(_stands_behind(clause, stray) for stray in clause.strays[:1]) and strays <= NAME_WORDS_MAX
    if clause.has("lead") and clause.has("me") and not strays:
        return True  # `command is with me now`
    takes_it = clause.has("grab") and clause.has("this") and not clause.has("number")
    from_whom = takes_it and strays <= NAME_WORDS_MAX and _stands_behind(clause, clause.strays[0]) if strays else False
    return from_whom or (strays == 0 and (is_titled or clause.has("mine") or takes_it))


def _stands_behind(clause: Clause, stray: Word) -> bool:
    """Return whether a word follows `from`, and thus names the person from whom somebody takes over."""
    at = clause.words.index(stray)
    before = clause.words[at - 1].text.casefold() if at else ""
    return before == "from" or (before in _FROM and stray.text[0].isupper())


def is_titled(clause: Clause, context: Context) -> bool:
    """Return whether a clause names the commander's title."""
    return clause.has("title") or _spelled(Forms.of(context.words).titles).search(clause.text) is not None


def _apart(clause: Clause, alternatives: str) -> Clause:
    """Return the clause without the words that match `alternatives`, the body of a regular expression."""
    spans = [found.span() for found in _spelled(alternatives).finditer(clause.text)]
    return _of(clause, [word for word in clause.words if not any(a <= word.start < b for a, b in spans)])


def _name(clause: Clause, *, is_asked: bool = True) -> str | None:
    """Return the only name in a clause: its unknown words, if they are adjacent and look like a name. Or return None.

    A name in lower case counts only if the clause clearly asks for something (`is_asked`).
    """
    strays = clause.strays
    if not strays or len(strays) > NAME_WORDS_MAX + (STRAYS_MAX if clause.is_question and is_asked else 0):
        return None
    if is_asked and clause.is_question and "modal" in clause.words[0].tags:  # `could Ann Lee join for the pumps?`
        at = clause.words.index(strays[0])
        strays = tuple(takewhile(lambda word: not word.tags and word.text[0].isupper(), clause.words[at:])) or strays
    text = one_line(clause.text[strays[0].start : strays[-1].end])
    is_together = len(text.split()) == len(strays)
    is_capital = all(word.text[0].isupper() for word in strays)
    may_be_lower = is_asked and len(strays) <= (2 if clause.has("do") and clause.has("is") else 1)
    if not is_together or not (is_capital or may_be_lower) or not is_name(text, any_case=True):
        return None
    return text.title() if text.islower() else text


def role(clause: Clause, context: Context) -> tuple[str, ...] | None:
    """Return the replies that would assign the role that a clause asks about, or None."""
    if clause.takes_back(allowed=frozenset({"others"})) and not _may_do(clause):
        return None
    found = role_named(clause, context)
    if found is None:
        return None
    key, rest = found
    if rest.has("leave") and len(rest.strays) <= 1:
        return (f"{key}: -me",)  # `please take me off as business liaison`
    if rest.has("me", "help") or rest.words[-1:] == ():
        is_meant = bool(rest.words) and len(rest.strays) <= (1 if rest.has("do", "wish") else 0)
        return (f"{key}: +me",) if is_meant else None
    is_given = rest.has("is", "do", "ask", "please", "take")
    is_asked = (
        rest.has("please") or clause.text[:4].lower() == "add " or (rest.has("ask") and rest.has("do", "take"))
    )  # not `should we tell the press?`
    name = _name(rest, is_asked=is_asked) if is_given else None
    return (f"{key}: {name}",) if name else None


def _may_do(clause: Clause) -> bool:
    """Return whether the clause proposes a person: `Ann Lee could take the notes`."""
    doubts = [word.text.casefold() for word in clause.words if word.tags & TAKES_BACK]
    at = clause.first("modal")
    return doubts == ["could"] and at is not None and all(not word.tags for word in clause.words[:at]) and at > 0


def role_named(clause: Clause, context: Context) -> tuple[str, Clause] | None:
    """Return the key of the role that a clause names, and the clause without the role's name. Or return None."""
    spelled, pattern = _roles(context.words)
    found = pattern.search(clause.text)
    if found:
        fact = spelled[fold_case(one_line(found[0]))]
        rest = [word for word in clause.words if word.end <= found.start() or word.start >= found.end()]
        return context.words.key(fact), _of(clause, rest)
    for word in clause.words:
        for tag in _ROLE_TAGS:
            fact = ROLE_PREFIX + tag.replace(" ", "_")
            if tag in word.tags and context.words.policy.role(fact.removeprefix(ROLE_PREFIX)):
                return context.words.key(fact), _of(clause, [one for one in clause.words if one is not word])
    return None


def _of(clause: Clause, chosen: Iterable[Word]) -> Clause:
    return Clause(clause.text, tuple(chosen), clause.is_question)


def _roles(words: Words) -> tuple[dict[str, str], re.Pattern[str]]:
    """Return a mapping from each spelling of a role to its fact, and a pattern for the spellings.

    Both are cached in `words`.
    """
    known = words.__dict__.get("_roles")
    if known is None:
        spelled = {word: fact for word, fact in words.keys.items() if fact.startswith(ROLE_PREFIX)}
        spelled |= {fold_case(kind.takes): ROLE_PREFIX + kind.key for kind in words.policy.roles if kind.takes}
        longest_first = "|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))
        known = words.__dict__["_roles"] = (spelled, _spelled(longest_first))
    return known


@lru_cache(16)
def _spelled(alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.I)
