"""The patterns of sentences and shorthand, and the words that take a command back.

All use re.ASCII, so that a Kelvin sign does not match k. Names and venues are matched by what they do not contain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from incidentmail.core.text import fold_case
from incidentmail.core.words import Words

FLAGS = re.I | re.A
BRACKETS = r"(?:\s*\([^()\n]{0,120}\))?"
_SEVERITY_LEAD = r"(?:now\s+|(?:we\s+are\s+)?(?:raising|lowering|going)\s+(?:(?:this|it)\s+)?to\s+)?"
SHORT_SEVERITY = re.compile(r"s(?P<number>\d)(?![\w-])", FLAGS)
NUMBER_WORDS = {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
TAKING = re.compile(
    r"(?:I\s+am\s+(?:now\s+)?|I['’]?m\s+(?:now\s+)?)?taking\s+command(?:\s+from\s+(?P<of>[^.,;!?\n]{1,80}))?"
    r"|I\s+(?:take|have)\s+command",
    FLAGS,
)
NO_CHANGE = re.compile(r"no\s+change", FLAGS)
NEXT = re.compile(
    r"next(?:\s+update)?\s+(?:at\s+|by\s+|in\s+)?(?P<time>\+?[^\s,;!?()][^\n,;!?()]{0,28}?)(?=[.!]?(?:\s*[,;\n]|\s*$|[.!]\s))",
    FLAGS,
)
PLUS = re.compile(r"\+\s?\d{1,4}\s?(?:m|mins?|minutes?|h|hrs?|hours?)\b", FLAGS)
COORDINATING = re.compile(r"(?:we\s+are\s+)?coordinating\s+(?:via|on|in|at)\s+", FLAGS)
_THANKS = (
    r"(?:many\s+|lots\s+of\s+)?(?:thanks|thank\s+you|thx|cheers|sorry)"
    r"(?:\s+(?:a\s+lot|(?:so|very)\s+much|all|both|again))?"
)
_NAMED = r"(?:,?\s+(?!(?-i:No|Not|But|If|When|Or|And)\b)(?-i:[A-Z])[^\W\d_]{1,20}){0,2}"
_FAREWELL = rf"(?:{_THANKS}|(?:kind\s+|best\s+|warm\s+)?regards|best){_NAMED}"
COURTESY = rf"(?:[\s,;.!:–—-]*(?<![^\W_])(?:{_FAREWELL}|please|will\s+do))*+\s*[.!]*"
"""What may follow a word that counts as the whole reply: thanks, and to whom. Anything more makes it prose.

