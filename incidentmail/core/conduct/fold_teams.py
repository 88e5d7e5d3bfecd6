"""Compute what the events of what several teams share change in the state of an incident."""

from __future__ import annotations

from typing import Any

from incidentmail.core.frozen import JsonValue, plain
from incidentmail.core.model import Incident

from .team_events import CustomerWordsApproved


def team_change(state: Incident, event: CustomerWordsApproved) -> tuple[str, JsonValue, JsonValue, dict[str, Any]]:
    """Return the fact that `event` changes, its old and new value as JSON, and the fields of the state."""
    return "customer_words", plain(state.approval), plain(event.approval), {"approval": event.approval}
