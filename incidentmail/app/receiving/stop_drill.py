"""Carry out a mail with the words `stop drill`. Every member can stop a drill, in any thread."""

from __future__ import annotations

import re

from incidentmail.app.context import AppContext
from incidentmail.app.drills.runs import end, running
from incidentmail.core.commands import Refused
from incidentmail.core.frozen import replace
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.model import Actor, Trust
from incidentmail.core.subject_prefixes import bare_subject
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted

from .outcomes import cause, outcome_of, refused
from .recognise import Recognised
from .shortfall import Judgement, not_done

STOPPED = "stop-drill"
"""The rule of a mail that stops a drill."""
NONE_IS_ON = Refused(reason="no drill is on", remedy="nothing has to be done")
_STOP = lazy_pattern(
    r"\s*(?:please\s+)?(?:stop|end|abort|cancel)\s+(?:(?:the|this)\s+)?drill(?:\s+(?:please|now|at\s+once|immediately))*"
    r"\s*(?:[.!,;:]|[-–—]|\n|\Z)",
    re.I,
)


def asks_to_stop(text: str) -> bool:
    """Return whether a text begins with the words that stop a drill.

    >>> asks_to_stop("Stop the drill, we have a real incident."), asks_to_stop("STOP DRILL!")
    (True, True)
    >>> asks_to_stop("Stop the drill?"), asks_to_stop("Stop the drill from confusing people.")
    (False, False)
    """
    return _STOP.match(text) is not None


def judge_stop(context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised) -> Judgement | None:
    """Stop the drill if a member requests this, and return the judgement. Return None for other mail.

    In the thread of a real incident, the same words are also a reply to that incident. In this case, the drill is
    stopped and None is returned.
    """
    if mail.understood is None or mail.who is None or mail.trust in (None, Trust.STRANGER) or mail.filed is not None:
        return None
    text = mail.understood.extraction.new_text.strip()
    if not asks_to_stop(text or bare_subject(mail.message.subject)):
        return None
    run, in_real = running(tx), mail.incident is not None and not mail.incident.drill
    if run is None:
        return None if in_real else refused(accepted, mail, not_done(NONE_IS_ON, None, None))
    actor = Actor(person=mail.who, trust=mail.trust)
    end(context, tx, run, actor=actor, stopped=True, caused_by=cause(accepted))
    if in_real:
        return None
    outcome = outcome_of(accepted, mail, "applied", f"it stopped the drill {run.id}")
    return Judgement(outcome=replace(outcome, rule=STOPPED))
