"""Recognise a ticket system's receipt that no header field marks as automatic.

Two signs are required, because people also thank others for messages. One is a first sentence that is typical of such
systems. The other is a ticket number, a promise to answer, or a first line that asks for replies above it. Everything
below such a line looks like a quotation, so these systems seem to write nothing of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from incidentmail.core.text import one_line

from .extraction.cut import Extraction

LINES_MAX = 8
"""The maximum number of lines searched. A ticket system names the ticket at the top."""
CHARS_MAX = 1_200

_THING = (
    r"(?:support |service |help ?desk |web )?"
    r"(?:request|ticket|case|enquiry|inquiry|message|e-?mail|query|issue|report|incident)"
)
_DONE = r"(?:received|created|opened|registered|logged|recorded|submitted|assigned|updated|queued|closed|resolved)"
_HAS_BEEN = r"(?:has been|have been|was|is being|is now|is)"
_BRIEF = r"[^.!?\n]{0,80}?"
_BEGINNINGS = (
    rf"(?:your|the|this|a(?: new)?) {_THING}\b{_BRIEF} {_HAS_BEEN} (?:\w+ )?{_DONE}\b",
    r"(?:we|i) (?:have |'ve |’ve )?(?:successfully |now )?(?:received|registered|logged|opened|created)"
    rf" (?:your|a(?: new)?) {_THING}\b",
    r"(?:thank you|thanks|many thanks) for (?:contacting|reaching out|getting in touch|writing to)",
    rf"(?:thank you|thanks|many thanks) for your (?:recent )?{_THING}",
    rf"(?:{_THING} |re: ?)?received[:,!] ",
    r"this is an? (?:automat(?:ed|ic)|auto-generated)\b",
    r"[#\-–—= ]*please (?:type|write|enter) your (?:reply|answer) above",
    rf"(?:ihre|deine) (?:anfrage|nachricht|meldung|e-?mail|mail)\b{_BRIEF} (?:ist|wurde|haben wir)\b",
    rf"(?:wir haben|vielen dank|danke)\b{_BRIEF} (?:anfrage|nachricht|e-?mail|mail|meldung|ticket)\b",
    r"nous avons bien reçu|votre (?:demande|message|ticket)|merci (?:de|d['’]avoir|pour votre (?:message|demande))",
    r"hemos recibido (?:su|tu)|(?:su|tu) (?:solicitud|consulta|mensaje)|gracias por (?:contactar|su mensaje)",
    r"abbiamo ricevuto|la (?:tua|sua|vostra) richiesta|grazie per",
    r"recebemos (?:a )?su[ao]|(?:a )?sua (?:solicitação|mensagem)|obrigad[oa] por",
    r"w[ei]j? hebben uw|uw (?:aanvraag|bericht|verzoek)|bedankt voor",
    r"vi har (?:mottagit|modtaget|mottatt)|ditt ärende|din henvendelse|tack för|tak for|takk for",
    r"otrzymaliśmy|twoje zgłoszenie|dziękujemy za",
    r"お問い合わせ|お問合せ|ご連絡ありがとう|我们已收到|您的(?:请求|工单)",
)
_BEGINS = re.compile("|".join(f"(?:{beginning})" for beginning in _BEGINNINGS), re.I)
# `#4711`, `[Ticket#2026112010000017]`, `Case 00012345`, `ticket SUP-4711`, `reference: ABC-123`
_NUMBER = re.compile(
    r"#\s?[A-Z]{0,6}-?\d{2,}|\b(?:ticket|case|request|reference|ref|vorgang|anfrage|id)\b[ .:#№nr°o-]{0,6}"
    r"(?:[A-Z]{1,6}-)?\d{2,}|\b[A-Z]{2,8}-\d{2,}\b|[\[(][^\])\d]{0,20}\d{4,}[\])]",
    re.I,
)
_PROMISE = re.compile(
    r"\b(?:we|team|staff|agents?|someone|somebody|representatives?|specialists?)\b(?: \w+){0,3}?(?: will| shall|['’]ll)"
    r" (?:get back|respond|reply|answer|be in touch|contact you)\b"
    r"|\bwithin \d+ (?:working |business )?(?:hours|days)\b|\bautomat(?:ed|ic|isch|ique|ica)\b"
    r"|\bplease (?:do not|type|write|enter) (?:reply|your)\b|\bschnellstmöglich\b|\bdans les plus brefs\b",
    re.I,
)
_GREETING = re.compile(
    r"(?:(?:dear|hi|hello|hey|hallo|guten tag|sehr geehrte\w*|liebe\w*|bonjour|hola|estimad[oa]|ciao|olá|beste|hej)\b"
    r"[^.!?\n]{0,60})",
    re.I,
)


# `##- Please type your reply above this line -##`, and what other systems write in its place
_REPLY_ABOVE = re.compile(
    r"(?=.*(?:repl|answer|respon|répon|type|write|antwort|schreib|saisi|respuesta|escrib|respost|escrev|digit|rispost"
    r"|scriv|antwoord|typ |svar|skriv|odpowied))"
    r".*\b(?:above|over|oberhalb|über|au[- ]dessus|encima|sobre|acima|sopra|boven|ovanför|ovenfor|powyżej)\b"
    r".{0,12}\b(?:line|zeile|linie|ligne|línea|linea|linha|riga|regel|lijn|linje|linjen|raden|linii)\b.*"
    r"|.*この行より上.*",
    re.I,
)


def is_receipt(extraction: Extraction, subject: str) -> bool:
    """Return whether a body is an automatic receipt, either in the new text or below a `Reply above` line."""
    if extraction.new_text.strip():
        return acknowledges(extraction.new_text, subject)
    lines = [one.line.text for one in extraction.lines[: 2 * LINES_MAX]]
    return _says_reply_above(lines) and acknowledges("\n".join(lines), subject)


def _says_reply_above(lines: Sequence[str]) -> bool:
    first = next((line for line in lines if any(map(str.isalpha, line))), "")
    return _REPLY_ABOVE.fullmatch(one_line(first[:CHARS_MAX])) is not None


def acknowledges(new_text: str, subject: str) -> bool:
    r"""Return whether the sender's own text is an automatic receipt for a message.

    >>> acknowledges("Your request has been received #123", "Checkout is down")
    True
    >>> acknowledges("Your request was received twice by the gateway, that is the cause.", "Checkout is down")
    False
    >>> acknowledges("--- Reply above this line ---\n\nYour ticket has been received.", "Checkout is down")
    True
    """
    lines = [one_line(line) for line in new_text[:CHARS_MAX].split("\n")]
    lines = [line for line in lines if line][:LINES_MAX]
    is_template = _says_reply_above(lines)
    if is_template:
        lines = [line for line in lines if any(map(str.isalpha, line))][1:]
    if lines and _GREETING.fullmatch(lines[0].rstrip(",!.:")):
        lines.pop(0)
    elif lines:
        lines[0] = re.sub(rf"^{_GREETING.pattern[:-1]}[,!]) ?", "", lines[0], flags=re.I)
    text = "\n".join(lines)
    if not _BEGINS.match(text):
        return False
    return is_template or bool(_NUMBER.search(text) or _NUMBER.search(subject) or _PROMISE.search(text))
