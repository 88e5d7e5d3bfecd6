"""Read accepted messages again, and convert envelopes to and from their form in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TypeVar, cast

from incidentmail.app.mail_reader import MailReader, NotReadYetError
from incidentmail.core.frozen import JsonValue
from incidentmail.inbound.message import Envelope, Way
from incidentmail.ledger.values import Accepted

T = TypeVar("T")


def with_earlier(reader: MailReader, act: Callable[[], T]) -> T:
    """Return the result of `act`. Whenever it needs an earlier message, parse that message and call `act` again.

    Raise UnreadMailError if an earlier message cannot be parsed.
    """
    while True:
        try:
            return act()
        except NotReadYetError as missing:
            reader.read_earlier(missing.accepted, stored_envelope(missing.accepted))


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
    """Return one of the envelope's paths as text.

    A pipe may have passed bytes that are not text. Such a path cannot be anybody's address.
    """
    return str(path).encode("utf-8", "replace").decode()


def envelope_json(envelope: Envelope) -> dict[str, JsonValue]:
    """Return an envelope in the form in which the ledger stores it."""
    return {**asdict(envelope), "forward_paths": list(envelope.forward_paths)}
