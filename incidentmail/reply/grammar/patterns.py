"""Define the patterns of sentences and shorthand.

All patterns use re.ASCII, so that a Kelvin sign does not match `k`. The patterns for names and venues exclude
characters that cannot occur in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from incidentmail.core.words import Words

from .keywords import Keywords, alternatives, keywords_of

FLAGS = re.I | re.A
BRACKETS = r"(?:\s*\([^()\n]{0,120}\))?"
NUMBER_WORDS = {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
SHORT_SEVERITY = re.compile(r"s(?P<number>\d)(?![\w-])", FLAGS)
_N = rf"(?:\d{{1,3}}|{'|'.join(NUMBER_WORDS)})(?![\w-])"
_SEV = r"sev(?:erity|\.)?"
_THIS = r"(?:(?:this|it|that|us|the\s+(?:incident|severity|sev|level)|the\s+thing|severity|sev)\s+)?"
_DO = (
    r"(?:(?:we\s+are|we['’]?re|I\s+am|I['’]?m|now|am)\s+)?"
    r"(?:rais(?:e|ing)|lower(?:ing)?|go(?:ing)?|bump(?:ing)?|set(?:ting)?|mak(?:e|ing)|mov(?:e|ing)|chang(?:e|ing)"
    r"|escalat(?:e|ing)|upgrad(?:e|ing)|downgrad(?:e|ing)|call(?:ing)?|declar(?:e|ing)|upping|dropp?(?:ing)?"
    r"|switch(?:ing)?"
    r"|put(?:ting)?|tak(?:e|ing)|reduc(?:e|ing)|increas(?:e|ing)|promot(?:e|ing)|demot(?:e|ing)|treat(?:ing)?"
    r"|classify(?:ing)?|de-?escalat(?:e|ing)|adjust(?:ing)?|updat(?:e|ing))\s+"
)
_TO = (
    r"(?:(?:up|down|back|straight|right|now|as|on)\s+)?(?:(?:up|down|back|straight|right)\s+)?(?:(?:from\s+"
    + _SEV
    + rf"?\s*-?\s*{_N}\s+)?(?:to|as|at)\s+)?(?:an?\s+|full\s+)?"
)
_SEVERITY_LEAD = (
    rf"(?:now\s+(?:(?:at|a|in)\s+)?|(?:it['’]?s\s+)?now\s+at\s+|{_DO}{_THIS}{_TO}"
    rf"|from\s+{_SEV}\s*-?\s*{_N}\s+to\s+(?:an?\s+)?"
    r")?"
)
"""Words before a severity: `raising this to`, `from sev 2 to`, `sev 2 ->`."""
_STATED = (
    r"(?:so\s+|and\s+|now\s+|ok(?:ay)?,?\s+)?(?:(?:this|it|that|we|the\s+incident|this\s+incident)(?:['’]?s"
    r"|\s+is|\s+are|['’]re|\s+just\s+became|\s+became"
    r"|\s+has\s+become|\s+is\s+becoming)|we\s+have|that\s+makes\s+(?:it|this)|makes\s+(?:it|this))"
    r"(?:\s+(?:now|clearly|definitely|officially|at\s+least|at|in|already|really))*\s+(?:a\s+|an\s+|full\s+)?"
)
_STATED_TAIL = r"(?:\s+(?:by\s+now|now|already|then|incident|again))*"
_BARE_TO = (
    rf"(?:(?:{_DO}(?:the\s+|our\s+)?)?{_SEV}\s+(?:(?:up|down|back|goes)\s+)?(?:from\s+(?:{_SEV}\s*-?\s*)?{_N}\s+)?to\s+"
    rf"|{_SEV}\s*:?\s*-?\s*{_N}\s*(?:-+>|→|=+>|⇒|➜|to(?=\s))\s*)(?:an?\s+)?"
)
"""Beginnings after which no word is needed before the new value: `severity up to 1`, `sev 2 -> 1`."""
_PHASE_LEAD = (
    r"(?:now\s+(?:in\s+)?|in(?:to)?\s+|(?:we\s+are|we['’]?re|I\s+am|it['’]?s)\s+(?:now\s+)?(?:in|at|entering"
    r"|moving\s+(?:on\s+)?(?:to|into)|going\s+to)\s+"
    r"|(?:we\s+are\s+|we['’]?re\s+)?(?:mov(?:e|ing)|go(?:ing)?|switch(?:ing)?|advanc(?:e|ing)|proceed(?:ing)?"
    r"|back|on|over|set(?:ting)?"
    r"|chang(?:e|ing)|progress(?:ing)?)\s+(?:(?:on|back|over|forward|ahead|it|this|now)\s+)?(?:in)?to\s+"
    rf"|enter(?:ing)?\s+|start(?:ing)?\s+|begin(?:ning)?\s+|set(?:ting)?\s+|phase\s*-?\s*{_N}\s*(?:-+>|→|=+>"
    rf"|to(?=\s))\s*)?"
)
NO_CHANGE = re.compile(
    r"no\s+changes?(?=\s*(?:[.!,;:–—\n]|-|$|and\b|next\b|please\b|yet\b|so\s+far\b|since\b"
    r"|(?:guys|folks|everyone|everybody|all|team|people|sorry|pls|plz|thx|thanks)\s*(?:[.!,;:–—\n]|-|$)))"
    r"(?:\s+(?:yet|so\s+far))?",
    FLAGS,
)
NEXT = re.compile(
    r"next(?:\s+(?:update|mail|report|news))?\s*(?::|=)?\s*(?:will\s+be\s+|is\s+|due\s+)?(?:at\s+|by\s+|in\s+"
    r"|~\s?|around\s+)?"
    r"(?P<time>\+?[^\s,;!?():][^\n,;!?()]{0,28}?)"
    r"(?=\s+(?:please|pls|plz|guys|folks|everyone|everybody|team|sorry|thx|thanks|latest|at\s+the\s+latest|because|since)\b|\s+or\s+(?:earlier|sooner|before|when|as\s+soon|if)\b"
    r"|[.!]?(?:\s*[,;\n]|\s*$|[.!]\s|\s+[-–—]\s|\s*\())"
    r"(?:\s+(?:please|pls|plz|guys|folks|everyone|everybody|team|sorry|thx|thanks|latest|at\s+the\s+latest)\b){0,2}(?:\s+or\s+(?:earlier|sooner|before|when|as\s+soon"
    r"|if)\b[^.!?\n]{0,80})?",
    FLAGS,
)
PLUS = re.compile(r"\+\s?\d{1,4}\s?(?:m|mins?|minutes?|h|hrs?|hours?)\b", FLAGS)
TIME_WORDS = frozenset({
    "at", "today", "next", "midnight", "noon", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday", "in", "on",
})  # fmt: skip
AS_OF = re.compile(
    r"[ \t]*,?[ \t]+(?:as\s+of|from|since|effective)\s+(?:now(?:\s+on)?|right\s+now|immediately|this\s+moment"
    r"|(?P<time>\d{1,2}[:.h]\d\d(?:\s*[ap]\.?m\.?)?(?:\s+[A-Z]{3,4}\b)?))",
    FLAGS,
)

# Words that can precede a command without changing it.
AHEAD = re.compile(
    r"(?:(?:please|pls|plz|kindly|ok|okay|yes|yep|yeah|so|alright|right|hm+|ah+|oh|sorry|fyi|heads[ -]up|attention|attn"
    r"|urgent|update|news|confirmed|confirming|correction|reply|answer|command|well|guys|team|all|everyone"
    r"|everybody|folks"
    r"|thanks|thx|agreed|definitely|clearly|officially|nothing\s+new|no\s+news|nothing\s+to\s+report|still\s+nothing)"
    r"(?:[ \t]*[,:;.!–—-]+)?[ \t]+"
    r"|no[,.!]+[ \t]+|[-*•·–—▪◦‣]{1,2}[ \t]+|\d{1,2}[.)][ \t]+(?=[a-z])"
    r"|(?:(?:this|it)(?:['’]?s"
    r"|\s+is)\s+)?(?-i:[A-Z])[^\s\d_,.:;!?]{1,20}(?:\s+(?-i:[A-Z])[^\s\d_,.:;!?]{1,20})?\s+here[ \t]*[,:;.!–—-]+[ \t]+"
    r"|(?:this|it)(?:['’]?s"
    r"|\s+is)\s+(?-i:[A-Z])[^\s\d_,.:;!?]{1,20}(?:\s+(?-i:[A-Z])[^\s\d_,.:;!?]{1,20})?[ \t]*[,:;–—-][ \t]+)",
    FLAGS,
)
AHEAD_MAX = 3
POLITE_TAIL = re.compile(
    r"(?:[ \t]*,?[ \t]*(?<![^\W_])(?:please|pls|plz|now|right\s+now|asap|immediately|thanks|thank\s+you|thx|ty|cheers"
    r"|confirmed|everyone|everybody|all|team|folks|guys|for\s+now|again|fyi|it\s+is|merci|danke|bitte|gracias"
    r"|por\s+favor"
    r"|obrigado|obrigada|bedankt|dzięki|grazie|tack|sorry|then|effective\s+immediately)(?![\w'’-]))+",
    FLAGS,
)
MARKS = re.compile(r"[ \t]{0,3}(?:[*_~`\"“”„‘’'«»]|[^\w\s!-~¡-¿‐-⁞⁠-⁯]|[\u200b-\u200f\ufe0f\u2060])+[ \t]*")
"""Emphasis, quotation marks and emoji around a command."""

_HELLO = (
    r"(?:hi|hello|hey|hallo|hej|hoi|ciao|ola|olá|hola|bonjour|salut|cześć|guten\s+(?:morgen|tag|abend)"
    r"|moin|servus|dear|good\s+(?:morning|afternoon|evening|day)|morning|evening)"
)
_EVERYBODY = r"(?:all|team|folks|everyone|everybody|guys|people|colleagues|both|liebe\s+alle|zusammen|@\w[\w.-]{0,30})"
_NO_COMMAND = (
    r"(?!(?:i|i['’]\w+|please|taking|assuming|clos\w+|retract\w*|re-?open\w*|sev\w*|phase|accept\w*|declin\w+|undo"
    r"|status|catch|no|nothing|next|moving|raising|lowering|bumping|now|we|this|coordinating|help|join\w*|leaving|signing"
    r"|back|break|done|cannot|roll|yes|stop)\b)"
)
GREETING = re.compile(
    rf"(?:{_HELLO}(?:,? +{_NO_COMMAND}[^\s,.:;?!\d()]{{1,20}}){{0,4}}(?: \([^()?\n\d]{{1,40}}\))? {{0,2}}[,!.:–—-]?"
    r"|(?:fyi|update|heads[ -]up"
    r"|attention|urgent)[,!.:]?"
    rf"|{_EVERYBODY} {{0,2}}[,!.:–—-]?"
    rf"|@ ?[^\W\d_][^\s,.:;?!]{{0,30}}(?: [^\W\d_][^\s,.:;?!]{{0,30}}){{0,3}} {{0,2}}[,!.:–—-]?"
    r"|[^\W\d_][^\s,.:;?!\d]{0,20}(?: [^\W\d_][^\s,.:;?!\d]{0,20}){0,2} {0,2},)",
    re.I,
)
_BEGINS_COMMAND = (
    r"(?:sev(?:erity)?[ -]?(?:\d|one\b|two\b|three\b|four\b|five\b)|phase[ -]?\d|no +change"
    r"|next +(?:update|\d|in|at)|taking +(?:over|command)|joining|leaving|done +\d|cannot +\d"
    r"|raising|lowering|moving +to +phase)"
)
"""The beginnings of commands before which a greeting needs no mark: `Hi Ann sev 2 please`."""
GREETING_AHEAD = re.compile(
    rf"(?:{_HELLO}(?: +[^\s,.:;?!\d]{{1,20}}){{0,3}}|{_EVERYBODY}"
    rf"|@[^\s,.:;?!]{{1,30}}(?: [A-Z][^\s,.:;?!]{{0,30}}){{0,2}}) *[,!.:–—-] *(?=\S)"
    r"|@[^\s,.:;?!]{1,30} +(?=\S)"
    rf"|{_HELLO} +(?:{_EVERYBODY}|(?-i:[A-Z])[^\W\d_]{{1,20}}(?: +and +(?-i:[A-Z])[^\W\d_]{{1,20}})?) +"
    rf"(?={_BEGINS_COMMAND})",
    re.I,
)

BETWEEN = re.compile(
    r"\s*[,;]\s*(?:and\s+)?|\s+and\s+|\s*[&+/]\s*(?=(?:sev|phase)\w*\s*-?\s*\d)|[ \t]+(?=(?:sev|phase)\w*\s*-?\s*\d)",
    FLAGS,
)
END = re.compile(r"\s*(?:\.(?!\.)|!+)(?=[\s\"'”’)]|$|[^\W\d_a-z])|[ \t]*(?=\n|$)")
_PICTURE = "[\u2600-\u2793\u27bf\U0001f000-\U0001faff\ufe0f]"
"""An emoji that can end a clause. Arrows are excluded, because they precede a new value."""
AFTER_CLAUSE = re.compile(
    rf"(?:(?<={_PICTURE})|(?<={_PICTURE}[ \t])|(?<={_PICTURE}[ \t]{{2}}))(?=\w)|"
    r"\s*[,;:]\s+|\.\s+|\s+[-–—]{1,2}\s+|[–—]|\s+(?=\()|\s+(?:because|since|as)\s+|!+\s+|\s+and\s+(?=\w{2,20}ing\b)"
)
BREAK = re.compile(r"\s*(?:$|[\n,;:.!?&+/*_\"'”’“)(–—-]|and\b|[^\w\s!-~])")
"""Text that can follow a polite word at the end of a command.

