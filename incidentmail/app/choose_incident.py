"""Find out which incident is meant, from as few letters as people type."""

from __future__ import annotations

from incidentmail.core.model import Incident
from incidentmail.errors import UsageError
from incidentmail.ledger.view import LedgerView

NAMED_MAX = 8
"""How many candidates an error names."""


class SeveralError(UsageError):
    """Several incidents may be meant. `candidates` are the ids of the first of them."""

    def __init__(self, message: str, candidates: tuple[str, ...]) -> None:
        super().__init__(message, hint=f"one of: {', '.join(candidates)}")
        self.candidates = candidates


def choose(view: LedgerView, which: str | None) -> Incident:
    """Return the incident that `which` names: by id, REF, or a unique prefix or part.

    Without `which`, return the only open incident. Raise SeveralError, which lists the candidates, or UsageError if
    there are none.
    """
    if which is None:
        candidates = view.incidents(everything=False)
        if not candidates:
            raise UsageError("there is no open incident", hint=_ended(view))
        missing = "there are several open incidents; say which"
    else:
        wanted = which.strip().lower()
        exact = view.incident(wanted) or view.incident_by_ref(wanted)
        if exact is not None:
            return exact
        names = view.ids_with(wanted) if wanted else []
        names = [name for name in names if name.startswith(wanted)] or names
        candidates = [i for name in names[:NAMED_MAX] if (i := view.incident(name))]
        missing = f"no incident is called {which}" if not candidates else f"{which} may be several incidents"
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise SeveralError(missing, tuple(incident.id for incident in candidates[:NAMED_MAX]))
    raise UsageError(missing, hint="'incidentmail list --all' shows all of them")


def _ended(view: LedgerView) -> str:
    """Return what to write if no incident is open: the one that changed last may be meant."""
    last = max(view.incidents(everything=True), key=lambda incident: incident.updated_at, default=None)
    if last is None:
        return 'incidentmail declare "what you see"'
    state = f"in phase {last.phase}" if last.is_open else last.status
    return f'name it, if you mean {last.id}, which is {state}; or: incidentmail declare "what you see"'
