"""Recognise suggestions by typical phrases: `could we make this a three?`, `let's meet in room B`, `rather sev 3`.

Unlike the wishes in `wishes.py`, these phrases count beside any other words, and also in reported speech or under a
condition. The sender is asked whether they are meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from incidentmail.reply.grammar.patterns import NUMBER_WORDS
from incidentmail.reply.parsed import Context

from .clauses import DENIED, LATER
from .places import dictated_place, linked_place, suggested_place
from .wishes import Wish

FLAGS = re.I
SENTENCE_CHARS_MAX = 200
_SENTENCE = re.compile(r"[^.!?\n]{1,400}(?:\.(?=\w)[^.!?\n]{1,400}){0,5}\??")
_FACT = r"(?P<fact>sev(?:erity)?|phase)\s?-?(?P<number>\d)(?![\w-]|[.,:]\d)"
_STEP = re.compile(
    r"\b(?:please|pls|bitte|svp|per\s+favore|por\s+favor|(?:we|this|it|you)\s+should|let['’]?s"
    r"|(?:shouldn|wouldn)['’]t\s+(?:this|it|we)|should\s+not\s+this)\b(?P<between>[^.!?;\n]{0,60}?)\b"
    rf"{_FACT}(?=\s*(?:[.!?,;)]|$|(?:now|please|then|too|by\s+now|again|instead|with|given|because|since)\b))",
    FLAGS,
)
_RATHER = re.compile(
    r"\b(?:eher|rather|more\s+like|plutôt|piuttosto|más\s+bien|lieber|closer\s+to)\s+(?:an?\s+|une?\s+|ein\s+)?"
    + _FACT,
    FLAGS,
)
_CALLED = re.compile(
    r"\b(?:make|call|consider|treat|let['’]?s\s+say)\s+(?:this|it)(?:\s+one)?(?:\s+as)?\s+an?"
    r"\s+(?P<number>[1-4]|one|two|three|four)(?=\s*(?:[,.;!?]|$|please|now|instead|then))"
    r"|\ban?\s+(?P<felt>[1-4]|one|two|three|four)\s+(?:feels|seems|sounds|looks)\s+(?:about\s+|more\s+)?"
    r"(?:right|fair|enough)",
    FLAGS,
)
_HIGHEST = re.compile(
    r"\b(?:bitte|please|we\s+need|let['’]?s|wir\s+brauchen)\b[^.!?\n]{0,40}"
    r"\b(?:höchste[nr]?\s+(?:stufe|schweregrad)|(?:the\s+)?(?:highest|top)\s+severity)",
    FLAGS,
)
_NTH_PHASE = re.compile(
    r"\b(?:move|go|moving|going|moved|on|enter|entering)\b[^.!?\n]{0,20}\b(?:to|into)"
    r"\s+the\s+(?P<nth>second|third|2nd|3rd)\s+phase\b",
    FLAGS,
)
_NTH = {"second": 2, "2nd": 2, "third": 3, "3rd": 3}
_NEED = re.compile(
    r"(?:^\W{0,3}|\b(?:we|i|also|urgently|bitte|please)\s+(?:(?:urgently|really|badly|still|also)\s+)?)need\s+(?P<what>(?:someone|somebody)\s+(?:from|who)\b"
    r"[^.,;!?\n]{2,60}|an?\s+(?:(?!(?:break|coffee|decision|look|eye|update|answer|word|statement|call|ticket|plan|meeting)\b)[\w-]+\s){0,2}"
    r"(?!(?:break|coffee|decision|look|eye|eyes|update|answer|word|statement|call|ticket|plan|meeting|fix)\b)[\w-]+"
    r"(?=\s+(?:asap|urgently|on\s+(?:this|here|the\s+(?:call|bridge)))\b))",
    FLAGS,
)
_BRINGING = frozenset({"get", "bring", "pull", "loop", "rope", "page", "invite", "involve", "add", "have"})
_SOMEBODY_IN = re.compile(
    r"\b(?:can|could|should|shouldn['’]t|shall|may|please|pls|let['’]?s|would\s+it\s+(?:make\s+sense|help)\s+to|wouldn['’]t\s+it\s+"
    r"(?:make\s+sense|help|be\s+better)\s+to)\b(?:\s+(?:we|someone|somebody|anyone|anybody|you|i))?(?:\s+not)?\s+(?:please\s+)?"
    r"(?:get|bring|pull|loop|rope|page|invite|involve|add|have)\s+(?:in\s+)?(?P<what>(?:someone|somebody|anyone|anybody)\s+(?:from|who|with|of)\b"
    r"[^.,;!?\n]{2,60}|(?:an?\s+(?:[\w-]+\s){0,2}[\w-]+|the\s+(?:[\w-]+\s){0,2}(?:team|guys|people|folks|admins?|engineers?|dbas?|experts?|vendor)|legal|security|finance|support)(?=\s+(?:in|involved|on\s+(?:this|here|the\s+(?:call|bridge))|into\s+(?:this|the\s+(?:call|bridge)))\b))",
    FLAGS,
)
_IN = re.compile(
    r"\s+(?:in|involved|on\s+board|on\s+(?:this|here|the\s+(?:call|bridge))|into\s+(?:this|the\s+(?:call|bridge)))(?:\s+please)?$",
    FLAGS,
)
_QUOTED = re.compile('["“”„«»]')


def suggestions(text: str, context: Context) -> Iterator[Wish]:
    """Yield the suggestions that the sentences of a short reply make."""
    for found in _SENTENCE.finditer(text):
        sentence = found[0].strip()
        if len(sentence) > SENTENCE_CHARS_MAX or _QUOTED.search(sentence):
            continue
        if wish := _step(sentence, context) or suggested_place(sentence, context) or _need(sentence):
            yield wish
    if wish := linked_place(text, context) or dictated_place(text, context):
        yield wish


def _step(sentence: str, context: Context) -> Wish | None:
    found = _STEP.search(sentence)
    if found and not DENIED.search(found["between"]):
        return _set(found["fact"][0].lower(), int(found["number"]), sentence, context)
    if found := _RATHER.search(sentence):
        return _set(found["fact"][0].lower(), int(found["number"]), sentence, context)
    if (found := _CALLED.search(sentence)) and not DENIED.search(sentence[: found.start()]):
        word = (found["number"] or found["felt"]).lower()
        return _set("s", NUMBER_WORDS[word] if word in NUMBER_WORDS else int(word), sentence, context)
    if _HIGHEST.search(sentence):
        return _set("s", min(level.level for level in context.words.policy.severities), sentence, context)
    if (found := _NTH_PHASE.search(sentence)) and not DENIED.search(sentence[: found.start()]):
        return _set("p", _NTH[found["nth"].lower()], sentence, context)
    return None


def _need(sentence: str) -> Wish | None:
    if LATER.search(sentence):
        return None
    found = None if sentence.endswith("?") else _NEED.search(sentence)
    if found is None and not _BRINGING.isdisjoint(sentence.lower().split()):
        found = _SOMEBODY_IN.search(sentence)
    return Wish("item", (f"Need: {_IN.sub('', found['what'].strip())}",), sentence) if found else None


def _set(fact: str, number: int, sentence: str, context: Context) -> Wish | None:
    policy = context.words.policy
    if fact == "s" and policy.severity(number) and number != context.severity:
        return Wish("severity", (f"sev {number}",), sentence)
    if fact == "p" and policy.phase(number) and number != context.phase:
        return Wish("phase", (f"phase {number}",), sentence)
    return None