If other text follows, the polite word is the first word of something else.
"""
NEXT_SENTENCE = re.compile(r"[.!?](?<![.!?].)[.!?]*+[\"'”’)\]]*+(?:\s+|(?=[^\W\d_a-z]))")
"""Matches only at the first of several marks. Otherwise, thousands of full stops would take quadratic time."""
ABBREVIATION = re.compile(r"(?:^|[\s(])(?:e\.?g|i\.?e|cf|vs|approx|ca|mr|mrs|ms|dr|no|resp)\.$", FLAGS)
BRACKETED = re.compile(r"\s{0,3}\((?P<inside>[^()\n]{0,120})\)")
STATED_LAST = re.compile(r"(?:,|;|\s[-–—]{1,2}|—)\s+|(?<=\w)[ \t]+(?=so[ \t]+(?:this|it|that|we)\b)", FLAGS)
"""The beginning of the last clause of a sentence: `Second gateway is down too, so this is sev 1 now.`"""
_POLITE = r"[ \t]+(?:(?:please|pls|plz|asap|guys|folks|everyone|everybody|thx|thanks|sorry)[ \t]+)+"
_FAILED = (
    r"(?:down|dead|failing|fails?|broken|offline|unreachable|gone|out|crash(?:ed|es|ing)?|stopped|lost|stuck|on\s+fire"
    r"|(?:is|are)[ \t]+(?:down|dead|broken|gone|out|stuck|off|dark)|not\s+(?:working|responding))"
    r"(?:[ \t]+(?:too|now|again|as[ \t]+well|already|completely|everywhere)){0,2}(?=[ \t]*(?:[.!,;\n]|$))"
)
WITHOUT_COMMA = re.compile(
    rf"{_POLITE}(?:(?:because|since|as)[ \t]+)?"
    r"(?=(?:(?!(?:if|when|once|unless|until|not|no|or|maybe|should|could|can|would|is|are|was)\b)"
    rf"[^\s.,;:!?]{{1,20}}[ \t]+){{1,6}}{_FAILED}"
    r"|(?:(?:we|they|customers|users|people|shops?|stores?|clients)[ \t]+(?:cannot|can[ \t]?not|can['’]?t)"
    r"|(?:nobody|no[ \t]?one)[ \t]+can)[ \t]+(?!say|tell|confirm|be\b|wait|decide)\w)",
    FLAGS,
)
"""Polite words in place of a comma, and something that fails behind them: `sev 2 pls the replica is gone too`."""
POLITE_MIDDLE = re.compile(r"[ \t]+(?:please|pls|plz|asap|guys|folks|thx)[ \t]+(?=\w)", FLAGS)
"""Polite words that other text follows, so that it is not certain whether they end the command."""
WORD_BEHIND = re.compile(r"[ \t]+[a-z]", FLAGS)
FAILING = re.compile(
    r"[ \t]+(?!customers?\b|users?\b|tickets?\b|incidents?\b|bugs?\b|alerts?\b|cases?\b|issues?\b|pages?\b"
    r"|process|definition"
    r"|criteri|level|calls?\b|events?\b|outages?\s+(?:are|need|have)|is\b|was\b|would|should|means)"
    r"(?:(?!(?:if|when|once|unless|until|or|maybe|should|could)\b)[^\s.,;:!?]{1,20}[ \t]+){1,5}"
    r"(?:down|dead|failing|fails?|broken|offline|unreachable|gone|out|crash(?:ed|es|ing)?"
    r"|not\s+working|not\s+responding|stopped|lost|on\s+fire)(?=[ \t]*(?:[.!,;\n]|$))",
    FLAGS,
)
"""Something that is failing, named directly after the severity: `SEV 1 EVERYTHING DOWN`, but not `sev 1 customers`."""
WRAP_CHARS_MIN = 55
"""The minimum length of a line wrapped by a mail program. A shorter line was ended by its writer."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The patterns that depend on an organisation's words, compiled once per lexicon."""

    severity: re.Pattern[str]
    """`severity 1`, `sev 1`, `Raising to SEV-1`, `from sev 2 to sev 1`, and the name of each severity."""
    states_severity: re.Pattern[str]
    """`this is sev 1 now`."""
    phase: re.Pattern[str]
    """`phase 2`, `now in phase 2`, `moving to phase 2`, and the name of each phase."""
    taking: re.Pattern[str]
    """`taking command`, `I'll take command`, `I am taking over as IC`. The group `of` is the previous commander."""
    is_me: re.Pattern[str]
    is_title: re.Pattern[str]
    has_role: re.Pattern[str]
    """`I am the customer liaison`."""
    titles: str
    """The forms of the commander's title as alternatives, for use in other patterns."""
    keywords: Keywords

    @classmethod
    def of(cls, words: Words) -> Forms:
        """Return the patterns for a lexicon."""
        known = words.__dict__.get("_forms")
        if isinstance(known, cls):
            return known
        made = cls._for(words)
        words.__dict__["_forms"] = made
        return made

    @classmethod
    def _for(cls, words: Words) -> Forms:
        policy = words.policy
        severities = tuple(step.name for step in policy.severities)
        roles = tuple(spelling for role in policy.roles for spelling in (role.title, *role.also_written))
        return cls._compiled(words.title, severities, tuple(step.name for step in policy.phases), roles)

    @classmethod
    @lru_cache(maxsize=8)
    def _compiled(
        cls, title: str, severities: tuple[str, ...], phases: tuple[str, ...], roles: tuple[str, ...]
    ) -> Forms:
        titles = alternatives(
            (title, title[:1].upper() + title[1:], "incident commander", "incident command", "commander", "IC")
        )
        titled = rf"\s+(?:now\s+|also\s+)?(?:the\s+|your\s+)?(?:{titles})(?![\w-])"
        return cls(
            _numbered(rf"(?:{_BARE_TO}(?:{_SEV})?|{_SEVERITY_LEAD}{_SEV})", severities),
            _numbered(rf"{_STATED}{_SEV}", severities, _STATED_TAIL),
            _numbered(rf"{_PHASE_LEAD}phase", phases),
            re.compile(_TAKING.replace("TITLES", titles), FLAGS),
            re.compile(rf"(?:I\s+am|I['’]?m){titled}(?:\s+(?:now|here|for\s+this|from\s+now\s+on))?(?![\w-])", FLAGS),
            re.compile(rf"\s+is{titled}(?:\s+now)?", FLAGS),
            re.compile(
                rf"(?:I\s+am|I['’]?m)\s+(?:now\s+)?(?:the\s+"
                rf"|an?\s+)?(?P<role>{alternatives(roles)})(?:\s+now)?(?![\w-])",
                FLAGS,
            )
            if roles
            else re.compile(r"(?!)(?P<role>)"),
            titles,
            keywords_of((title, "commander", "ic", *roles)),
        )


