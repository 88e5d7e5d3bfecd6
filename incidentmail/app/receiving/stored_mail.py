"""Convert the envelope of an accepted message between the form stored in the ledger and a value."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from incidentmail.core.frozen import JsonValue
from incidentmail.inbound.message import Envelope, Way
from incidentmail.ledger.values import Accepted


def stored_envelope(accepted: Accepted) -> Envelope:
    """Return the envelope of an accepted message."""
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
    """Return a path of the envelope as text.

    A pipe may have passed bytes that are not text; then the path names nobody.
    """
    return str(path).encode("utf-8", "replace").decode()


def envelope_json(envelope: Envelope) -> dict[str, JsonValue]:
    """Return an envelope in the form in which it is stored."""
    return {**asdict(envelope), "forward_paths": list(envelope.forward_paths)}