Its loop is possessive, because `Best Best Best` can be divided in exponentially many ways."""
WHOLE_CHARS_MAX = 200
"""One word and thanks need no more than this."""
_YES_AHEAD = r"(?:(?:yes|ok|okay|sure|fine)[,.!]?\s+)?"
WHOLE = re.compile(
    rf"{_YES_AHEAD}(?:(?:no|sorry)[,.!]?\s+)?(?P<word>close|closed|retract|retracted|reopen|(?:I\s+)?accept|accepted"
    rf"|(?:I\s+)?decline|declined|undo\s+(?P<number>\d{{1,6}}))(?:\s+(?:it|this))?{COURTESY}",
    FLAGS,
)
BRIEF = re.compile(r"(?:catch(?:\s+me)?[\s-]up|status)\s*[.!?]?", FLAGS)
YES = re.compile(rf"(?:yes|yep|yeah|it\s+is|yes,?\s+it\s+is(?:\s+one)?)(?:\s+please)?{COURTESY}", FLAGS)
PROPOSAL_YES = re.compile(
    rf"(?:{_YES_AHEAD}(?:(?:I\s+)?(?:accept|confirm)|accepted|confirmed)(?:\s+(?:it|this))?|yes){COURTESY}", FLAGS
)
PROPOSAL_NO = re.compile(rf"(?:(?:no[,.!]?\s+)?(?:(?:I\s+)?reject|rejected)(?:\s+(?:it|this))?|no){COURTESY}", FLAGS)
WEB_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}://|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/", FLAGS)
GREETING = re.compile(
    r"(?:(?:hi|hello|hey|hallo|dear|good\s+(?:morning|afternoon|evening))(?:,? +[^\s,.:;?!\d]{1,20}){0,4}[,!.]?"
    r"|(?:all|team|folks|everyone|everybody)[,!.]?|[^\W\d_][^\s,.:;?!\d]{0,20}(?: [^\W\d_][^\s,.:;?!\d]{0,20}){0,2},)",
    re.I,
)
GREETING_AHEAD = re.compile(
    r"(?:(?:hi|hello|hey|hallo|dear|good\s+(?:morning|afternoon|evening))(?: +[^\s,.:;?!\d]{1,20}){0,3}"
    r"|all|team|folks|everyone|everybody) *[,!.] +(?=\S)",
    re.I,
)

BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+|[ \t]+(?=(?:sev|phase)\w*\s*\d)", FLAGS)
END = re.compile(r"\s*(?:\.(?!\.)|!+)(?=[\s\"'”’)]|$|[^\W\d_a-z])|[ \t]*(?=\n|$)")
AFTER_CLAUSE = re.compile(r"\s*[,;:]\s+|\.\s+|\s+[-–—]{1,2}\s+|—")
NEXT_SENTENCE = re.compile(r"(?<![.!?])[.!?]++[\"'”’)\]]*+(?:\s+|(?=[^\W\d_a-z]))")
"""Begins only at the first mark of a row, so that thousands of full stops do not take quadratic time."""
ABBREVIATION = re.compile(r"(?:^|[\s(])(?:e\.?g|i\.?e|cf|vs|approx|ca|mr|mrs|ms|dr|no|resp)\.$", FLAGS)
WRAP_CHARS_MIN = 55
"""Shorter lines were ended by their writer, not broken by a mail program."""

# Text beside one of these is a condition, an alternative, a doubt, or about another time.
HEDGES = frozenset({
    "if", "when", "once", "unless", "until", "or", "but", "not", "maybe", "perhaps", "possibly", "probably",
    "should", "could", "would", "might", "may", "soon", "later", "tomorrow", "yesterday", "yet", "think",
    "guess", "before", "after", "otherwise", "pending", "depending", "assuming", "provided", "except",
    "though", "although", "however", "then", "was", "were", "will",
})  # fmt: skip
OTHER_TIMES = frozenset({
    "at", "today", "tonight", "next", "midnight", "noon", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday", "when", "in", "on",
})  # fmt: skip
_SPEECH = frozenset({
    "say", "says", "said", "think", "thinks", "thought", "guess", "guesses", "believe", "believes", "suppose",
    "reckon", "reckons", "wrote", "writes", "asked", "asks", "claim", "claims", "hope", "wonder", "suggests",
    "suggested", "heard",
})  # fmt: skip
_PRONOUNS = frozenset({"i", "he", "she", "they", "we", "you", "people", "somebody", "someone", "everybody"})
_TAKES_BACK = re.compile(
    r"n?or\b|not\s+(?:sure|yet|certain|really|now)\b|just\s+kidding|scratch\s+that|never\s*mind"
    r"|(?:no|nope|maybe|perhaps|possibly|probably)(?:\s+(?:not|later|\d)|\s*(?:[.!?,]|$))"
    r"|(?:right|ok|okay|agreed?|correct|yes|really|is\s+it|isn['’]t\s+it|thoughts|objections|shall\s+we|should\s+we|anyone)"
    r"\s*\?",
    FLAGS,
)
_NO_MORE = re.compile(r"(?:no|only)\b(?:\s*(?:[.!?,;]|$)|\s+(?:longer|way|if|when|once|after|until)\b)", FLAGS)


@dataclass(frozen=True, slots=True)
class Forms:
    """The patterns that depend on an organisation's words, compiled once for each wording."""

    severity: re.Pattern[str]
    """`severity 1`, `sev 1`, `Raising to SEV-1`, and each severity by its name."""
    phase: re.Pattern[str]
    """`phase 2`, `now in phase 2`, and each phase by its name."""
    is_me: re.Pattern[str]
    is_title: re.Pattern[str]

    @classmethod
    def of(cls, words: Words) -> Forms:
        """Return the patterns for these words."""
        policy = words.policy
        severities = tuple(step.name for step in policy.severities)
        return cls._compiled(words.title, severities, tuple(step.name for step in policy.phases))

    @classmethod
    @lru_cache(maxsize=8)
    def _compiled(cls, title: str, severities: tuple[str, ...], phases: tuple[str, ...]) -> Forms:
        known = (title, "incident commander", "commander", "IC")
        titles = "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in known)
        titled = rf"\s+(?:now\s+)?(?:the\s+)?(?:{titles})(?![\w-]){BRACKETS}"
        return cls(
            _numbered(_SEVERITY_LEAD + r"sev(?:erity|\.)?", severities),
            _numbered(r"(?:now\s+)?(?:in\s+)?phase", phases),
            re.compile(rf"(?:I\s+am|I['’]?m){titled}(?:\s+now)?(?![\w-])", FLAGS),
            re.compile(rf"\s+is{titled}", FLAGS),
        )


def _numbered(word: str, names: Iterable[str]) -> re.Pattern[str]:
    named = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name)
    by_name = rf"|\s+(?P<name>{named})" if named else "|(?P<name>(?!))"
    return re.compile(rf"{word}(?:\s*[-#]?\s*(?P<number>\d{{1,3}}){by_name})(?![\w-]){BRACKETS}", FLAGS)


def takes_back(text: str, at: int, *, same_sentence: bool) -> bool:
    """Return whether the text from `at` takes back the words before it: `sev 1, if it spreads`, `Severity 1. Or 2?`.

    >>> takes_back("sev 1, if it spreads", 7, same_sentence=True)
    True
    >>> takes_back("Severity 1. If it spreads, call the bank.", 12, same_sentence=False)
    False
    """
    rest = text[at : at + 400].lstrip()
    if _TAKES_BACK.match(rest):
        return True
    if not same_sentence:
        return False
    sentence = re.split(r"(?<=[.!?])\s|\n", rest, maxsplit=1)[0]
    words = [fold_case(word) for word in re.findall(r"[\w'’]+", sentence)]
    if not words:
        return False
    reported = words[0] in _PRONOUNS and words[1:2] and words[1] in _SPEECH
    reported = reported or (len(words) <= 4 and words[-1] in _SPEECH)
    return bool(sentence.rstrip().endswith("?") or words[0] in HEDGES or reported or _NO_MORE.match(sentence))
