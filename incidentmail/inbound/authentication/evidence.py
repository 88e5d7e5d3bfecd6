"""What is known about a mail's author beyond what its From claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["pass", "fail", "none", "sealed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One finding. `rule` names what gave it, `why` says it in a sentence for the operator.

    pass: the domain of From vouches for the mail. fail: the mail claims that and it does not hold. none: nothing is
    said either way. sealed: a listed server that passed the mail on had found a pass.

    `signed`: the fields (lower case) that a signature covers, where the finding rests on a signature alone: such a mail
    may be sent again by anybody, to anybody. None if it does not.
    """

    verdict: Verdict
    rule: str
    why: str
    signed: frozenset[str] | None = None


NOTHING = Evidence(verdict="none", rule="unproven", why="nothing in it proves or disproves its author")
