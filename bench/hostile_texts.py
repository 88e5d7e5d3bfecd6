"""Provide texts designed to be slow to parse, of any length: `make bench` times them, and the tests count their steps.

If you find another one, add it here, and both will use it. Whole messages are in hostile_mails.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from incidentmail.core.text import TEXT_CHARS_MAX


@dataclass(frozen=True, slots=True)
class Hostile:
    """A text: `start`, then `unit` repeated `times` times, then `end`.

    `{n}` in the unit is the number of the repetition.
    """

    unit: str
    times: int
    start: str = ""
    end: str = ""

    def at(self, scale: float = 1.0) -> str:
        """Return the text, or the part of it with `scale` as many repetitions.

        >>> Hostile("a ", 4, start="On ").at(0.5), Hostile("<{n}>", 3).at()
        ('On a a ', '<0><1><2>')
        """
        times = int(self.times * scale)
        if "{n}" in self.unit:
            middle = "".join(self.unit.replace("{n}", str(number)) for number in range(times))
        else:
            middle = self.unit * times
        return self.start + middle + self.end


def filled(unit: str, length: int, start: str = "") -> Hostile:
    """Return the text of about that many characters."""
    return Hostile(unit, length // len(unit), start=start)


KB_64: Final = 65_536
KB_200: Final = 200_000

# Bodies of replies.
BODIES: Final = {
    "words after On": filled("a ", KB_200, "On "),
    "40 kB of words after On": filled("a ", 40_000, "On "),
    "lines that end in a verb": filled('/wrote:\nAt: 14:00"', KB_64),
    "a date before each colon": filled("Sent: 1 May 2026: \xa0\n", KB_64),
    "links below verbs": filled("wrote:\n\n<Next update: 15:00http://a.B ", KB_64),
    "empty lines": filled("\n", KB_200),
    "20 kB of empty lines": filled("\n", 20_000),
    "attributions begun": filled("On x\n", KB_200),
    "20 kB of attributions begun": filled("On x\n", 20_000),
    "one line": filled("x", KB_200),
    "marks": filled(">", KB_200),
    "spaced marks": filled("> ", KB_200),
    "dashes": filled("-", KB_200),
    "underscores": filled("_" * 40 + "\n", KB_200),
    "keys": filled("a:\n", KB_200),
    "12 kB of keys": filled("a:\n", 12_000),
    "headers": filled("From: x\n\n", KB_200),
    "addresses": filled("a@b ", KB_200),
    "dates": filled("2026-11-20 14:07 x\n", KB_200),
    "38 kB of dates": filled("2026-11-20 14:07 x\n", 38_000),
    "answers": filled("> a quoted line that is long enough to be broken by a program\nx\n", KB_200),
    "initials": filled("BK> x\n", KB_200),
    "full names before a mark": filled("Bo Karlsen> x\n", KB_200),
    "bars": filled("| x\n", KB_200),
    "glued attributions": filled("ok On 1 May 2026 Bo wrote: ", KB_200),
    "lines of glued attributions": filled("okOn 1 May 2026 Bo wrote: x\n", KB_200),
    "attributions begun on one line": filled("wrote On 1 May ", KB_200),
    "separators on one line": filled("a --- b ", KB_200),
    "header keys on one line": filled("a@b From: x ", KB_200),
    "lines of header keys": filled("x From: a <a@b.c> Sent: 1 May 2026 To: b\n", KB_200),
    "indented lines": filled("    x\n", KB_200, "On 1 May 2026, Bo <bo@example.com> wrote:\n"),
    "banners": filled("CAUTION: external email\n", KB_200),
    "paragraphs of banners": filled("CAUTION: external email\n\n", KB_200),
    "labels": filled("Internal\n\n", KB_200),
    "label words": filled("internal ", KB_200),
    "footers": filled("Please consider the environment before printing this email.\n\n", KB_200, "close\n\n"),
    "disclaimers": filled("This email is confidential. If you are not the recipient, delete it.\n", KB_200),
    "footers on one line": filled("this email was scanned for viruses ", KB_200),
    "app lines": filled("Sent from my iPhone\n\n", KB_200, "close\n\n"),
    "the writer's names": filled("Mara Lindqvist\n", KB_200),
    "headings": filled("> Bo wrote on 2026-11-20:\nx\n", KB_200),
    "zero width": filled("\u200b", KB_200 // 3),
    "signatures": filled("-- \n", KB_200),
    "notes": filled("---1---\n", KB_200),
    "severities": filled("severity 1, ", KB_200),
    "commands": filled("Severity: 1\n", KB_200),
    "sentences": filled("Severity 1. ", KB_200),
    "links": filled("https://a.example/b. ", KB_200),
    "names": filled("Bo Karlsen is ", KB_200),
    "names of a role": Hostile("A{n}, ", 9_000, start="SME: ", end="B"),
    "venues": filled("https://a.example/b.C ", KB_200, "Coordinating via "),
    "full stops": filled(".", KB_200),
    "question marks": filled("?", KB_200),
    "marks of all kinds": filled(".!?", KB_200),
    "farewells": Hostile("Best ", 38, start="close ", end="1"),
    "thanks": Hostile("Thanks Thanks ", 13, start="accept ", end="1"),
    "a sentence without an end": filled("Mara and Bo ", KB_200),
}

# These are thousands of lines that may be commands. They are given up only once they are read.
MANY_COMMANDS: Final = (
    "commands", "sentences", "severities", "dates", "38 kB of dates", "keys", "12 kB of keys", "venues", "links",
    "names of a role",
)  # fmt: skip

# Ordinary text, whose cost must not grow faster than its length.
ORDINARY: Final = {
    "prose": filled(
        "The gateway failed on 2026-11-20 at 14:07, see ops@example.com and more of it there: twice.\n", 1_000_000
    ),
    "prose between marks": filled(
        "The gateway failed on 2026-11-20 at 14:07, see ops@example.com:\n" + "> x" * 300 + "\n", 1_000_000
    ),
    "quotations": filled(
        "> One in five card payments is declined by the gateway since it changed its\nanswer\n\n", 1_000_000
    ),
    "attributions": filled("On Fri, 20 Nov 2026 at 14:07, Bo Karlsen <bo@example.com> wrote:\n> x\n\n", 1_000_000),
    "keys": filled("Severity: 1\nFrom: Bo\n\n", 1_000_000),
    "short lines": filled("a\n", 1_000_000),
    "long lines": filled("word " * 1_500 + "\n", 1_000_000),
}

# Lines that the grammar reads.
GRAMMAR: Final = {
    unit: filled(unit, KB_64)
    for unit in (
        "Severity 1, ", "a. ", "I am ", "Coordinating via ", "sev 1 and sev 2 and ", "sev 1\n", "SME: +a\n", "A ",
        "Bo is IC. ", "e.g. ", "( ", "a.a-", "Coordinating via http://a.B ", "Severity: 1\n\n",
        "Status: closed\nPhase: x\n", "P1, ", "is to a ", "x: y\n", "x\n\nSeverity: 1\n\n", "+30m, ", "IC.IC.",
        "Sev 2; ? s1. ", "_? next 15:00\n - ", "é/\nNext update: 15:00. ", "s1? . +30m*", "At: 14:00\n",
    )
}  # fmt: skip

# What is examined when a text is nearly a command, mentions a number, or is a machine's.
NEAR: Final = {unit: filled(unit, KB_200) for unit in ("a ", "a is ", "it's all ", "\n", "_", "? ")}
MENTIONS: Final = {
    unit: filled(unit, KB_200)
    for unit in ("a ", "sev 1 ", "Your request ", "x.", "# ", "Hello ", "Ticket ", "\n")
}  # fmt: skip

# What is searched for secrets before everybody is told it: a command's text, which is no longer than this.
SECRETS: Final = {
    unit[:30]: filled(unit, TEXT_CHARS_MAX)
    for unit in (
        "The password reset page returns 500. Our token service says token: expired, please log in again. ",
        "password", "password: ", "://a:b", "eyJ" + "a" * 60 + ".", "-----BEGIN PRIVATE KEY-----\n", "a" * 64,
        "token: 1", "sk-", " ", "AKIA", "bearer a1", "secret=a1",
        "token=", "key=password ", "--password ", "password is ", "pass: a_b_", "token token ", "://a:b@", "curl -u a:",
        "-----BEGIN PRIVATE KEY-----\nA: b\n", "eyJ-", "\u200b", "password:\n", "?password=",
    )
}  # fmt: skip

# Text of earlier messages, to be compared with the same text after one word was changed.
MEMORIES: Final = {
    "words": Hostile("a ", 30_000),
    "lines that are nearly the same": Hostile("one of the lines went via a gateway {n}\n", 3_000),
    "links in links": filled("via https://a.example/?u=https%3A%2F%2Fb.example%2F\n", KB_64),
    "a link of links": filled("https://", KB_64),
}

# Pages.
PAGES: Final = {
    "divisions": Hostile("<div>", 200_000),
    "quotations": Hostile("<blockquote>", 80_000),
    "fonts left open": Hostile("<font size={n}>", 3_000, start="<p>", end="</p>" + "<p>x" * 50_000),
    "brackets": Hostile("<", 1_000_000),
    "comments begun": Hostile("<!--", 200_000),
    "tables in tables": Hostile("<table><tr><td>", 30_000),
    "links begun": Hostile("<a ", 300_000),
    "struck out": Hostile("<s>", 200_000),
    "colours": Hostile("<p style='color:#fff;background:rgb(255,255,255)'>x", 4_000),
    "signatures": Hostile("<div id=Signature>x</div>", 4_000),
    "signatures in signatures": Hostile("<div id=Signature>x", 4_000),
}
