"""Read incidents from the ledger for pages, and decide which of them may be shown."""

from __future__ import annotations

from collections.abc import Iterable

from incidentmail.core.events import Recorded
from incidentmail.ledger.view import LedgerView
from incidentmail.report.site.record import Listed, Record, hidden, linked, read_incident
from incidentmail.report.site.setting import Setting


class Incidents:
    """The incidents in one view of the ledger, in the form in which pages show them."""

    def __init__(self, view: LedgerView, setting: Setting) -> None:
        self._view, self._setting = view, setting
        self._closed: dict[str, bool] = {}
        self._last: tuple[str, list[Recorded]] = ("", [])

    def read(self, incident_id: str) -> Record | Listed:
        """Return the record of an incident, or only its short form if the incident may not be shown."""
        recorded, state = self._recorded(incident_id), self._view.incident(incident_id)
        if state is None:
            raise KeyError(incident_id)
        if self.is_closed(incident_id):
            return hidden(state, recorded)
        return read_incident(recorded, state, self._setting)

    def pages(self, record: Record) -> list[str]:
        """Return the ids to which the page of an incident may link."""
        return [name for name in record.listed.linked if self._view.incident(name) and not self.is_closed(name)]

    def is_closed(self, incident_id: str) -> bool:
        """Return whether an incident, or any incident that it was ever merged with, is restricted.

        Text about one of them may also be in the record of the other.
        """
        if incident_id not in self._closed:
            group = self.group([incident_id])
            states = [self._view.incident(name) for name in group]
            closed = any(state is not None and state.restricted for state in states)
            self._closed.update(dict.fromkeys(group, closed))
        return self._closed[incident_id]

    def group(self, names: Iterable[str]) -> set[str]:
        """Return the incidents in `names`, and all incidents that they were ever merged with."""
        found, waiting = set[str](), list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += linked(self._recorded(name))
        return found

    def _recorded(self, incident_id: str) -> list[Recorded]:
        """Return the events of an incident. The result for the last incident is cached."""
        if self._last[0] != incident_id:
            self._last = (incident_id, [entry.recorded for entry in self._view.entries(incident_id)])
        return self._last[1]
