"""Parse a mail from a monitoring system: what the alert is about, how severe it is, and whether it is over.

Such a mail never contains commands. Only its subject and the first lines of its text are parsed.
"""

from __future__ import annotations

import re
from typing import Final

from incidentmail.core.subject_prefixes import without_answer_marks, without_gateway_tags
from incidentmail.core.text import LINE_CHARS_MAX, clip, one_line, paragraphs
from incidentmail.inbound.message import Message

from .alert import AlertKind, AlertMail, AlertRules
from .forms import form_of
from .patterns import find, matches, without
from .severity import severity_of
from .state_words import state_of

LINES_MAX = 60
"""The maximum number of lines searched. The important facts are at the top."""
TEXT_CHARS_MAX = 2_000
"""The maximum length of the text used as details of an incident: one or two screens."""
UNKNOWN = "alert"
"""The name of the system if the format is unknown."""
_HOST: Final = re.compile(r"[\W_]{0,4}host(?:name)?\s{0,3}[:=]\s{0,3}(?P<host>[\w.:-]{1,100})\s*\Z", re.I)
_NUMBER: Final = re.compile(r"(?<![\w.-])[-+<>≥≤~]?\d[\d.,:]{0,30}\s?(?:%|[kKMGT]?i?B|m?s|min)?(?![\w-])")
_NO_ALERT: Final = re.compile(
    r"(?:.{0,60}\W)?(?:subscription confirmation|confirm your (?:e-?mail|subscription|address)|verify (?:your )?e-?mail"
    r"|(?:daily|weekly|monthly) (?:report|summary|digest)|unsubscribe confirmation|password reset)(?:\W.{0,200})?",
    re.I,
)


def read_alert(message: Message, rules: AlertRules) -> AlertMail:
    """Return the alert in a mail. Never fails: if the format is unknown, the subject becomes the title."""
    text = paragraphs(message.text)
    subject = without_answer_marks(without_gateway_tags(one_line(message.subject)))
    lines = [clip(one_line(line)) for line in text.split("\n")[:LINES_MAX]]
    subject = one_line(without(rules.remove, subject)) or next(filter(None, lines), "") or "An alert without a subject"
    form = form_of(subject)
    system = form.system if form else UNKNOWN
    if system == "Alertmanager" and "grafana" in text.lower():  # its subjects have the same form
        system = "Grafana"
    stated = form or state_of(subject)
    kind, name, title = stated.kind, stated.name, stated.title
    host = next((found["host"] for line in lines if (found := _HOST.match(line))), None)
    if system == "Zabbix" and host and host.lower() not in name.lower():
        title, name = f"{title} on {host}", f"{name} on {host}"
    if _NO_ALERT.fullmatch(subject) or any(matches(rules.ignore, line) for line in (subject, *lines)):
        kind = "no alert"
    elif any(matches(rules.recovered, line) for line in (subject, *lines[:3])):
        kind = "recovered"
    states = [word for word in (form.service_state if form else "", _down(subject, kind, system)) if word]
    severity, because = severity_of(rules, subject, lines, states)
    return AlertMail(
        system=system, kind=kind, title=clip(one_line(title)), key=_key(rules, name, subject, lines),
        severity=severity, because=because, text=_details(text),
    )  # fmt: skip


def _down(subject: str, kind: AlertKind, system: str) -> str:
    """Return "down" if the alert is firing and the system has only the states up and down, otherwise ""."""
    return "down" if kind == "firing" and system in ("Uptime Kuma", "healthchecks") else ""


def _key(rules: AlertRules, name: str, subject: str, lines: list[str]) -> str:
    """Return the text shared by all repeats of an alert: the part marked in `same`, or the name without numbers."""
    for line in (subject, *lines):
        for pattern in rules.same:
            found = find(pattern, line)
            if found and found.key:
                return one_line(found.key).casefold()[:LINE_CHARS_MAX]
    words = one_line(_NUMBER.sub(" ", name)).casefold()
    return (words or name.casefold())[:LINE_CHARS_MAX]


def _details(text: str) -> str:
    if len(text) <= TEXT_CHARS_MAX:
        return text
    cut = text[:TEXT_CHARS_MAX]
    return f"{cut[: cut.rfind(chr(10))] if chr(10) in cut else cut}\n[...]"
