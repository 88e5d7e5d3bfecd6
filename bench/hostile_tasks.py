"""List the tasks that are run on each hostile text, timed by bench/hostile.py and counted by tests/test_growth.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from incidentmail.core.deeds.closing_lines import declaration_hint
from incidentmail.core.leaks.leaked_secrets import leaks
from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.inbound.authentication.author import Roster
from incidentmail.inbound.authentication.examine import examine
from incidentmail.inbound.authentication.results import clauses, read_results
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.inbound.screen import screen
from incidentmail.reply.detector.detect import detect
from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.memory.earlier_words import Memory
from incidentmail.reply.own_mail import read_own
from incidentmail.reply.pages.html_text import html_to_text
from incidentmail.reply.parsed import Context, NewLine
from incidentmail.reply.ticket_receipt import acknowledges
from incidentmail.reply.understand import body_of, understand

from .hostile_mails import BLANKS, HEADS, OUR_FORM, OVER, RAISING, RESULTS, SLOW, TREES
from .hostile_texts import BODIES, GRAMMAR, MANY_COMMANDS, MEMORIES, MENTIONS, NEAR, ORDINARY, PAGES, SECRETS, Hostile

Work = Callable[[], object]
PIPE: Final = Envelope(way="pipe")
NOW: Final = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
CONTEXT: Final = Context(
    words=Words(Policy()), written_at=NOW, writer=Person.parse("Mara Lindqvist <mara@example.com>")
)
EARLIER: Final = (
    "Severity 2 (major), phase 1 (stopping the damage). Bo Karlsen is incident commander.\n\n"
    "One in five card payments is declined.\n\nCustomers may be told: nothing yet\n"
)
_TEXT: Final = b"From: mara@example.com\nContent-Type: text/plain; charset=utf-8\n\n"
_ROSTER: Final = Roster(
    members=("*@example.com",), relays=("unix",), list_address="incidents@example.com",
    own_address="incident-bot@example.com", verify="dkim", sealers=(),
)  # fmt: skip
_SIGNED: Final = (
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=k; h=from:subject:date:message-id;"
    b" bh=AAAA; b=AAAA\r\nFrom: mara@example.com\r\nSubject: x\r\nDate: Fri, 20 Nov 2026 14:07:00 +0000\r\n"
    b"Message-ID: <x@example.com>\r\n\r\n"
)
_OUR_FIELDS: Final = (
    b"From: eve@evil.example\nDate: Fri, 20 Nov 2026 14:07:00 +0000\nIncident-ID: a\nIncident-Update: 0\n"
    b"Incident-Ledger: a; 1; x\nIncident-Status: open\nIncident-Severity: 1\nIncident-Phase: 1\n"
    b"Incident-Commander: x\nIncident-Proof: z\n\n"
)


@dataclass(frozen=True, slots=True)
class Task:
    """A task. `work` returns, for one text, a function that carries out the task.

    `goal` limits its cost, in counts of 200 kB of prose.
    """

    what: str
    texts: Mapping[str, Hostile]
    work: Callable[[str], Work]
    goal: float


def read_mail(raw: bytes) -> None:
    """Process raw bytes up to the commands, in the same way as every message."""
    message = parse_message(raw, PIPE)
    screen(message)
    understand(body_of(message), CONTEXT, [EARLIER])


def earlier_mail(number: int) -> str:
    """Return one of many messages of an incident, with some lines that all of them have and some words that only it
    has.
    """
    told = " ".join(f"shop{number}x{word} declines its cards" for word in range(20))
    return f"{EARLIER}\nUpdate {number}. Wrong? Reply undo {number}.\n{told}\n"


def after_many_mails(count: int) -> Work:
    """Return a function that parses one reply after `count` earlier messages."""
    reply, memory = "sev 1\n\nBo aliandika:\n\n" + earlier_mail(2), Memory.of(map(earlier_mail, range(count)))
    understand(reply, CONTEXT, memory)  # makes now what is made when it is first needed
    return lambda: understand(reply, CONTEXT, memory)


def _body(text: str) -> Work:
    return partial(read_mail, _TEXT + text.encode())


def _below_the_head(text: str) -> Work:
    return partial(read_mail, text.encode("latin-1") + b"\nsev 1\n")


def _tree(text: str) -> Work:
    return partial(read_mail, b"From: mara@example.com\n" + text.encode("latin-1"))


def _screened(text: str) -> Work:
    raw = text.encode("latin-1")
    return lambda: screen(parse_message(raw, PIPE))


def _grammar(text: str) -> Work:
    lines = [NewLine(number, line) for number, line in enumerate(text.split("\n"), 1)]
    return lambda: read(lines, CONTEXT)


def _near(text: str) -> Work:
    lines = [NewLine(number, line) for number, line in enumerate(text.split("\n"), 1)]
    return lambda: detect(lines, CONTEXT)


def _mentioned(text: str) -> Work:
    detected = _near(text)
    return lambda: (acknowledges(text, text[:900]), detected())


def _remembered(text: str) -> Work:
    memory = Memory.of([EARLIER] * 100 + [text])
    return lambda: memory.quoted(EARLIER.splitlines() * 100 + text.replace("via", "by").splitlines())


def _results(text: str) -> Work:
    return lambda: read_results(clauses(f"mx.example.com; {text}") or [])


def _our_form(text: str) -> Work:
    marked = ">From here on\n" * 5
    body = f"Severity 1 ({text}\n\n{marked}mid\n\nCustomers may be told: nothing yet\n\n"
    message = parse_message(_OUR_FIELDS + body.encode() + declaration_hint([1]).encode() + b"\n", PIPE)
    bot = "incident-bot@example.com"
    return lambda: list(read_own(message, key=b"k", address=bot, words=CONTEXT.words, ref="abcdef"))


def _signed(text: str) -> Work:
    raw = _SIGNED + text.encode()
    message = parse_message(raw, Envelope(way="lmtp", peer="unix"))
    return lambda: examine(raw, message, _ROSTER, "example.com", look_up=lambda name: b"", at=NOW)


_FEW_COMMANDS: Final = {name: text for name, text in BODIES.items() if name not in MANY_COMMANDS}
TASKS: Final = (
    Task("read a body", _FEW_COMMANDS, _body, 16),
    Task("read a body with many commands", {name: BODIES[name] for name in MANY_COMMANDS}, _body, 16),
    Task("cut a body", BODIES, lambda text: lambda: cut(text, "Mara Lindqvist", "Mara Payments"), 16),
    Task("read a header block", {**HEADS, **RAISING}, _below_the_head, 32),
    Task("read parts within parts", TREES, _tree, 128),
    Task("refuse what is over a limit", {name: text for name, (text, _) in OVER.items()}, _screened, 16),
    Task("parse what is slow elsewhere", SLOW, _screened, 128),
    Task("read a page", PAGES, lambda text: lambda: html_to_text(text), 64),
    Task("read lines as commands", GRAMMAR, _grammar, 16),
    Task("notice what is meant", NEAR, _near, 16),
    Task("notice a severity in prose", MENTIONS, _mentioned, 32),
    Task("look for secrets", SECRETS, lambda text: lambda: leaks(text), 10),
    Task("compare with earlier mails", MEMORIES, _remembered, 16),
    Task("read what our server found out", RESULTS, _results, 32),
    Task("read what looks like our own mail", OUR_FORM, _our_form, 32),
    Task("check a signature", BLANKS, _signed, 16),
)
GROWING: Final = (
    Task("cut ordinary text", ORDINARY, lambda text: lambda: cut(text), 3),
    Task("read lines as commands", GRAMMAR, _grammar, 2),
)
"""Each text as a whole against a small part of it. The goal bounds the ratio of their costs per character."""
