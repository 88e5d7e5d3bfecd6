"""Find the current value in a command that also states it: `sev 1 -> 3`, `from phase 1 to phase 2`."""

from __future__ import annotations

import re

from incidentmail.reply.grammar.patterns import FLAGS, NUMBER_WORDS
from incidentmail.reply.parsed import ReadCommand

LINE_CHARS_MAX = 200
"""The maximum length of the line that is searched. A command that states the current value is short."""
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(NUMBER_WORDS)})"
_FACT = r"(?:sev(?:erity)?\.?|phase)"
_FROM_TO = re.compile(
    rf"(?<![\w.-])(?P<was>{_NUMBER}) ?(?:\([^()]{{0,40}}\) ?)?(?:[-–—=]{{1,3}}>|[→⇒➜]|to\b) ?(?:an? )?"
    rf"(?:{_FACT} ?[-#:]? ?)?(?P<now>{_NUMBER})(?![\w-])",
    FLAGS,
)


def value_before(command: ReadCommand, line: str) -> int | None:
    """Return the current severity or phase as stated by `line`, or None. `command` was parsed from that line.

    >>> from incidentmail.core.commands import SetSeverity
    >>> three = ReadCommand(command=SetSeverity(3), name="severity", value=3, form="shorthand", line=1)
    >>> value_before(three, "sev 1 -> 3"), value_before(three, "from severity 1 to sev 3"), value_before(three, "sev 3")
    (1, 1, None)
    """
    if command.name not in ("severity", "phase"):
        return None
    for found in _FROM_TO.finditer(" ".join(line[:LINE_CHARS_MAX].split())):
        if _number(found["now"]) == command.value:
            return _number(found["was"])
    return None


def _number(text: str) -> int:
    return NUMBER_WORDS[text.lower()] if text.lower() in NUMBER_WORDS else int(text)
