"""Find the severity and commander stated in the subject and text of a message that begins a new incident.

A subject states a severity only in forms that people put before a title (`SEV1: checkout is down`, `[SEV2] ...`) or
after one (`... - sev 2`). If a severity is mentioned in another form, the writer is asked what is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from incidentmail.core.policy import Policy
from incidentmail.core.subject_prefixes import without_gateway_tags
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.words import Words
from incidentmail.reply.grammar.patterns import FLAGS, NUMBER_WORDS
from incidentmail.reply.grammar.taking_back import takes_back

_EVER = datetime(1970, 1, 1, 23, 59, tzinfo=UTC)
LINES_MAX = 60
"""The maximum number of lines searched. People who declare an incident do so at the top."""
LINE_CHARS_MAX = 400

_NUMBER = rf"(\d{{1,3}}|{'|'.join(NUMBER_WORDS)})"
_SEV = rf"(?:sev(?:erity|\.)?)[ _]{{0,2}}[-#:=]?[ ]{{0,2}}{_NUMBER}(?![\w-]*\w)"
_OPEN, _CLOSE = r"[\[({<|*]", r"[\])}>|*]"
_EOM = r"(?:\s*[(\[<]?\s*(?:eom|n/t|eom\.)\s*[)\]>]?)?"
_BEFORE = re.compile(
    rf"(?:{_OPEN}{{1,2}}\s*{_SEV}\s*{_CLOSE}{{1,2}}[\s:;,|–—-]{{0,4}}|{_SEV}(?:!{{0,3}}\s*[:;,|/–—]+\s*|!{{0,3}}\s*-+\s+|!+\s+|!{{0,3}}\s*$))",
    FLAGS,
)
_BEHIND = re.compile(
    rf"(?:\s*{_OPEN}{{1,2}}\s*{_SEV}\s*{_CLOSE}{{1,2}}|\s*(?:[:;,|–—]|\s-)\s*{_SEV}!{{0,3}})\s*\.?{_EOM}\s*\Z", FLAGS
)
_TAGS = re.compile(r"\[[^\[\]]{1,60}\]\s*")
# Words at the start or end of a subject with a severity that show that nothing is broken now.
_PAST = (
    r"resolved|closed|over|fixed|mitigated|false alarm|all clear|erledigt|behoben|gelöst|entwarnung|résolu"
    r"|terminé|resuelto"
    r"|cerrado|resolvido|risolto|opgelost|rozwiązane"
)
_ABOUT = (
    r"post[- ]?mortem|retro(?:spective)?|review|meeting|training|workshop|minutes|lessons learned|playbook|runbook"
    r"|definitions?|summary|question"
)
_TIMES = r"last (?:week|month|night|year)|yesterday|tomorrow|next (?:week|month)"
_NOT_NOW = re.compile(
    rf"(?:{_PAST}|{_ABOUT})\b|[-–/]?\s?\d{{1,2}}(?:[:\s]|\Z)|.{{0,300}}\b(?:{_PAST}|{_ABOUT}|{_TIMES})[.!]*\Z", re.I
)
_ANY_SEVERITY = re.compile(
    r"(?<![\w-])(?:sev(?:erity)?|schweregrad|gravité|sévérité|severidad|gravedad|gravidade|severidade|severità|gravità"
    r"|ernst(?:graad)?|allvarlighetsgrad|alvorlighetsgrad|alvorsgrad|vakavuus|waga|priorytet|závažnost|серьёзность"
    rf"|重大度|严重性|严重级别)\W{{0,4}}(?P<number>\d{{1,3}}|(?:{'|'.join(NUMBER_WORDS)})\b)(?![\d.]*\d)"
    r"(?:\s?(?:[-–/]|or|to|bis|oder|ou|o)\s?(?P<other>\d{1,2})\b(?![.:%]))?",
    re.I,
)
_KEYED = re.compile(r"[\s>*_-]{0,6}(?:severity|sev)[*_]{0,2}\s*[:：=][*_]{0,2}\s*(?P<value>\S.{0,40})", re.I)
_PRIORITY = re.compile(r"(?<![\w-])(?:p\s?|prio(?:rity)?\s{0,2}[-#:]?\s{0,2})(?P<number>\d)(?![\w.-]*\w)", FLAGS)
_COMMAND = (
    r"\b(?:i am|i['’]?m|i['’]?ll (?:be|take|act as)|i will (?:be|take)|i take|i have|i['’]?ve got|taking(?: over)?"
    r"|takes?|is|"
    r"ich bin|ich übernehme|je suis|je prends|soy|tomo|sono|sou|ik ben|jestem)\b[^.!?\n]{0,40}?\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The facts that a message states: severities, a name such as `P1`, and whether somebody leads.

    `line` is the line that states them. `title` is the rest of a subject that states a severity. `declares` is true if
    the subject declares an incident.
    """

    line: str
    severities: tuple[int, ...] = ()
    priority: str | None = None
    commands: bool = False
    title: str = ""
    declares: bool = False

    @property
    def severity(self) -> int | None:
        """The severity if the message names exactly one, otherwise None."""
        return self.severities[0] if len(self.severities) == 1 else None


