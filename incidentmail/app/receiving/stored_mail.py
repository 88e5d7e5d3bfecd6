"""An accepted mail as the ledger keeps it, and as a message again."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from incidentmail.core.frozen import JsonValue
from incidentmail.inbound.message import Envelope, Message, Way, parse_message
from incidentmail.ledger.values import Accepted


def read_accepted(accepted: Accepted) -> Message:
    """Return the message of an accepted mail."""
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
    return parse_message(accepted.raw, envelope)


def envelope_json(envelope: Envelope) -> dict[str, JsonValue]:
    """Return an envelope as it is stored."""
    return {**asdict(envelope), "forward_paths": list(envelope.forward_paths)}
