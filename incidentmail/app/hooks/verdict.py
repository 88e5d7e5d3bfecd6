"""Classify a hook's answer: the delivery was accepted, was refused permanently, or has to be retried."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.text import clip, one_line

Outcome = Literal["taken", "refused", "again", "withheld", "not ours"]
"""`withheld`: the hook may not be told any more. `not ours`: another installation leads, so we are silent for now."""
WAITS_S = (5, 10, 20, 40, 80, 160, 300)
"""The delays in seconds after each attempt. The last one is repeated; it is short enough for a pager that recovers."""
ASKED_WAIT_MAX = timedelta(hours=1)
"""The longest wait that a receiver may ask for."""
SAID_CHARS_MAX = 200
EX_DATAERR = 65
"""sysexits: the program's input was wrong, so another attempt would fail as well."""
_AGAIN = (401, 403, 404, 405, 407, 408, 421, 423, 425, 429)
"""Statuses that may change without us: a wrong key or path is corrected, or a limit ends. Others reject the body."""


class Verdict(Frozen, kw_only=True):
    """The result of an attempt. `said` gives the reason if it failed; `wait` is the delay that the hook asked for.

    `stops` is true if other deliveries to the same hook would probably fail now as well.
    """

    outcome: Outcome
    said: str | None = None
    wait: timedelta | None = None
    stops: bool = False


TAKEN = Verdict(outcome="taken")
WITHHELD = Verdict(outcome="withheld", said="withheld: it became restricted, and this hook has no restricted = true")
NOT_OURS = Verdict(outcome="not ours")


def verdict_on_status(status: int, text: str, wait_s: float | None) -> Verdict:
    """Return the verdict on an HTTP answer (RFC 9110 section 15). `wait_s` is the delay that the answer asks for.

    >>> [verdict_on_status(status, "", None).outcome for status in (204, 400, 404, 410, 429, 503)]
    ['taken', 'refused', 'again', 'refused', 'again', 'again']
    """
    if 200 <= status < 300:
        return TAKEN
    said = f"it answered {status}{_quoted(text)}"
    if 400 <= status < 500 and status not in _AGAIN:
        return Verdict(outcome="refused", said=said)
    wait = None if wait_s is None else timedelta(seconds=min(wait_s, ASKED_WAIT_MAX.total_seconds()))
    return Verdict(outcome="again", said=said, wait=wait, stops=True)


def verdict_on_exit(code: int, text: str) -> Verdict:
    """Return the verdict on the exit code of a command.

    >>> verdict_on_exit(1, "no route to the pager")
    Verdict(outcome='again', said='it ended with 1: no route to the pager', wait=None, stops=False)
    """
    if code == 0:
        return TAKEN
    said = f"it was ended by signal {-code}" if code < 0 else f"it ended with {code}"
    return Verdict(outcome="refused" if code == EX_DATAERR else "again", said=f"{said}{_quoted(text)}")


def next_attempt(attempts: int, verdict: Verdict, now: datetime) -> datetime:
    """Return when to try a delivery again that was tried `attempts` times."""
    wait = timedelta(seconds=WAITS_S[min(max(attempts, 1), len(WAITS_S)) - 1])
    return now + max(wait, verdict.wait or wait)


def _quoted(text: str) -> str:
    line = clip(one_line(text), SAID_CHARS_MAX)
    return f": {line}" if line else ""
