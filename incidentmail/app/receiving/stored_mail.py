"""The envelope of an accepted mail as the ledger keeps it, and as a value again."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from incidentmail.core.frozen import JsonValue
from incidentmail.inbound.message import Envelope, Way
from incidentmail.ledger.values import Accepted


def stored_envelope(accepted: Accepted) -> Envelope:
    """Return the envelope of an accepted mail."""
    stored = accepted.envelope
    path, paths = stored["reverse_path"], stored["forward_paths"]
    return Envelope(
        way=cast(Way, stored["way"]),
        peer=cast(str | None, stored["peer"]),
        reverse_path=None if path is None else _text(path),
        forward_paths=tuple(map(_text, paths)) if isinstance(paths, list) else (),
        backlog=stored.get("backlog") is True,
        unfetched=cast(str | None, stored.get("unfetched")),
    )


def _text(path: JsonValue) -> str:
    """Return a path of the envelope; a pipe may have brought bytes in it that are no text, and then it is nobody's."""
    return str(path).encode("utf-8", "replace").decode()


def envelope_json(envelope: Envelope) -> dict[str, JsonValue]:
    """Return an envelope as it is stored."""
    return {**asdict(envelope), "forward_paths": list(envelope.forward_paths)}
