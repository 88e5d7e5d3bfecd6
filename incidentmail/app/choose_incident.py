"""Resolve an abbreviated incident name, as people type it, to an incident."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.conduct.ended import ended_at
from incidentmail.core.model import Incident
from incidentmail.errors import UsageError
from incidentmail.ledger.view import LedgerView

NAMED_MAX = 8
"""How many candidates an error lists."""
COMPARED_MAX = 1000
"""How many of the newest incidents are compared with a misspelled name."""
ALIKE = 0.75
NUMBER_DIGITS = 2
PART_CHARS_MIN = 4
"""Parts of an id that are shorter must start a word of the id: `it` in `close it works` does not match `site-down`."""


class SeveralError(UsageError):
    """The given name is ambiguous. `candidates` holds the first few matching ids; `which` is the name as typed."""

    def __init__(self, message: str, candidates: tuple[str, ...], which: str | None = None) -> None:
        super().__init__(message, hint=f"one of: {', '.join(candidates)}")
        self.candidates, self.which = candidates, which


class NoSuchIncidentError(UsageError):
    """No incident is called `which`. `near` holds similar ids.

    `instead` is the id of the incident that was probably meant, or None: the most similar id or, if a number was typed,
    the id of the only open incident.
    """

    def __init__(self, which: str, near: tuple[str, ...], hint: str, *, instead: str | None) -> None:
        super().__init__(f"no incident is called '{which}'", hint=hint)
        self.which, self.near, self.instead = which, near, instead


def choose(view: LedgerView, which: str | None) -> Incident:
    """Return the incident that `which` names: by its id, its REF, or a unique prefix or part of the id.

    If `which` is not given, return the only open incident. If several incidents match, raise SeveralError, which lists
    the candidates. If none matches, raise UsageError.
    """
    if which is None:
        candidates = view.incidents(everything=False)
        if not candidates:
            raise UsageError("there is no open incident", hint=_ended(view))
        missing = "there are several open incidents; say which"
    else:
        candidates = [i for name in named(view, which)[:NAMED_MAX] if (i := view.incident(name))]
        missing = f"'{which}' may be several incidents"
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise SeveralError(missing, tuple(incident.id for incident in candidates[:NAMED_MAX]), which)
    near = _near(view, str(which))
    hint = f"did you mean {near[0]}?" if near else "'incidentmail list --all' shows all of them"
    is_open = view.incidents(everything=False) if str(which).isdecimal() else []
    only = is_open[0].id if len(is_open) == 1 else None
    raise NoSuchIncidentError(str(which), near, hint, instead=near[0] if near else only)


def just_ended(view: LedgerView, *, since: datetime) -> str | None:
    """Return the id of the incident that `reopen` means if no name is given, or None.

    This is the only incident that ended at `since` or later, provided that no incident is open.
    """
    if view.incidents(everything=False):
        return None
    ends = ((one.id, ended_at(one)) for one in view.incidents(everything=True))
    ended = [name for name, at in ends if at is not None and at >= since]
    return ended[0] if len(ended) == 1 else None


def named(view: LedgerView, which: str) -> list[str]:
    """Return the ids that `which` may stand for: exactly one if it is an id, a REF, or a unique part of an id.

    A part must begin a word of the id or have at least PART_CHARS_MIN letters. One or two digits never match, because
    such a short number usually means something else.
    """
    wanted = which.strip().lower()
    exact = view.incident(wanted) or view.incident_by_ref(wanted)
    if exact is not None:
        return [exact.id]
    names = view.ids_with(wanted) if wanted and not (wanted.isdecimal() and len(wanted) <= NUMBER_DIGITS) else []
    names = [name for name in names if len(wanted) >= PART_CHARS_MIN or f"-{wanted}" in f"-{name}"]
    return [name for name in names if name.startswith(wanted)] or names


def _near(view: LedgerView, which: str) -> tuple[str, ...]:
    """Return the ids that contain a word similar to `which`, the newest first."""
    import difflib  # imported here because only misspelled names need it

    wanted = which.strip().lower()
    ids = view.ids_with("-")[:COMPARED_MAX]
    return tuple(name for name in ids if difflib.get_close_matches(wanted, [name, *name.split("-")], 1, ALIKE))


def _ended(view: LedgerView) -> str:
    """Return a hint for when no incident is open. It suggests the incident that changed last."""
    last = max(view.incidents(everything=True), key=lambda incident: incident.updated_at, default=None)
    if last is None:
        return 'incidentmail declare "what you see"'
    state = f"in phase {last.phase}" if last.is_open else last.status
    return f'name it, if you mean {last.id}, which is {state}; or: incidentmail declare "what you see"'
