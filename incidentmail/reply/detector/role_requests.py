"""Recognise short replies about a role that are not commands: `Ann is deputy`, `I can be scribe`."""

from __future__ import annotations

import re
from functools import lru_cache

from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.text import fold_case, one_line
from incidentmail.reply.grammar.person_names import is_name
from incidentmail.reply.parsed import Context

CLAUSE_CHARS_MAX = 80
_ME = (
    r"(?:i'm|i am|i take|i have|i'll|i will|i can|i could|i'd|i would like to|happy to|let me|can i|put me(?: down)?"
    r"|add me)"
    r"(?: (?:be|do|take|act|help|cover|play|serve|on|over|happy|to))*(?: as)?"
)
_IS = r"(?:is|'s|takes|will be|will take|can be|does|has|as|acts as|=)"
_NAME = r"(?P<name>[^\W\d_][^\s,:;!?]{0,30}(?: [^\s,:;!?]{1,30}){0,2}?)"


def role_request(clause: str, context: Context) -> str | None:
    """Return the reply that would fulfil a request about a role, or None.

    `clause` is a short first sentence of a reply.
    """
    text = one_line(clause).rstrip(".! ")
    if len(text) > CLAUSE_CHARS_MAX:
        return None
    spelled = {word: fact for word, fact in context.words.keys.items() if fact.startswith(ROLE_PREFIX)}
    spelled |= {fold_case(kind.takes): ROLE_PREFIX + kind.key for kind in context.words.policy.roles if kind.takes}
    roles = tuple(sorted(spelled, key=len))
    folded = fold_case(text).replace("’", "'")
    if not any(role in folded for role in roles):
        return None
    for form, has_name in _forms(roles):
        found = form.fullmatch(text.replace("’", "'"))
        if found is None or (has_name and not is_name(found["name"])):
            continue
        key = context.words.key(spelled[fold_case(found["role"])])
        return f"{key}: {found['name']}" if has_name else f"{key}: +me"
    return None


@lru_cache(8)
def _forms(roles: tuple[str, ...]) -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Return a pattern for each form with these spellings of roles, and whether it contains a person's name."""
    role = rf"(?:the |our |a |an )?(?P<role>{'|'.join(map(re.escape, reversed(roles)))})"
    tail = r"(?: (?:now|here|please|then|for this|today|from here|from \w+(?: now)?))?"
    forms = (
        (rf"{_ME} {role}{tail}", False),
        (rf"{role}(?: is|'s|:| =)? (?:me|i|here|myself){tail}", False),
        (rf"{_NAME} ?{_IS} {role}{tail}", True),
        (rf"{role} (?:is|=|->) {_NAME}{tail}", True),
    )
    return tuple((re.compile(form, re.I), has_name) for form, has_name in forms)
