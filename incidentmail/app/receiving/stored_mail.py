"""An accepted mail as the ledger keeps it, and as a message again."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import cast

from incidentmail.core.frozen import JsonValue
from incidentmail.inbound.delivery_report import read_report
from incidentmail.inbound.message import Envelope, Message, Way, parse_message
from incidentmail.inbound.screen import Disposition, screen
from incidentmail.ledger.values import Accepted


def read_accepted(accepted: Accepted) -> Message:
    """Return the message of an accepted mail; of a delivery report with what it says."""
    stored = accepted.envelope
    paths = stored["forward_paths"]
    envelope = Envelope(
        way=cast(Way, stored["way"]),
        peer=cast(str | None, stored["peer"]),
        reverse_path=cast(str | None, stored["reverse_path"]),
        forward_paths=tuple(str(path) for path in paths) if isinstance(paths, list) else (),
        backlog=stored.get("backlog") is True,
        unfetched=cast(str | None, stored.get("unfetched")),
    )
    message = parse_message(accepted.raw, envelope)
    if message.is_over_a_limit or screen(message).disposition is not Disposition.BOUNCE:
        return message
    return replace(message, report=read_report(accepted.raw))


def envelope_json(envelope: Envelope) -> dict[str, JsonValue]:
    """Return an envelope as it is stored."""
    return {**asdict(envelope), "forward_paths": list(envelope.forward_paths)}
