"""Write the service's log: one line for each event of a message, as text or as JSON.

Text from outside is kept on one line, and everything but printable ASCII is escaped, so that no message can forge a
log line.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from incidentmail.core.text import printable_line
from incidentmail.errors import IncidentMailError
from incidentmail.ledger.values import OutboxMail, Outcome

Form = Literal["text", "json"]
log = logging.getLogger("incidentmail")
VALUE_CHARS_MAX = 500
_BARE = re.compile(r"[\w.,:;@/<>+*#%&()\[\]!?~^$|-]+")


class LineFormatter(logging.Formatter):
    """A formatter that writes one line for each record: time in UTC, level, event, and facts as key=value or JSON."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, object] = dict(getattr(record, "facts", {}))
        if record.exc_info and record.exc_info[1]:
            facts["error"] = format_error(record.exc_info[1])
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        level, event = record.levelname.lower(), format_error(record.getMessage())
        if self.form == "json":
            shown = {key: _plain(value) for key, value in facts.items()}
            return json.dumps({"time": at, "level": level, "event": event, **shown})
        pairs = "".join(f" {key}={_shown(value)}" for key, value in facts.items())
        return f"{at} {level} {event}{pairs}"


def set_up(form: Form) -> None:
    """Send all log records to standard error, formatted as `form` requires."""
    handler = logging.StreamHandler()
    handler.setFormatter(LineFormatter(form))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def log_event(event: str, level: int = logging.INFO, **facts: object) -> None:
    """Log an event with its facts on one line."""
    log.log(level, "%s", event, extra={"facts": facts})


def log_outcome(outcome: Outcome) -> None:
    """Log the outcome of an incoming message. The log level is error if the message was quarantined."""
    log_event(
        "mail read",
        logging.ERROR if outcome.outcome == "quarantined" else logging.INFO,
        number=outcome.seq, outcome=outcome.outcome, disposition=outcome.disposition, rule=outcome.rule,
        incident=outcome.incident, trust=outcome.trust, sender=outcome.header_from, message_id=outcome.message_id,
        reason=outcome.reason,
    )  # fmt: skip


def log_delivery(mail: OutboxMail) -> None:
    """Log that a message was sent, has to wait, or failed.

    In the log line, `failed` lists the recipients that will not get the message.
    """
    failed = [recipient.address for recipient in mail.recipients if recipient.state == "failed"]
    level = logging.ERROR if failed else logging.WARNING if mail.state == "queued" else logging.INFO
    log_event(
        f"mail {mail.state}", level,
        number=mail.id, message_id=mail.message_id, incident=mail.incident,
        to=",".join(recipient.address for recipient in mail.recipients), failed=",".join(failed) or None,
        attempts=mail.attempts, error=mail.last_error,
    )  # fmt: skip


def log_listener_event(name: str, facts: Mapping[str, object]) -> None:
    """Log an event of the listener, such as a refused connection, as a warning."""
    log_event(f"listener: {name.replace('_', ' ')}", logging.WARNING, **facts)


def format_error(value: object) -> str:
    """Return `value` as one printable line of at most `VALUE_CHARS_MAX` characters.

    If it is one of our own errors, include its hint.
    """
    if isinstance(value, IncidentMailError):
        value = f"{value} ({value.hint})" if value.hint else str(value)
    elif isinstance(value, BaseException):
        value = f"{type(value).__name__}: {value}"
    return printable_line(str(value))[:VALUE_CHARS_MAX]


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else format_error(value)


def _shown(value: object) -> str:
    text = "-" if value is None else format_error(value)
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
