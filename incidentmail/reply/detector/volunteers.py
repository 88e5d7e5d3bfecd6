"""Recognise who wants to be relieved of command, or offers to take what the sentence before is about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from incidentmail.reply.grammar.person_names import is_name
from incidentmail.reply.parsed import Context

from .clauses import Clause
from .people import TAKE, is_titled, role_named

RELIEF_STRAYS_MAX = 4
"""The maximum number of unknown words beside a title: `I can't stay on as commander`. The title may be one of them."""
EARLIER_MAX = 3
_BRIEFLY = re.compile(r"i (?:could|can|would|might)|put me down(?: otherwise| then)?", re.I)
_RELIEF = re.compile(
    r"\b(?i:some(?:one|body)|any(?:one|body))(?: else)?(?: please)?(?: has to| needs to| must| should| can| could)?"
    r" (?:take over|lead|take command|take it|run this|relieve (?:me|[A-Z]\w+))"
    r"(?: please| now| from here| for me| this| soon)?$"
    r"|\bneed (?:a new|another|someone else as|somebody else as) (?:incident )?(?:commander|ic|IC)\b"
    r"|\b(?:want|have|need|like) to (?:give up|hand over|hand off|pass on) (?:the )?(?:command|lead)\b"
)
"""Requests that somebody else takes command: `somebody else has to lead`, `I want to give up command`."""
_ADDED = re.compile(
    r"\b(?:add|include|invite|loop\sin|bring\sin|get|put)\s(?P<name>[^\W\d_][\w'-]*(?:\s[^\W\d_][\w'-]*){0,2})"
    r"\s(?:(?:to|in|into|on)\s(?:this|the\sincident)|as\swell|too)\b",
    re.I,
)
_DENIED = frozenset({"denied", "doubtful"})


def wants_relief(clause: Clause, context: Context) -> bool:
    """Return whether the writer wants to give up command, or that somebody else takes it, without naming a person."""
    may_be_said = clause.has("please", "wish", "ask") or "need " in clause.text
    is_said = may_be_said and _RELIEF.search(clause.text) is not None
    if not is_said and not clause.has("relieve", "relieve as"):
        return False
    tags = clause.tags - _DENIED
    if tags & {"past", "reported", "later", "often", "others"} or "condition" in clause.words[0].tags:
        return False
    if is_said:
        return True
    strays = clause.strays_beside("relieve", "relieve as")
    if clause.has("lead") or is_titled(clause, context):
        return strays <= RELIEF_STRAYS_MAX
    return clause.has("relieve") and not strays


def volunteer(clause: Clause, earlier: Sequence[Clause], context: Context) -> tuple[str, ...] | None:
    """Return the replies for `Do we have a business liaison yet? If not I'd volunteer.`, or None."""
    is_brief = _BRIEFLY.fullmatch(clause.text) is not None
    if not is_brief and (not clause.has("volunteer") or clause.strays_beside("volunteer")):
        return None
    for before in reversed(earlier[-EARLIER_MAX:]):
        if found := role_named(before, context):
            return (f"{found[0]}: +me",)
        if is_titled(before, context):
            return TAKE
    return None


def added(clause: Clause, context: Context) -> tuple[str, ...] | None:
    """Return the reply that makes a person an expert who is to be added to the incident without a role, or None."""
    found = _ADDED.search(clause.text) if clause.is_wish and not clause.takes_back() else None
    if found is None or context.words.policy.role("subject_matter_experts") is None or not is_name(found["name"]):
        return None
    return (f"{context.words.key('roles.subject_matter_experts')}: +{found['name']}",)
