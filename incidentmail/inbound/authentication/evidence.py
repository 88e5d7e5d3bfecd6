"""What is known about the author of a message beyond what its From field claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["pass", "fail", "none", "sealed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One finding about the author. `rule` names what produced it, `why` explains it to the operator in a sentence.

    pass: the domain of From vouches for the message. fail: the message claims that its domain does, and that is false.
    none: nothing is known either way. sealed: a listed server that forwarded the message had found a pass.

    `signed` holds the fields (lower case) that a signature covers if the finding depends on a signature alone: anybody
    may send such a message again, to anybody. Otherwise it is None.
    """

    verdict: Verdict
    rule: str
    why: str
    signed: frozenset[str] | None = None


NOTHING = Evidence(verdict="none", rule="unproven", why="nothing in it proves or disproves its author")
