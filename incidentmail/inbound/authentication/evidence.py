"""Define the evidence about a message's author, beyond the claim in its From field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["pass", "fail", "none", "sealed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A finding about the author. `rule` names the check that produced it, and `why` explains it in a sentence.

    The verdicts are: "pass" if the domain in From vouches for the message; "fail" if the message is falsely sent in the
    domain's name; "none" if nothing is known either way; "sealed" if a listed forwarding server recorded a pass.

    If the finding depends on a signature alone, `signed` holds the names, in lower case, of the fields it covers,
    because anybody can send such a message again. Otherwise it is None.
    """

    verdict: Verdict
    rule: str
    why: str
    signed: frozenset[str] | None = None


NOTHING = Evidence(verdict="none", rule="unproven", why="nothing in it proves or disproves its author")
