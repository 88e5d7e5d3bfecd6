"""Hold what is known about the author of a message beyond the claim in its From field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["pass", "fail", "none", "sealed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One finding about the author. `rule` names the check that produced it, and `why` explains it in a sentence.

    The results are: "pass" if the domain of From vouches for the message; "fail" if the message falsely claims that
    its domain vouches for it; "none" if nothing is known either way; "sealed" if a listed server that forwarded the
    message had recorded a pass.

    If the finding depends on a signature alone, `signed` holds the names (in lower case) of the fields that the
    signature covers, because anybody may send such a message again, to anybody. Otherwise it is None.
    """

    verdict: Verdict
    rule: str
    why: str
    signed: frozenset[str] | None = None


NOTHING = Evidence(verdict="none", rule="unproven", why="nothing in it proves or disproves its author")
