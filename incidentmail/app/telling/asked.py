"""Count the questions that were asked, and how many of them were answered or ignored, by topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen
from incidentmail.ledger.values import AskedQuestion, DoneByMail
from incidentmail.ledger.view import LedgerView

COUNTED_FOR = timedelta(days=30)
"""Questions asked within this time are counted. This is long enough to judge them, and at most a few thousand."""
ANSWERED_WITHIN = timedelta(days=1)
_ENDS = frozenset({"phase_changed.v1", "status_changed.v1"})
_COMMAND = frozenset({"command_transferred.v1", "command_offered.v1", "command_declined.v1"})
ANSWERS: Mapping[str, frozenset[str]] = {
    "severity": frozenset({"severity_changed.v1"}),
    "phase": _ENDS,
    "end": _ENDS,
    "reopen": frozenset({"status_changed.v1"}),
    "command": _COMMAND,
    "role": frozenset({"role_changed.v1"}) | _COMMAND,
    "venue": frozenset({"venue_changed.v1", "text_changed.v1"}),
    "time": frozenset({"time_changed.v1"}),
    "update": frozenset({"update_given.v1", "time_changed.v1"}),
    "undo": frozenset({"update_undone.v1"}),
    "answer": frozenset({"proposal_accepted.v1", "proposal_rejected.v1"}) | _COMMAND,
}
"""The events that answer a question, keyed by its topic. Any event answers a question about any other topic."""
DECLARATION = "declaration"
"""The topic of the question whether a mail declares an incident. It is answered if the mail was turned into one."""
_WAITS = "proposal_made.v1"
"""A request that somebody has to confirm. Any such request shows that its author has not ignored the question."""


class QuestionCount(Frozen, kw_only=True):
    """How many questions about one topic were asked, answered and ignored. The others are less than a day old."""

    asked: int = 0
    answered: int = 0
    ignored: int = 0


def count_questions(view: LedgerView, now: datetime) -> dict[str, QuestionCount]:
    """Return the counts of questions asked within `COUNTED_FOR`, keyed by topic, in alphabetical order.

    A question counts as answered if, within a day, a later mail from its reader made a change concerning that topic in
    the same incident. Otherwise it counts as ignored.
    """
    done: dict[str, Sequence[DoneByMail]] = {}
    counts: dict[str, list[int]] = {}
    for question in view.asked_since(now - COUNTED_FOR):
        if question.incident is not None and question.incident not in done:
            done[question.incident] = view.done_by_mail(question.incident)
        if question.about == DECLARATION:
            has_answer = _has_declared(view, question)
        else:
            has_answer = any(_answers(one, question) for one in done.get(question.incident or "", ()))
        is_ignored = not has_answer and now - question.at > ANSWERED_WITHIN
        count = counts.setdefault(question.about, [0, 0, 0])
        count[:] = [count[0] + 1, count[1] + has_answer, count[2] + is_ignored]
    return {
        about: QuestionCount(asked=asked, answered=answered, ignored=ignored)
        for about, (asked, answered, ignored) in sorted(counts.items())
    }


def _has_declared(view: LedgerView, asked: AskedQuestion) -> bool:
    """Return whether the mail that a question is about was turned into an incident in time."""
    outcome = view.outcome(asked.mail)
    if outcome is None or (outcome.incident is None and outcome.message_id is None):
        return False
    name = outcome.incident or view.incident_of(str(outcome.message_id))
    incident = view.incident(name) if name else None
    return incident is not None and asked.at <= incident.declared_at <= asked.at + ANSWERED_WITHIN


def is_answered(view: LedgerView, asked: AskedQuestion) -> bool:
    """Return whether a later mail from the question's reader has answered it."""
    done = view.done_by_mail(asked.incident) if asked.incident is not None else ()
    return any(_answers(one, asked) for one in done)


def _answers(done: DoneByMail, asked: AskedQuestion) -> bool:
    """Return whether the changes that a mail made answer a question."""
    if done.mail <= asked.mail or done.address is None or done.address != asked.address:
        return False
    fitting = ANSWERS.get(asked.about)
    fits = fitting is None or done.kind in fitting or done.kind == _WAITS
    return fits and asked.at <= done.at <= asked.at + ANSWERED_WITHIN