def in_subject(subject: str, policy: Policy, written_at: datetime = _EVER) -> Stated | None:
    """Return the facts stated in a subject, or None. Times in it are compared with `written_at`.

    >>> found = in_subject("[EXTERNAL] SEV 1: checkout returns 500", Policy())
    >>> found.severity, found.title, found.declares
    (1, 'checkout returns 500', True)
    >>> in_subject("Post-mortem of the sev 1 of last week", Policy()).declares
    False
    """
    plain = one_line(without_gateway_tags(subject))
    found, title = _leading(plain)
    if found is None and (behind := _BEHIND.search(plain[-80:])):
        found, title = behind, plain[: len(plain) - len(plain[-80:]) + behind.start()].rstrip()
    if found is not None:
        number = _value(next(filter(None, found.groups())))
        known = policy.severity(number) is not None
        doubted = title.endswith("?") or _NOT_NOW.match(title) or takes_back(title, 0, written_at=written_at)
        return Stated(
            line=one_line(subject), severities=(number,), title=title, declares=bool(known and title and not doubted)
        )
    numbers = tuple(dict.fromkeys(_numbers(plain)))
    priority = _PRIORITY.search(plain)
    if not numbers and priority is None:
        return None
    return Stated(line=one_line(subject), severities=numbers, priority=priority[0] if priority else None)


def in_text(text: str, words: Words) -> Stated | None:
    """Return the severities and commander stated in a text, and the first line that states one of them, or None.

    >>> from incidentmail.core.words import Words
    >>> found = in_text("Cards fail.\\n\\nSeverity: 1\\nAnn is on it", Words(Policy()))
    >>> found.line, found.severity
    ('Severity: 1', 1)
    """
    lines = [one_line(line)[:LINE_CHARS_MAX] for line in text.split("\n")[: 4 * LINES_MAX]]
    lines = [line for line in lines if line][:LINES_MAX]
    severities: dict[int, str] = {}
    commands: list[str] = []
    for line in lines:
        severities |= {number: line for number in _severities(line, words.policy) if number not in severities}
        if _names_commander(line, words):
            commands.append(line)
    if not severities and not commands:
        return None
    line = next(iter(severities.values()), "") or commands[0]
    return Stated(line=line, severities=tuple(severities), commands=bool(commands))


def _leading(plain: str) -> tuple[re.Match[str] | None, str]:
    """Return the severity at the start of a subject, after other tags, and the title after it."""
    kept, rest = "", plain
    while (found := _BEFORE.match(rest)) is None and (tag := _TAGS.match(rest)):
        kept, rest = kept + tag[0], rest[tag.end() :]
    return (found, one_line(kept + rest[found.end() :])) if found else (None, plain)


def _severities(line: str, policy: Policy) -> list[int]:
    found = _numbers(line)
    if not found and (keyed := _KEYED.fullmatch(line)):
        value = fold_case(keyed["value"].strip(" .!*_"))
        found = [step.level for step in policy.severities if value == fold_case(step.name)]
        found = found or ([_value(value)] if value in NUMBER_WORDS or value.isdecimal() else [])
    return found


def _numbers(line: str) -> list[int]:
    """Return every severity that a line names by number, such as both numbers in `sev 2 or 3`."""
    return [_value(text) for one in _ANY_SEVERITY.finditer(line) for text in (one["number"], one["other"]) if text]


def _names_commander(line: str, words: Words) -> bool:
    titles = "|".join(re.escape(title) for title in {words.title, "incident commander", "commander", "command"})
    found = re.compile(
        rf"{_COMMAND}(?:{titles}|(?-i:IC))\b|^[\s*_-]{{0,4}}(?:{titles}|ic)[*_]{{0,2}}\s*[:：]\s*\S", re.I
    )
    return found.search(line) is not None


def _value(text: str) -> int:
    word = fold_case(text)
    return NUMBER_WORDS[word] if word in NUMBER_WORDS else int(word)
