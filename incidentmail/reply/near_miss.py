"""Short replies that seem to ask for a change, in words that nobody reads: `taking this`, `resolved`, `false alarm`.

They change nothing, because each can be said of something else too; their writer is told the words that would do it.
Only what stands alone in the first line counts: in a longer sentence the same words are a report.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from incidentmail.core.policy import Policy
from incidentmail.core.text import fold_case, one_line
from incidentmail.reply.grammar.patterns import FLAGS, GREETING, NUMBER_WORDS, WHOLE

LINE_CHARS_MAX = 60
"""Whoever writes more than this in one line tells something."""
_THIS = r"(?: (?:this|it|that|this one|the incident|this incident))?"
_PLEASE = r"(?: (?:now|please|pls|here|for now))?"
_TAKING = (
    r"(?:i['’]?ll |i will |i can |i['’]?m |i am |i )?(?:take|taking|took)(?: over)? (?:this|it|that|over|the lead|lead)"
    r"|(?:i['’]?ve |i have |i )?(?:got|have) this|i['’]?ll lead|i lead|mine|this is mine"
    r"|(?:ic|commander)[ :,-]*(?:me|i)|(?:me|i)[ :,-]*(?:ic|commander)"
    r"|ich bin (?:ic|incident commander)|ich übernehme(?: das)?|je prends(?: le relais| la main)?|lo tomo(?: yo)?"
)
_CLOSING = (
    rf"(?:please |pls |can |let['’]?s )?(?:closing|close|closed){_THIS}|(?:can|to) be closed|resolved|solved|fixed|done"
    r"|(?:it['’]?s |its |it is |this is |that['’]?s |all |we['’]?re |we are )+"
    r"(?:fixed|resolved|solved|over|done|closed)"
    r"|all (?:clear|good)(?: again)?|erledigt|behoben|gelöst|abgeschlossen|résolu|réglé|c['’]est (?:réglé|résolu)"
    r"|resuelto|solucionado|cerrado"
)
_ALARM = (
    r"(?:it['’]?s |it is |it was |was |this was |this is )?(?:a )?false alarm|(?:this is )?(?:not an|no) incident"
    r"|incidental|never ?mind|nvm|retracting|fehlalarm|fausse alerte|falsa alarma"
)
_ALONE = tuple(
    (re.compile(rf"(?:{pattern}){_PLEASE}", re.I), remedy)
    for pattern, remedy in ((_TAKING, "taking command"), (_CLOSING, "close"), (_ALARM, "retract"))
)
_SEVERITY = re.compile(rf"sev(?:erity)?\W{{0,3}}(?P<number>\d{{1,2}}|{'|'.join(NUMBER_WORDS)})", FLAGS)
_NAMED = re.compile(
    r"(?P<name>[^\W\d_][^\s,:;!?]{0,30}(?: [^\s,:;!?]{1,30}){0,2}) is (?:the )?(?P<title>.{2,40})", re.I
)
_NOBODY = frozenset({"he", "she", "it", "who", "that", "this", "there", "they", "nobody", "what", "where", "everybody"})
_TOKEN = re.compile(r"(?:accept|accepted|reject|rejected)", FLAGS)
_AROUND = re.compile(r"^[\W_]+|[\W_]+$")


_YES_OR_NO = re.compile(
    r"(?:yes|yeah|yep|ok|okay|sure|fine|agreed|i will|i do|i can|happy to|will do|ja|oui|sí|si|claro|no|nope|nein|non"
    r"|sorry|can['’]?t|i can['’]?t|i cannot)\b.{0,30}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Near:
    """The line that seems to ask for a change, why it did nothing, and the reply that would do it, if any would."""

    line: str
    why: str
    instead: str | None


def near(prose: str, *, title: str, severity: int, policy: Policy, updates: int = 0) -> Near | None:
    """What the reply `prose`, a note, seems to ask for in the incident of that severity; None where it only tells.

    `updates`: how many there were, so that `undo` alone is told the number of the last one.

    >>> near("Resolved!", title="incident commander", severity=2, policy=Policy()).instead
    'close'
    >>> near("close\\n\\nBest regards\\nBo", title="incident commander", severity=2, policy=Policy()).why
    'the word counts only where nothing but thanks stands beside it in the reply'
    >>> near("Resolved the DNS part.", title="incident commander", severity=2, policy=Policy()) is None
    True
    """
    line, _, rest = prose.strip().partition("\n")
    if GREETING.fullmatch(line.strip()) and rest.strip():
        line, _, rest = rest.strip().partition("\n")
    said = one_line(_AROUND.sub("", unicodedata.normalize("NFKC", line[: 2 * LINE_CHARS_MAX])))
    if not said or len(said) > LINE_CHARS_MAX or line.rstrip().endswith("?"):
        return None
    if _TOKEN.fullmatch(said):
        where = "it counts only as the answer to the private mail that asked you, and nobody asked you in this one"
        return Near(line, where, None)
    if rest.strip() and (word := WHOLE.fullmatch(said)):
        alone = "the word counts only where nothing but thanks stands beside it in the reply"
        return Near(line, alone, one_line(fold_case(word["word"])))
    if updates and fold_case(said) in ("undo", "undo that", "undo this"):
        return Near(line, "the number of the update must stand behind it", f"undo {updates}")
    instead = _instead(said, title, severity, policy)
    return Near(line, "it is kept as a note, because it may be meant otherwise", instead) if instead else None


def is_yes_or_no(prose: str) -> bool:
    """Whether the first line says yes or no in some words.

    >>> is_yes_or_no("Ok, will do!"), is_yes_or_no("Okinawa is down too")
    (True, False)
    """
    return _YES_OR_NO.fullmatch(one_line(prose.strip().partition("\n")[0][: 2 * LINE_CHARS_MAX])) is not None


def _instead(said: str, title: str, severity: int, policy: Policy) -> str | None:
    remedy = next((remedy for pattern, remedy in _ALONE if pattern.fullmatch(said)), None)
    if remedy is not None:
        return remedy
    number = {fold_case(step.name): step.level for step in policy.severities}.get(fold_case(said))
    if number is None and (found := _SEVERITY.fullmatch(said)):
        text = fold_case(found["number"])
        number = NUMBER_WORDS[text] if text in NUMBER_WORDS else int(text)
    if number is not None:
        return f"sev {number}" if number != severity and policy.severity(number) else None
    named = _NAMED.fullmatch(said)
    titles = {fold_case(name) for name in (title, "incident commander", "commander", "IC")}
    if named and fold_case(named["title"]) in titles and fold_case(named["name"]) not in _NOBODY:
        return f"Commander: {named['name']}"
    return None