_TAKING = (
    r"(?:(?:I\s+am\s+(?:now\s+)?|I['’]?m\s+(?:now\s+)?|I['’]?ll\s+|I\s+will\s+|I\s+(?:now\s+)?|am\s+)?"
    r"(?:(?:tak(?:e|ing)|assum(?:e"
    r"|ing))\s+(?:over\s+)?(?:the\s+)?(?:as\s+(?:the\s+)?)?(?:(?:overall\s+)?command|(?:TITLES)(?:\s+role)?)"
    r"|(?:step(?:ping)?\s+in|acting|serving)\s+as\s+(?:the\s+)?(?:TITLES))"
    r"|I\s+(?:have|hold)\s+(?:taken\s+)?command|I['’]?ve\s+(?:got\s+|taken\s+)?command)(?![\w-])"
    r"(?:\s+(?:of|for|on|in)\s+(?:this|it|the)(?:\s+(?:incident|one|call|response"
    r"|outage))?(?=\s*(?:[.,;!?\n:–—-]|$|\s(?:now|please)\b)))?"
    r"(?:\s+(?:over\s+)?from\s+(?P<of>[^.,;!?\n]{1,80}?)(?=\s*(?:[.,;!?\n:–—-]|$|\s(?:now|please)\b)))?"
)


def _numbered(word: str, names: Iterable[str], tail: str = "") -> re.Pattern[str]:
    named = alternatives(names)
    by_name = rf"|\s+(?P<name>{named})" if named else "|(?P<name>(?!))"
    number = (
        rf"(?:\s*[-#=]{{0,2}}>?\s*(?:level\s+|number\s+|no\.?\s+)?(?P<number>\d{{1,3}}"
        rf"|(?:{'|'.join(NUMBER_WORDS)})(?=\W|$)){by_name})"
    )
    return re.compile(rf"{word}{number}(?![\w-]){tail}", FLAGS)
