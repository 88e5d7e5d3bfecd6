"""Parse delivery reports in plain text, from qmail, Exim, Exchange, Gmail, sendmail and others. Pure, linear time.

A mail system writes its own text above its copy of the returned message. The text of the copy is never parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from incidentmail.core.text import LINE_CHARS_MAX, clip, one_line

from .addresses import canonical_address
from .limits import REPORT_BYTES_MAX, REPORTED_MAX

TEXT_LINE_CHARS_MAX = 1_000
"""The maximum length of a line. Longer lines are ignored."""
REASON_LINES_MAX = 6
"""The number of lines below an address in which to search for the reason."""

TextAction = Literal["failed", "delayed"]

# Lines that introduce the returned message, and field names that begin its header if there is no such line.
_COPY = re.compile(
    r"--[\s-]*+(?:below this line|this is a copy|original message|original headers|message header|"
    r"returned message|returned mail|unsent message|the header of|forwarded message|begin message|included is a copy|"
    r"your original message|undelivered message|message headers? follow)|"
    r"original message headers:|diagnostic information for administrators:|"
    r"(?:>\s?)?(?:return-path|received|dkim-signature|x-google-dkim-signature|mime-version|message-id|x-received):\s",
    re.IGNORECASE,
)
_ADMINISTRATORS = re.compile(r"\W*diagnostic information for administrators:", re.IGNORECASE)
_ID_LINE = re.compile(r"[>\s|*]*(?:x-)?(?:original[- ])?message-id\s*:\s*(.*)", re.IGNORECASE)
_FIELD_LINE = re.compile(
    r"[>\s]*(?:from|to|cc|bcc|reply-to|subject|sent|date|sender|an|von|à|de|para|a|da)\s*:", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?<![\w.!#$%&'*+/=?^`{|}~-])[\w.!#$%&'*+/=?^`{|}~-]++@[A-Za-z0-9.-]++", re.ASCII)
_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d[ -](?=\S)")

_FAILED = (
    *("could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered"),
    *("wasn't delivered", "was not delivered", "not delivered", "did not reach", "didn't reach", "undeliverable"),
    *("delivery failed", "failed permanently", "permanent failure", "permanent error", "permanent fatal error"),
    *("fatal errors", "delivery has failed", "unable to deliver", "unable to be delivered", "wasn't able to deliver"),
    *("was not able to deliver", "undelivered", "delivery failure", "failure notice", "returned to sender"),
    *("user unknown", "unknown user", "no such user", "mailbox unavailable", "does not exist", "giving up on"),
    *("message rejected", "was rejected", "rejected your message", "returned mail", "address not found"),
    *("nicht zugestellt", "unzustellbar", "zustellung fehlgeschlagen", "n'a pas pu être remis", "non remis"),
    *("échec de la remise", "no se pudo entregar", "no se ha podido entregar", "no se puede entregar"),
    *("non è stato recapitato", "non recapitabile", "não foi entregue", "não pôde ser entregue", "onbestelbaar"),
    *("niet worden bezorgd", "kunde inte levereras", "kunne ikke leveres", "nie można dostarczyć", "не доставлено"),
)
_DELAYED = (
    *("still being retried", "will be retried", "delivery is delayed", "has been delayed", "delivery delayed"),
    *("delayed mail", "warning only", "will keep trying", "will continue to", "delivery incomplete", "is delayed"),
    *("has not yet been delivered", "not yet been delivered", "not been delivered yet", "temporary problem"),
    *("do not need to resend", "temporarily deferred", "verzögert", "retardé", "demorado", "ritardat"),
)
_FINAL = ("failed permanently", "permanent failure", "permanent error", "permanent fatal error", "giving up")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An address in the text, with the status and reason given for it."""

    address: str
    status: str | None
    diagnostic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportText:
    """What a text says happened to a message. `action` is None if the text is not a report.

    `message_ids` holds the values of the Message-ID fields quoted in the text.
    """

    action: TextAction | None
    named: tuple[Named, ...]
    message_ids: tuple[str, ...]
    status: str | None
    diagnostic: str


def read_text(text: str, *, subject: str) -> ReportText:
    r"""Parse the text of a report that has no delivery-status part.

    >>> said = read_text("Your mail to <bo@example.com> could not be delivered:\n550 5.1.1 no such user", subject="")
    >>> said.action, said.named[0].address, said.named[0].status
    ('failed', 'bo@example.com', '5.1.1')
    """
    lines = [line[:TEXT_LINE_CHARS_MAX] for line in text[:REPORT_BYTES_MAX].split("\n")]
    above = _above_copy(lines)
    said = "\n".join((subject, *above)).lower()
    status = _STATUS.search(said)
    return ReportText(
        action=_action(said, status[0] if status else None),
        named=tuple(_named(above)),
        message_ids=tuple(_ids(lines)),
        status=status[0] if status else None,
        diagnostic=clip(one_line(next((line for line in above if _names_a_code(line)), "")), LINE_CHARS_MAX),
    )


def _action(said: str, status: str | None) -> TextAction | None:
    code = _REPLY_CODE.search(said)
    kind = status[0] if status else code[1] if code else None
    is_delayed = any(phrase in said for phrase in _DELAYED) and not any(phrase in said for phrase in _FINAL)
    if is_delayed and kind != "5":
        return "delayed"
    return "failed" if any(phrase in said for phrase in _FAILED) else None


def _above_copy(lines: list[str]) -> list[str]:
    """Return the lines above the returned message.

    The line `Diagnostic information for administrators:` does not end these lines, because Exchange gives the reasons
    below it.
    """
    for number, line in enumerate(lines):
        if _COPY.match(line.lstrip(" >")) and not _ADMINISTRATORS.match(line):
            return lines[:number]
    return lines


def _named(lines: list[str]) -> Iterable[Named]:
    """Return each address once, with the first reason that has a status code or, if none has, with the first reason."""
    found: dict[str, Named] = {}
    for number, line in enumerate(lines):
        if "@" not in line or _FIELD_LINE.match(line):
            continue
        named = {address for text in _ADDRESS.findall(line) if (address := canonical_address(text.strip(".'")))}
        reason = _reason(lines, number) if named else ""
        status = _STATUS.search(reason)
        for address in sorted(named):
            if address not in found and len(found) >= REPORTED_MAX:
                continue
            known = found.get(address)
            if known is None or (status is not None and known.status is None):
                found[address] = Named(
                    address=address, status=status[0] if status else None, diagnostic=clip(reason, LINE_CHARS_MAX)
                )
    return found.values()


def _reason(lines: list[str], number: int) -> str:
    """Return the reason that the text gives for the address in line `number`.

    The reason starts at the first status code, or else with this line. It ends at the first empty line after some text.
    """
    kept: list[str] = []
    for line in lines[number : number + REASON_LINES_MAX]:
        if not line.strip() and len(kept) > 1:
            break
        kept.append(line)
    said = one_line(" ".join(kept))
    codes = [found.start() for pattern in (_REPLY_CODE, _STATUS) if (found := pattern.search(said))]
    return said[min(codes) :] if codes else said


def _ids(lines: list[str]) -> Iterable[str]:
    for number, line in enumerate(lines):
        if "essage-" not in line and "ESSAGE-" not in line:
            continue
        found = _ID_LINE.match(line)
        if found:
            yield found[1].strip() or (lines[number + 1].strip(" >\t") if number + 1 < len(lines) else "")


def _names_a_code(line: str) -> bool:
    return bool(_STATUS.search(line) or _REPLY_CODE.search(line))
