"""Short replies that seem to ask for a change, in words that are not commands: `taking this`, `resolved`.

They change nothing, because each can mean something else too; their writer is told the words that would work.
Only words alone on the first line count: in a longer sentence the same words are a report.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from incidentmail.core.policy import Policy
from incidentmail.core.text import fold_case, one_line
from incidentmail.reply.grammar.patterns import FLAGS, GREETING, NUMBER_WORDS, WHOLE

LINE_CHARS_MAX = 60
"""A line longer than this reports something and asks for nothing."""
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
_REQUESTS = tuple(
    (re.compile(rf"(?:{pattern}){_PLEASE}", re.I), remedy)
    for pattern, remedy in ((_TAKING, "taking command"), (_CLOSING, "close"), (_ALARM, "retract"))
)
_SEVERITY = re.compile(rf"sev(?:erity)?\W{{0,3}}(?P<number>\d{{1,2}}|{'|'.join(NUMBER_WORDS)})", FLAGS)
_NAMED = re.compile(
    r"(?P<name>[^\W\d_][^\s,:;!?]{0,30}(?: [^\s,:;!?]{1,30}){0,2}) is (?:the )?(?P<title>.{2,40})", re.I
)
_NOT_NAMES = frozenset(
    {"he", "she", "it", "who", "that", "this", "there", "they", "nobody", "what", "where", "everybody"}
)
_OFFER_ANSWER = re.compile(r"(?:accept|accepted|reject|rejected)", FLAGS)
_OUTER_MARKS = re.compile(r"^[\W_]+|[\W_]+$")


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
    """Return the change that `prose`, a reply kept as a note, seems to ask for, or None if it only reports.

    `title`, `severity`: of the commander and the incident. `updates`: how many there were so far, so that the answer
    to a bare `undo` names the last one.

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
    text = one_line(_OUTER_MARKS.sub("", unicodedata.normalize("NFKC", line[: 2 * LINE_CHARS_MAX])))
    if not text or len(text) > LINE_CHARS_MAX or line.rstrip().endswith("?"):
        return None
    if _OFFER_ANSWER.fullmatch(text):
        why = "it counts only as the answer to the private mail that asked you, and nobody asked you in this one"
        return Near(line, why, None)
    if rest.strip() and (word := WHOLE.fullmatch(text)):
        alone = "the word counts only where nothing but thanks stands beside it in the reply"
        return Near(line, alone, one_line(fold_case(word["word"])))
    if updates and fold_case(text) in ("undo", "undo that", "undo this"):
        return Near(line, "the number of the update must stand behind it", f"undo {updates}")
    instead = _instead(text, title, severity, policy)
    return Near(line, "it is kept as a note, because it may be meant otherwise", instead) if instead else None


def is_yes_or_no(prose: str) -> bool:
    """Return whether the first line says yes or no in some words.

    >>> is_yes_or_no("Ok, will do!"), is_yes_or_no("Okinawa is down too")
    (True, False)
    """
    return _YES_OR_NO.fullmatch(one_line(prose.strip().partition("\n")[0][: 2 * LINE_CHARS_MAX])) is not None


def _instead(text: str, title: str, severity: int, policy: Policy) -> str | None:
    """Return the reply that does what `text` seems to ask for, or None if it asks for nothing."""
    remedy = next((remedy for pattern, remedy in _REQUESTS if pattern.fullmatch(text)), None)
    if remedy is not None:
        return remedy
    number = {fold_case(step.name): step.level for step in policy.severities}.get(fold_case(text))
    if number is None and (found := _SEVERITY.fullmatch(text)):
        word = fold_case(found["number"])
        number = NUMBER_WORDS[word] if word in NUMBER_WORDS else int(word)
    if number is not None:
        return f"sev {number}" if number != severity and policy.severity(number) else None
    named = _NAMED.fullmatch(text)
    titles = {fold_case(name) for name in (title, "incident commander", "commander", "IC")}
    if named and fold_case(named["title"]) in titles and fold_case(named["name"]) not in _NOT_NAMES:
        return f"Commander: {named['name']}"
    return None
